//! The files of the web client and how they are served: with an ETag and asked for anew at every load, not compressed.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::{Publication, State, metadata, papers, platform};

const PAGE: &str = include_str!("../../assets/publication/index.html");
const LOCKED: &str = include_str!("../../assets/publication/locked.html");
const JS: &str = "text/javascript; charset=utf-8";

const FILES: [(&str, &str, &str); 8] = [
    (
        "client.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/publication/client.css"),
    ),
    ("runtime.js", JS, include_str!("../../assets/publication/runtime.js")),
    ("server.js", JS, include_str!("../../assets/publication/server.js")),
    ("registry.js", JS, include_str!("../../assets/publication/registry.js")),
    ("forms.js", JS, include_str!("../../assets/publication/forms.js")),
    ("windows.js", JS, include_str!("../../assets/publication/windows.js")),
    ("start.js", JS, include_str!("../../assets/publication/start.js")),
    ("hostile.js", JS, include_str!("../../assets/publication/hostile.js")),
];

/// A file with its entity tag.
#[derive(Debug, Clone)]
pub(super) struct Asset {
    kind: &'static str,
    body: Bytes,
    tag: HeaderValue,
}

impl Asset {
    fn new(kind: &'static str, body: String) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let tag = HeaderValue::try_from(format!("\"{:016x}\"", hasher.finish()))
            .unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
        Self {
            kind,
            body: Bytes::from(body),
            tag,
        }
    }

    /// The file, or 304 when the browser has it.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let headers = [
            (header::ETAG, self.tag.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::CONTENT_TYPE, HeaderValue::from_static(self.kind)),
        ];
        if asked.get(header::IF_NONE_MATCH) == Some(&self.tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, self.body.clone()).into_response()
    }
}

impl State {
    /// A file of the client by name; the platform is generated at the first request.
    pub(super) fn script(&self, name: &str) -> Option<&Asset> {
        let scripts = self.scripts.get_or_init(|| {
            let own = FILES
                .iter()
                .map(|(name, kind, text)| ((*name).to_owned(), Asset::new(kind, (*text).to_owned())));
            let platform = platform::FILES.iter().enumerate();
            own.chain(platform.map(|(at, name)| ((*name).to_owned(), Asset::new(JS, platform::script(self.seed, at)))))
                .collect()
        });
        scripts.iter().find(|(known, _)| known == name).map(|(_, asset)| asset)
    }

    /// The metadata of a publication, generated at the first request.
    pub(super) fn metadata<'a>(&self, publication: &'a Publication) -> &'a Asset {
        publication.metadata.get_or_init(|| {
            Asset::new(
                "application/json; charset=utf-8",
                metadata::metadata(self.seed, &publication.configuration),
            )
        })
    }
}

/// The page of the client.
pub(super) fn page(publication: &Publication) -> Asset {
    let (release, ping, hostile, portal) = {
        let desk = publication.desk();
        let portal = desk
            .portal
            .split("://")
            .last()
            .unwrap_or_default()
            .trim_end_matches('/')
            .to_owned();
        (desk.release, desk.manners.ping_s, desk.manners.hostile, portal)
    };
    let script = if hostile {
        r#"<script defer src="scripts/hostile.js"></script>"#
    } else {
        ""
    };
    let page = PAGE
        .replace("{{title}}", publication.configuration.title)
        .replace("{{release}}", &release.to_string())
        .replace("{{ping}}", &ping.to_string())
        .replace("{{portal}}", &portal)
        .replace("{{hostile}}", script);
    Asset::new("text/html; charset=utf-8", page)
}

/// The page of a base that is closed for maintenance.
pub(super) fn locked_page(publication: &Publication, message: &str) -> Response {
    let page = LOCKED
        .replace("{{title}}", publication.configuration.title)
        .replace("{{message}}", &papers::escaped(message));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::FORBIDDEN, headers, page).into_response()
}
