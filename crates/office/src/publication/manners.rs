//! How a publication behaves beside what it holds: where it answers, how fast, what it allows, what goes wrong.

use axum::http::{HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};

/// What a logout does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Logout {
    /// Ends the session.
    #[default]
    Works,
    /// Never answers, and the session stays.
    Hangs,
    /// Answers 500, and the session stays.
    Fails,
    /// Answers as if it worked, and the session stays.
    Keeps,
}

/// Who may show the pages in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Framing {
    /// Anybody: no header.
    #[default]
    Allowed,
    /// Nobody, by `X-Frame-Options: DENY`.
    XFrameOptions,
    /// Pages of the same origin, by `X-Frame-Options: SAMEORIGIN`.
    SameOrigin,
    /// Nobody, by `Content-Security-Policy: frame-ancestors 'none'`.
    Csp,
}

/// The manners of one publication.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Manners {
    /// Every request waits so long before it is looked at, in milliseconds.
    pub(super) delay_ms: u64,
    /// The publication has moved: a path without slashes at its ends, or a whole address. Old addresses redirect.
    pub(super) moved_to: Option<String>,
    /// The area of a base in service mode: it answers at `/a/<name>/<area>` only.
    pub(super) area: Option<String>,
    /// Who may frame it.
    pub(super) framing: Framing,
    /// What a logout does.
    pub(super) logout: Logout,
    /// The status for a call of a service with an unknown session: 400, 404 or 500.
    pub(super) stale_status: u16,
    /// After how many seconds of silence the page asks whether its session is alive.
    pub(super) ping_s: u64,
    /// Whether the base has the HTTP service `hotstart`.
    pub(super) service: bool,
    /// Whether OData is published.
    pub(super) odata: bool,
    /// Whether a hash change leads to the place.
    pub(super) follow_hash: bool,
    /// The page tries what no page may do, and reports what came of it.
    pub(super) hostile: bool,
}

impl Manners {
    /// A publication without faults.
    pub(super) fn new() -> Self {
        Self {
            delay_ms: 0,
            moved_to: None,
            area: None,
            framing: Framing::Allowed,
            logout: Logout::Works,
            stale_status: 404,
            ping_s: 60,
            service: true,
            odata: true,
            follow_hash: true,
            hostile: false,
        }
    }

    /// The header that keeps pages out of frames.
    pub(super) fn frame_header(&self) -> Option<(HeaderName, HeaderValue)> {
        match self.framing {
            Framing::Allowed => None,
            Framing::XFrameOptions => Some((header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))),
            Framing::SameOrigin => Some((header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"))),
            Framing::Csp => Some((
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("frame-ancestors 'none'"),
            )),
        }
    }

    /// The path where a publication of this name answers.
    pub(super) fn prefix(&self, name: &str) -> String {
        match (&self.area, self.path_moved_to()) {
            (Some(area), _) => format!("/a/{name}/{area}"),
            (None, Some(path)) => format!("/{path}"),
            (None, None) => format!("/{name}"),
        }
    }

    fn path_moved_to(&self) -> Option<&str> {
        self.moved_to.as_deref().filter(|to| !to.contains("://"))
    }

    /// Where old addresses lead: a prefix for the rest of the path.
    pub(super) fn redirect(&self) -> Option<String> {
        let to = self.moved_to.as_deref()?;
        Some(if to.contains("://") {
            to.trim_end_matches('/').to_owned()
        } else {
            format!("/{to}")
        })
    }
}
