//! A web server for one test: an answer by path, and who was asked for what.
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hotstart_core::Timestamp;
use hotstart_core::doctor::{Check, Finding, Verdict};
use hotstart_desk::doctor::check_publication;

/// The first page of a web client, as far as it is recognised.
pub(crate) const CLIENT: &str = "<html><title>ERP</title><script src=\"scripts/mod_main.js?sysver=8.3.25.1286\">";

/// Sunday, 22 November 2026.
pub(crate) const NOW: Timestamp = Timestamp(1_795_305_600_000);

/// Status, headers, body.
pub(crate) type Answer = (u16, Vec<(&'static str, String)>, String);

/// What a path is answered with.
pub(crate) type Script = fn(&str) -> Answer;

pub(crate) fn text(status: u16, body: &str) -> Answer {
    (status, Vec::new(), body.to_owned())
}

pub(crate) fn to(status: u16, location: &str) -> Answer {
    (status, vec![("location", location.to_owned())], String::new())
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    book: Arc<Book>,
}

struct Book {
    script: Script,
    asked: Mutex<Vec<String>>,
}

impl Server {
    pub(crate) async fn new(script: Script) -> Self {
        let book = Arc::new(Book {
            script,
            asked: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(book.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, book }
    }

    /// The check of a base on this server.
    pub(crate) async fn check(&self) -> Found {
        check(&format!("http://{}/base", self.address)).await
    }

    /// Method, path and query of every request, with the headers that could begin a session or sign in.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.book.asked.lock().unwrap().clone()
    }
}

async fn answer(State(book): State<Arc<Book>>, request: Request) -> Response {
    let mut line = format!("{} {}", request.method(), request.uri());
    for name in ["authorization", "cookie", "ibsession"] {
        if request.headers().contains_key(name) {
            line = format!("{line} {name}");
        }
    }
    book.asked.lock().unwrap().push(line);
    let (status, headers, body) = (book.script)(request.uri().path());
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    // The framework calls every text plain; a page is one of HTML unless the test says otherwise.
    response
        .headers_mut()
        .insert("content-type", "text/html".parse().unwrap());
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

pub(crate) async fn check(address: &str) -> Found {
    Found(check_publication(address, false, None, NOW).await)
}

/// The checks of one publication.
pub(crate) struct Found(pub(crate) Vec<Check>);

impl Found {
    /// The one check with this code.
    pub(crate) fn of(&self, code: &str) -> &Check {
        let mut found = self
            .0
            .iter()
            .filter(|check| check.finding.code() == format!("publication.{code}"));
        let first = found
            .next()
            .unwrap_or_else(|| unreachable!("no check {code}: {:?}", self.0));
        assert!(found.next().is_none(), "{code} twice");
        first
    }

    pub(crate) fn finding(&self, code: &str) -> Finding {
        self.of(code).finding
    }

    pub(crate) fn failed(&self) -> Vec<Finding> {
        let failed = self.0.iter().filter(|check| check.verdict() == Verdict::Failed);
        failed.map(|check| check.finding).collect()
    }
}
