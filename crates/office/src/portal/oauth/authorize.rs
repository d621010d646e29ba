//! `/oauth/authorize/`: a signed-in user is sent back to the application with a code.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::params;
use crate::portal::Portal;
use crate::portal::pages;
use crate::portal::sessions::login_page;

impl Portal {
    /// Whoever is not signed in gets the form first. A mistake ends on a page of the portal: nobody is sent back.
    pub(crate) fn authorize(&self, query: &str, headers: &HeaderMap, now: Timestamp) -> Response {
        let asked = params::parse_query(query);
        let Some(client_id) = params::text(&asked, "client_id").filter(|id| !id.is_empty()) else {
            return refused("Не указан идентификатор приложения");
        };
        let Some(application) = self.authority.application(&client_id) else {
            return refused("Приложение не найдено");
        };
        if !application.installed {
            return refused("Установка приложения не завершена");
        }
        let Some(session) = self.sessions.signed_in(headers) else {
            return login_page(&format!("/oauth/authorize/?{query}"), None, headers);
        };
        let code = self.authority.code(&client_id, session.user, now);
        let host = &self.around.host;
        let mut parts = vec![("code", code)];
        if let Some(state) = params::text(&asked, "state") {
            parts.push(("state", state));
        }
        parts.push(("domain", host.clone()));
        parts.push(("member_id", self.authority.member_id.clone()));
        parts.push(("scope", application.scopes.join(",")));
        parts.push(("server_domain", host.clone()));
        let sent: Vec<String> = parts
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        // The address of the form counts, whatever the request says.
        let address = &application.redirect_uri;
        let glue = if address.contains('?') { '&' } else { '?' };
        let location = format!("{address}{glue}{}", sent.join("&"));
        (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
    }
}

fn refused(text: &str) -> Response {
    let page = pages::message("Ошибка авторизации", text);
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::BAD_REQUEST, html, page).into_response()
}
