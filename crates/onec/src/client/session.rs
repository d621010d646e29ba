//! The kept session of a base.

use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};

/// The header that asks for a session, and ends it.
pub(super) const IB_SESSION: &str = "IBSession";

/// Longest cookie that is kept, in bytes.
const MAX_COOKIE: usize = 2048;

/// A session that the base keeps for us.
#[derive(Debug)]
pub(super) struct Session {
    /// `ibsession=...`.
    pub(super) cookie: HeaderValue,
    /// The path behind the publication where it began: it is ended there, by a reading that changes nothing.
    pub(super) root: String,
}

/// What an answer says about the session.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// It is kept under this cookie.
    Kept(HeaderValue),
    /// It is over.
    Over,
}

/// Reads `Set-Cookie: ibsession=...`.
pub(super) fn said(headers: &HeaderMap) -> Said {
    for header in headers.get_all(SET_COOKIE) {
        let Ok(text) = header.to_str() else { continue };
        let mut parts = text.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            continue;
        };
        if !name.trim().eq_ignore_ascii_case("ibsession") {
            continue;
        }
        let ended = parts.any(|part| part.replace(' ', "").eq_ignore_ascii_case("max-age=0"));
        if ended || value.trim().is_empty() {
            return Said::Over;
        }
        let cookie = format!("{}={}", name.trim(), value.trim());
        if cookie.len() <= MAX_COOKIE
            && let Ok(mut cookie) = HeaderValue::try_from(cookie)
        {
            cookie.set_sensitive(true);
            return Said::Kept(cookie);
        }
    }
    Said::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cookies: &[&str]) -> Said {
        let pairs = cookies.iter().map(|cookie| (SET_COOKIE, cookie.parse().unwrap()));
        said(&pairs.collect())
    }

    #[test]
    fn the_cookie_of_the_session_is_found_among_others() {
        let kept = |text: &'static str| Said::Kept(HeaderValue::from_static(text));
        assert_eq!(
            of(&["a=b; Path=/", "ibsession=x1; Path=/base; HttpOnly"]),
            kept("ibsession=x1")
        );
        assert_eq!(of(&["IBSession = \"x1\""]), kept("IBSession=\"x1\""));
        assert_eq!(of(&["ibsession=; Path=/"]), Said::Over);
        assert_eq!(of(&["ibsession=x; Max-Age=0"]), Said::Over);
        assert_eq!(of(&["ibsession2=x", "x", "vrs_session=1"]), Said::Nothing);
        assert_eq!(of(&[&format!("ibsession={}", "x".repeat(3000))]), Said::Nothing);
        assert_eq!(of(&[]), Said::Nothing);
    }
}
