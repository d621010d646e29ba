//! A publication with a book of sessions, for one test.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use onec::Publication;
use onec::client::{Base, Login, Options, settings};

/// What was asked: method, path with query, and the headers.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// What the base answers: a status, headers and a body, by the number of the request that was let in.
pub(crate) type Script = fn(&Asked) -> (u16, Vec<(&'static str, String)>, String);

pub(crate) struct Stage {
    pub(crate) origin: String,
    book: Arc<Book>,
}

struct Book {
    script: Script,
    /// The status for a session that is not known.
    lost: u16,
    licences: usize,
    asked: Mutex<Vec<Asked>>,
    sessions: Mutex<(HashSet<String>, usize)>,
}

impl Stage {
    pub(crate) async fn new(script: Script) -> Self {
        Self::with(script, 404, 1).await
    }

    pub(crate) async fn with(script: Script, lost: u16, licences: usize) -> Self {
        let book = Arc::new(Book {
            script,
            lost,
            licences,
            asked: Mutex::default(),
            sessions: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(book.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { origin, book }
    }

    pub(crate) fn base(&self) -> Base {
        self.base_with(None, Options::default())
    }

    pub(crate) fn base_with(&self, login: Option<Login>, options: Options) -> Base {
        let publication = Publication::parse(&format!("{}/база", self.origin)).unwrap();
        Base::new(http(), publication, login, options).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.book.asked.lock().unwrap().clone()
    }

    pub(crate) fn open_sessions(&self) -> usize {
        self.book.sessions.lock().unwrap().0.len()
    }

    /// The base forgets its sessions, as after a restart.
    pub(crate) fn forget(&self) {
        self.book.sessions.lock().unwrap().0.clear();
    }
}

/// A client as a program makes it, without trusted roots: everything here is on this computer.
pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy();
    settings(builder).build().unwrap()
}

async fn answer(State(book): State<Arc<Book>>, request: Request) -> Response {
    let asked = Asked {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers: request.headers().clone(),
    };
    book.asked.lock().unwrap().push(asked.clone());
    let mut kept = None;
    {
        let (open, made) = &mut *book.sessions.lock().unwrap();
        let cookie = asked.header("cookie").map(str::to_owned);
        match (asked.header("ibsession"), cookie) {
            (Some("start"), None) if open.len() >= book.licences => {
                return StatusCode::NOT_ACCEPTABLE.into_response();
            }
            (Some("start"), None) => {
                *made += 1;
                let cookie = format!("ibsession=s{made}");
                open.insert(cookie.clone());
                kept = Some(cookie);
            }
            (Some("finish"), Some(cookie)) => {
                open.remove(&cookie);
                return StatusCode::OK.into_response();
            }
            (_, Some(cookie)) if !open.contains(&cookie) => {
                return StatusCode::from_u16(book.lost).unwrap().into_response();
            }
            (_, _) => {}
        }
    }
    let (status, headers, body) = (book.script)(&asked);
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    for (name, value) in headers {
        response.headers_mut().append(name, value.parse().unwrap());
    }
    if let Some(kept) = kept {
        let value = format!("{kept}; Path=/; HttpOnly").parse().unwrap();
        response.headers_mut().append("set-cookie", value);
    }
    response
}
