//! Who is let in, decided from the headers alone.
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};

/// What a request says about where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origins<'a> {
    /// The header `Host`, if there is exactly one.
    pub host: Option<&'a str>,
    /// Whether there is a header `Origin`, whatever it holds.
    pub origin: bool,
    /// The header `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// The headers `Sec-Fetch-Mode` and `Sec-Fetch-Dest` speak of a person who follows a link in a tab.
    pub navigates: bool,
    /// The token of the header `Authorization: Bearer`.
    pub token: Option<&'a str>,
}

impl<'a> Origins<'a> {
    /// Reads the headers; one that is there twice, or that is no text, counts as a foreign one.
    pub fn of(headers: &'a HeaderMap) -> Self {
        let one = |name: &str| {
            let mut values = headers.get_all(name).iter();
            match (values.next(), values.next()) {
                (Some(value), None) => Some(value.to_str().unwrap_or("?")),
                (Some(_), Some(_)) => Some("?"),
                (None, _) => None,
            }
        };
        let mode = (one("sec-fetch-mode"), one("sec-fetch-dest"));
        Self {
            host: one(HOST.as_str()),
            origin: headers.contains_key(ORIGIN),
            fetch_site: one("sec-fetch-site"),
            navigates: mode == (Some("navigate"), Some("document")),
            token: one(AUTHORIZATION.as_str()).and_then(bearer),
        }
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}

/// Why a request goes no further, with the HTTP status that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// The name is not ours: 403.
    Host,
    /// A web page sent it: 403.
    Page,
    /// No token, or a wrong one: 401.
    Token,
}

impl Turned {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Host | Self::Page => 403,
            Self::Token => 401,
        }
    }
}

/// How many requests were turned away, by reason.
#[derive(Debug, Default)]
pub struct TurnedAway {
    host: AtomicU64,
    page: AtomicU64,
    token: AtomicU64,
}

impl TurnedAway {
    /// One more.
    pub(crate) fn count(&self, why: Turned) {
        self.of(why).fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn so_far(&self, why: Turned) -> u64 {
        self.of(why).load(Ordering::Relaxed)
    }

    const fn of(&self, why: Turned) -> &AtomicU64 {
        match why {
            Turned::Host => &self.host,
            Turned::Page => &self.page,
            Turned::Token => &self.token,
        }
    }
}

/// Whether a request to the bridge on `port` may be looked at by its name and its origin; `offered` is the one page that a
/// person may come to from anywhere.
///
/// The order is part of the contract: a page learns nothing about tokens, a stranger's name nothing about pages.
pub fn admit(request: &Origins<'_>, port: u16, offered: bool) -> Result<(), Turned> {
    let ours = [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ];
    if !request.host.is_some_and(|host| ours.iter().any(|name| name == host)) {
        return Err(Turned::Host);
    }
    let from_a_page = request.origin || !matches!(request.fetch_site, None | Some("none"));
    // A person who follows a link in a tab: never with an origin, never within a frame.
    let followed = offered && request.navigates && !request.origin;
    if from_a_page && !followed {
        return Err(Turned::Page);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Origins<'static> {
        Origins {
            host: Some("127.0.0.1:5123"),
            ..Origins::default()
        }
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn our_own_names_are_let_in() {
        for host in ["127.0.0.1:5123", "localhost:5123", "[::1]:5123"] {
            let origins = Origins {
                host: Some(host),
                ..good()
            };
            assert_eq!(admit(&origins, 5123, false), Ok(()));
            let typed = Origins {
                fetch_site: Some("none"),
                ..origins
            };
            assert_eq!(admit(&typed, 5123, false), Ok(()));
        }
    }

    #[test]
    fn other_names_and_pages_are_turned_away_in_this_order() {
        for host in [
            None,
            Some("evil.example:5123"),
            Some("127.0.0.1.nip.io:5123"),
            Some("127.0.0.1"),
            Some("127.0.0.1:80"),
            Some("LOCALHOST:5123"),
            Some("?"),
        ] {
            let request = Origins {
                host,
                origin: true,
                ..good()
            };
            assert_eq!(admit(&request, 5123, true), Err(Turned::Host), "{host:?}");
        }
        for request in [
            Origins { origin: true, ..good() },
            Origins {
                fetch_site: Some("cross-site"),
                ..good()
            },
            Origins {
                fetch_site: Some("same-origin"),
                ..good()
            },
            Origins {
                fetch_site: Some("?"),
                ..good()
            },
            Origins {
                origin: true,
                fetch_site: Some("none"),
                ..good()
            },
        ] {
            assert_eq!(admit(&request, 5123, false), Err(Turned::Page), "{request:?}");
        }
    }

    #[test]
    fn a_person_may_come_to_the_offering_page_from_anywhere_but_not_in_a_frame() {
        let followed = Origins {
            fetch_site: Some("cross-site"),
            navigates: true,
            ..good()
        };
        assert_eq!(admit(&followed, 5123, true), Ok(()));
        assert_eq!(admit(&followed, 5123, false), Err(Turned::Page));
        let posted = Origins {
            origin: true,
            ..followed
        };
        assert_eq!(admit(&posted, 5123, true), Err(Turned::Page));
        let framed = Origins {
            navigates: false,
            ..followed
        };
        assert_eq!(admit(&framed, 5123, true), Err(Turned::Page));
    }

    #[test]
    fn headers_are_read_once_or_count_as_foreign() {
        let known = headers(&[
            ("host", "h:1"),
            ("authorization", "bearer  abc "),
            ("sec-fetch-site", "none"),
        ]);
        let read = Origins::of(&known);
        assert_eq!(
            (read.host, read.token, read.fetch_site),
            (Some("h:1"), Some("abc"), Some("none"))
        );
        assert!(!read.origin && !read.navigates);
        let twice = headers(&[
            ("host", "h:1"),
            ("host", "h:1"),
            ("origin", "null"),
            ("authorization", "Basic abc"),
        ]);
        let read = Origins::of(&twice);
        assert_eq!((read.host, read.token, read.origin), (Some("?"), None, true));
        let tab = headers(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]);
        assert!(Origins::of(&tab).navigates);
        let frame = headers(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]);
        assert!(!Origins::of(&frame).navigates);
    }
}
