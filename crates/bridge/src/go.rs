//! `/go`: the one page that a browser may show. It offers a link and does nothing: only the person who clicks opens it,
//! and the link then passes the same gate as any other clicked one.
use axum::http::{HeaderValue, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hotstart_core::link::{Link, Source};
use sha2::{Digest as _, Sha256};

use crate::reply::{Reply, whole};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em;color:#222}\
a{display:inline-block;padding:.6em 1.2em;border-radius:.4em;background:#1b6ef3;color:#fff;text-decoration:none}\
code{word-break:break-all;color:#555}@media(prefers-color-scheme:dark){body{background:#1c1c1e;color:#eee}code{color:#aaa}}";

/// The page for the text of a link.
pub(crate) fn page(text: Option<&str>) -> Reply {
    let link = text
        .and_then(|text| Link::receive(text, Source::Clicked).ok())
        .map(|link| link.canonical());
    // What the desktop knows as ours; a link to any other program is none of this page's business.
    let link = link.filter(|link| link.starts_with("hotstart://"));
    match link {
        Some(link) => {
            let shown = escaped(&link);
            let body = format!(
                "<p lang=ru>Открыть в программе Hotstart на этом компьютере?</p>\
                 <p lang=en>Open in Hotstart on this computer?</p>\
                 <p><a rel=noreferrer href=\"{shown}\">Открыть · Open</a></p><p><code>{shown}</code></p>"
            );
            html(StatusCode::OK, &body)
        }
        None => html(
            StatusCode::BAD_REQUEST,
            "<p lang=ru>Это не ссылка Hotstart.</p><p lang=en>This is no link of Hotstart.</p>",
        ),
    }
}

fn html(status: StatusCode, body: &str) -> Reply {
    let text = format!(
        "<!doctype html><html><head><meta charset=utf-8><title>Hotstart</title><style>{STYLE}</style></head><body>{body}</body></html>"
    );
    let mut reply = whole(status, "text/html; charset=utf-8", text.into_bytes());
    let headers = reply.headers_mut();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(STYLE.as_bytes()))
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert("content-security-policy", policy);
    }
    headers.insert("x-frame-options", HeaderValue::from_static("DENY"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    reply
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}
