//! The portal's front door: which part of it a request is for.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::reply::{Refusal, send};
use super::sessions::login_page;
use super::{Portal, pages};
use crate::clock;
use crate::faults::Fault;
use crate::journal::{Entry, Kind};
use crate::params;
use crate::push::Route;

/// The largest form that is read.
const MAX_FORM: usize = 64 * 1024;

impl Portal {
    /// Answers any request to the portal's listener.
    pub(crate) async fn serve(&self, request: Request<Body>) -> Response {
        let at = clock::now();
        let path = request.uri().path().to_owned();
        // Doubled slashes are one slash, as the portal's web server has it.
        let all: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let prefix = self.manners.get().prefix;
        let inside = all.split_first().filter(|(first, _)| **first == prefix);
        let parts = inside.map_or(all.as_slice(), |(_, rest)| rest);
        let (kind, method, response) = if let Some(route) = Route::find(request.method(), parts) {
            (Kind::Push, path.clone(), self.push.serve(route, request).await)
        } else if self.faults.strikes(Fault::PortalSilent).is_some() {
            std::future::pending().await
        } else if let Some(elsewhere) = self.renamed(&request) {
            // The log knows a call by its method, never by the secret in its address.
            match parts {
                ["rest", .., method] => (Kind::Rest, (*method).to_owned(), elsewhere),
                _ => (Kind::Page, path.clone(), elsewhere),
            }
        } else if let ["rest", call @ ..] = parts {
            let (method, response) = self.rest(call, request).await;
            (Kind::Rest, method, response)
        } else if let ["oauth", "token"] = parts {
            (Kind::Page, path.clone(), self.token(request).await)
        } else if !prefix.is_empty() && inside.is_none() {
            (Kind::Page, path.clone(), missing())
        } else {
            (Kind::Page, path.clone(), self.visit(parts, request).await)
        };
        let entry = Entry {
            kind,
            method,
            status: response.status().as_u16(),
            at_us: clock::micros(at),
            at: clock::iso(at),
        };
        self.journal.add(entry);
        response
    }

    /// Every name but the new one leads to the new one; the method and body of the request are the caller's affair.
    fn renamed(&self, request: &Request<Body>) -> Option<Response> {
        let new = self.manners.get().moved_to;
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        if new.is_empty() || host.eq_ignore_ascii_case(&new) {
            return None;
        }
        let rest = request.uri().path_and_query().map_or("/", |rest| rest.as_str());
        let scheme = if new.contains("://") { "" } else { "http://" };
        let page = "<html><head><title>302 Found</title></head><body><h1>302 Found</h1></body></html>";
        let headers = [
            (header::LOCATION, format!("{scheme}{new}{rest}")),
            (header::CONTENT_TYPE, "text/html".to_owned()),
        ];
        Some((StatusCode::FOUND, headers, page).into_response())
    }

    /// The authorization server's own call.
    async fn token(&self, request: Request<Body>) -> Response {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let outcome = match form(request, &query).await {
            Some(params) => self.authority.tokens(&params, &self.around.host, clock::now()),
            None => Err(Refusal::bad("invalid_request", "Malformed request")),
        };
        match outcome {
            Ok(tokens) => send(StatusCode::OK, &tokens),
            Err(refusal) => send(refusal.status, &refusal.object()),
        }
    }

    /// Pages for a person.
    async fn visit(&self, parts: &[&str], request: Request<Body>) -> Response {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let headers = request.headers().clone();
        let asked = params::parse_query(&query);
        let says = |name: &str| params::text(&asked, name).is_some_and(|value| value.eq_ignore_ascii_case("yes"));
        if request.method() == Method::POST {
            let back = here(parts, &query);
            let mut sent = form(request, "").await.unwrap_or_default();
            if params::text(&sent, "AUTH_FORM").is_none() {
                return missing();
            }
            sent.entry("backurl").or_insert_with(|| back.into());
            return self.sign_in(&sent, &headers);
        }
        match parts {
            _ if says("logout") => self.sign_out(&headers),
            ["oauth", "authorize"] => self.authorize(&query, &headers, clock::now()),
            ["auth"] => {
                let back = params::text(&asked, "backurl").unwrap_or_else(|| "/stream/".to_owned());
                login_page(&back, None, &headers)
            }
            _ => self.page(parts, &query, &headers),
        }
    }

    fn page(&self, parts: &[&str], query: &str, headers: &HeaderMap) -> Response {
        let session = self.sessions.signed_in(headers);
        if session.is_none() && self.manners.get().login_required {
            return login_page(&here(parts, query), None, headers);
        }
        let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        match pages::render(self, parts, query) {
            Some(page) => {
                let now = self.channels.portal_time(clock::now());
                let page = match session {
                    Some(session) => pages::with_session(&page, &session, now),
                    None => page,
                };
                (html, page).into_response()
            }
            None => missing(),
        }
    }
}

/// The parameters of a form, over those of the query.
async fn form(request: Request<Body>, query: &str) -> Option<params::Params> {
    let body = axum::body::to_bytes(request.into_body(), MAX_FORM).await.ok()?;
    params::parse_request(query, "", &body)
}

/// The path and query of the page, to come back to.
fn here(parts: &[&str], query: &str) -> String {
    let slash = if parts.is_empty() { "" } else { "/" };
    let path = parts.join("/") + slash;
    let query: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("login="))
        .collect();
    if query.is_empty() {
        format!("/{path}")
    } else {
        format!("/{path}?{}", query.join("&"))
    }
}

fn missing() -> Response {
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::NOT_FOUND, html, pages::not_found()).into_response()
}
