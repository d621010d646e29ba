//! The pages of the settings window, for the settings window.
//!
//! The framework offers them to every window that it makes; a page of 1C or of a portal has no business there. All windows
//! share one handler of the scheme on Linux, so the decision is made for each request, by the window that asks.
use std::borrow::Cow;

use tauri::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use tauri::http::{Request, Response, StatusCode};
use tauri::{UriSchemeContext, Wry};

use crate::windows::settings;

/// The scheme of the pages.
pub(crate) const SCHEME: &str = "tauri";

/// A page or a file of it; nothing for a stranger.
pub(crate) fn answer(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>) -> Response<Cow<'static, [u8]>> {
    let asset = (context.webview_label() == settings::LABEL).then(|| {
        context
            .app_handle()
            .asset_resolver()
            .get(request.uri().path().to_owned())
    });
    let mut answer = Response::new(Cow::Borrowed(&[][..]));
    match asset {
        None => *answer.status_mut() = StatusCode::FORBIDDEN,
        Some(None) => *answer.status_mut() = StatusCode::NOT_FOUND,
        Some(Some(asset)) => {
            let policy = asset
                .csp_header
                .as_deref()
                .and_then(|policy| HeaderValue::from_str(policy).ok());
            let kind = HeaderValue::from_str(&asset.mime_type).ok();
            answer
                .headers_mut()
                .extend(policy.map(|policy| (CONTENT_SECURITY_POLICY, policy)));
            answer.headers_mut().extend(kind.map(|kind| (CONTENT_TYPE, kind)));
            *answer.body_mut() = Cow::Owned(asset.bytes);
        }
    }
    answer
}
