//! What an HTTP answer means that is not the one that was hoped for.

use std::time::Duration;

use hyper::{
    StatusCode,
    header::{self, HeaderMap},
};
use jiff::{Timestamp, fmt::rfc2822};

use crate::session::NotOpened;

/// A wish of more than this is a mistake somewhere.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// A refusal by the right server, or somebody else's page.
pub(super) fn refused(status: StatusCode, headers: &HeaderMap) -> NotOpened {
    if status.is_client_error() && status != StatusCode::NOT_FOUND || status.is_server_error() {
        NotOpened::Refused {
            status: status.as_u16(),
            retry_after: retry_after(headers),
        }
    } else {
        NotOpened::NotAPushServer
    }
}

/// `Retry-After`: seconds, or a moment by the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        // More digits than a number holds mean a very long time.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        let until = moment(text)?;
        let date = headers.get(header::DATE).and_then(|date| moment(date.to_str().ok()?));
        let now = date.unwrap_or_else(Timestamp::now);
        Duration::try_from(until.duration_since(now)).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

fn moment(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn answer(status: u16, headers: &[(header::HeaderName, &'static str)]) -> NotOpened {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        refused(StatusCode::from_u16(status).unwrap(), &headers)
    }

    fn wait(headers: &[(header::HeaderName, &'static str)]) -> Option<u64> {
        let NotOpened::Refused { retry_after, .. } = answer(429, headers) else {
            panic!("not refused");
        };
        retry_after.map(|wait| wait.as_secs())
    }

    #[test]
    fn statuses_tell_a_refusal_from_a_foreign_page() {
        for status in [400, 401, 403, 407, 413, 429, 500, 502, 503, 504] {
            let refused = NotOpened::Refused {
                status,
                retry_after: None,
            };
            assert_eq!(answer(status, &[]), refused);
        }
        for status in [200, 204, 301, 302, 307, 404] {
            assert_eq!(answer(status, &[]), NotOpened::NotAPushServer);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_moment() {
        let date = (header::DATE, "Sun, 22 Nov 2026 04:00:00 GMT");
        assert_eq!(wait(&[(header::RETRY_AFTER, " 7 ")]), Some(7));
        assert_eq!(wait(&[(header::RETRY_AFTER, "0")]), Some(0));
        assert_eq!(wait(&[(header::RETRY_AFTER, "86400")]), Some(3600));
        assert_eq!(wait(&[(header::RETRY_AFTER, "99999999999999999999999")]), Some(3600));
        let later = (header::RETRY_AFTER, "Sun, 22 Nov 2026 04:02:00 GMT");
        assert_eq!(wait(&[later, date.clone()]), Some(120));
        let before = (header::RETRY_AFTER, "Sun, 22 Nov 2026 03:02:00 GMT");
        assert_eq!(wait(&[before, date]), Some(0));
        assert_eq!(wait(&[(header::RETRY_AFTER, "soon")]), None);
        assert_eq!(wait(&[(header::RETRY_AFTER, "-5")]), None);
        assert_eq!(wait(&[]), None);
    }
}
