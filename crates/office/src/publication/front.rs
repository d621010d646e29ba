//! The door of the publications: finds out which one a path means, applies its manners, and hands the request on under
//! the plain name, whatever the outside address is.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tower_service::Service as _;

use super::State;
use super::refusal::Refusal;

/// Where the publication is seen from outside.
#[derive(Debug, Clone)]
pub(super) struct Mount {
    /// The path of the publication, without a slash at its end.
    pub(super) prefix: String,
    /// The address of the publication: scheme, host as the caller knows it, prefix.
    pub(super) address: String,
}

/// Put on the requests of a listener that speaks TLS.
#[derive(Debug, Clone, Copy)]
pub(super) struct OverTls;

#[derive(Clone)]
struct Front {
    state: Arc<State>,
    inner: Router,
}

enum Way {
    /// To this publication, with the rest of the path.
    In(&'static str, String),
    /// To another address.
    Away(String),
    Nowhere,
}

/// All publications, reached through their manners.
pub(super) fn router(state: Arc<State>, inner: Router) -> Router {
    Router::new().fallback(pass).with_state(Front { state, inner })
}

async fn pass(Shared(mut front): Shared<Front>, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let tls = request.extensions().get::<OverTls>().is_some();
    let (name, rest) = match way(&front.state, &path, tls) {
        Way::In(name, rest) => (name, rest),
        Way::Away(to) => return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to + &query)]).into_response(),
        Way::Nowhere => return Refusal::UnknownPublication.into_response(),
    };
    let Ok(publication) = front.state.publication(name) else {
        return Refusal::UnknownPublication.into_response();
    };
    let (delay, frame, prefix) = {
        let mut desk = publication.desk();
        desk.requests += 1;
        let manners = &desk.manners;
        (manners.delay_ms, manners.frame_header(), manners.prefix(name))
    };
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let Ok(inside) = PathAndQuery::try_from(format!("/{name}{rest}{query}")) else {
        return Refusal::UnknownResource.into_response();
    };
    let scheme = if tls { "https" } else { "http" };
    let mount = Mount {
        address: format!("{scheme}://{}{prefix}", host(request.headers())),
        prefix,
    };
    *request.uri_mut() = Uri::from(inside);
    request.extensions_mut().insert(mount);
    let mut response = match front.inner.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if let Some((name, value)) = frame {
        response.headers_mut().insert(name, value);
    }
    response
}

/// A base that moved to an https address is served over TLS: it may be that address.
fn way(state: &State, path: &str, tls: bool) -> Way {
    for publication in &state.publications {
        let desk = publication.desk();
        let name = publication.name;
        if let Some(rest) = below(path, &desk.manners.prefix(name)) {
            return match desk.manners.redirect() {
                Some(to) if to.contains("://") && !(tls && to.starts_with("https:")) => Way::Away(to + rest),
                Some(_) | None => Way::In(name, rest.to_owned()),
            };
        }
        if let Some(rest) = below(path, &format!("/{name}"))
            && desk.manners.area.is_none()
            && let Some(to) = desk.manners.redirect()
        {
            return Way::Away(to + rest);
        }
    }
    Way::Nowhere
}

/// The rest of a path below a folder; empty for the folder itself.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn host(headers: &HeaderMap) -> &str {
    headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(way: &Way) -> String {
        match way {
            Way::In(name, rest) => format!("in {name} {rest}"),
            Way::Away(to) => format!("away {to}"),
            Way::Nowhere => "nowhere".to_owned(),
        }
    }

    #[test]
    fn a_publication_answers_where_its_manners_say() {
        let state = State::new(1);
        let at = |path: &str| told(&way(&state, path, false));
        assert_eq!(at("/ut/ru_RU/"), "in ut /ru_RU/");
        assert_eq!(at("/ut"), "in ut ");
        assert_eq!(at("/utx"), "nowhere");
        state.publication("ut").unwrap().desk().manners.moved_to = Some("new/trade".to_owned());
        assert_eq!(at("/ut/ru_RU/"), "away /new/trade/ru_RU/");
        assert_eq!(at("/new/trade/hs/x"), "in ut /hs/x");
        state.publication("ut").unwrap().desk().manners.moved_to = Some("https://other.example/ut/".to_owned());
        assert_eq!(at("/ut/ru_RU/"), "away https://other.example/ut/ru_RU/");
        assert_eq!(told(&way(&state, "/ut/ru_RU/", true)), "in ut /ru_RU/");
        state.publication("bp").unwrap().desk().manners.area = Some("1042".to_owned());
        assert_eq!(at("/bp/ru_RU/"), "nowhere");
        assert_eq!(at("/a/bp/1042/ru_RU/"), "in bp /ru_RU/");
        assert_eq!(at("/a/bp/1043/ru_RU/"), "nowhere");
    }
}
