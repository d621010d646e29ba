//! The loopback interface that 1C calls.
//!
//! Every browser on the desk can reach a loopback port too, and any web page can make it do so. Therefore each request
//! passes [`admit`] before anything else is looked at: the exact `Host` (which stops DNS rebinding), no trace of a web
//! page, then the token of the base in constant time. The server that stands behind it comes with pairing; nothing
//! listens before that.

/// What a request says about where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origins<'a> {
    /// The header `Host`.
    pub host: Option<&'a str>,
    /// The header `Origin`.
    pub origin: Option<&'a str>,
    /// The header `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// The token of the header `Authorization: Bearer`.
    pub token: Option<&'a str>,
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

/// Whether a request to the bridge on `port` may be looked at, and by which of the `tokens` (one for each base).
///
/// The order is part of the contract: a page learns nothing about tokens, a stranger's name nothing about pages.
pub fn admit(request: &Origins<'_>, port: u16, tokens: &[&str]) -> Result<usize, Turned> {
    let ours = [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ];
    if !request.host.is_some_and(|host| ours.iter().any(|name| name == host)) {
        return Err(Turned::Host);
    }
    if request.origin.is_some() || !matches!(request.fetch_site, None | Some("none")) {
        return Err(Turned::Page);
    }
    let given = request.token.ok_or(Turned::Token)?;
    // Every token is compared to its end, so that the time says neither which one nor how much of it fits.
    let fits = tokens.iter().enumerate().fold(
        None,
        |found, (at, token)| if same(given, token) { Some(at) } else { found },
    );
    fits.ok_or(Turned::Token)
}

/// Compares in a time that depends only on the lengths. An empty token fits nothing.
fn same(given: &str, token: &str) -> bool {
    let (given, token) = (given.as_bytes(), token.as_bytes());
    if given.len() != token.len() || token.is_empty() {
        return false;
    }
    let difference = given
        .iter()
        .zip(token)
        .fold(0, |difference, (one, other)| difference | (one ^ other));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: [&str; 2] = ["one-long-token", "two-long-token"];

    fn good() -> Origins<'static> {
        Origins {
            host: Some("127.0.0.1:5123"),
            token: Some("two-long-token"),
            ..Origins::default()
        }
    }

    #[test]
    fn a_client_with_its_token_is_let_in() {
        assert_eq!(admit(&good(), 5123, &TOKENS), Ok(1));
        assert_eq!(
            admit(
                &Origins {
                    fetch_site: Some("none"),
                    ..good()
                },
                5123,
                &TOKENS
            ),
            Ok(1)
        );
    }

    #[test]
    fn names_pages_and_tokens_are_judged_in_this_order() {
        let nobody = Origins { token: None, ..good() };
        let cases = [
            (
                Origins {
                    host: Some("evil.example:5123"),
                    origin: Some("https://evil.example"),
                    ..nobody
                },
                Turned::Host,
            ),
            (
                Origins {
                    host: Some("127.0.0.1.nip.io:5123"),
                    ..good()
                },
                Turned::Host,
            ),
            (
                Origins {
                    host: Some("127.0.0.1"),
                    ..good()
                },
                Turned::Host,
            ),
            (Origins { host: None, ..good() }, Turned::Host),
            (
                Origins {
                    origin: Some("https://evil.example"),
                    ..nobody
                },
                Turned::Page,
            ),
            (
                Origins {
                    origin: Some("null"),
                    ..good()
                },
                Turned::Page,
            ),
            (
                Origins {
                    fetch_site: Some("cross-site"),
                    ..good()
                },
                Turned::Page,
            ),
            (
                Origins {
                    fetch_site: Some("same-origin"),
                    ..good()
                },
                Turned::Page,
            ),
            (nobody, Turned::Token),
            (
                Origins {
                    token: Some("two-long-tokem"),
                    ..good()
                },
                Turned::Token,
            ),
            (
                Origins {
                    token: Some(""),
                    ..good()
                },
                Turned::Token,
            ),
        ];
        for (request, turned) in cases {
            assert_eq!(admit(&request, 5123, &TOKENS), Err(turned), "{request:?}");
        }
        assert_eq!(
            admit(
                &Origins {
                    token: Some(""),
                    ..good()
                },
                5123,
                &[""]
            ),
            Err(Turned::Token)
        );
    }
}
