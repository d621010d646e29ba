//! Renamed portals: the old address answers with a redirect, and the call has to be made again at the new one by hand,
//! since a common client would make it a GET without a body (official page "change of the domain").
//!
//! What is sent holds a secret. So it goes on only to a name that belongs to the same portal: in the cloud to another
//! name in the cloud, elsewhere to the same host, over https where it was https, and only to the very path that was
//! asked for; a redirect to a login page is none of that.

use url::{Host, Url};

use super::error::{RestError, RestErrorKind};
use crate::portal::Portal;

/// Where the vendor gives names to portals of the cloud.
const CLOUD: [&str; 19] = [
    "bitrix24.ru",
    "bitrix24.com",
    "bitrix24.by",
    "bitrix24.kz",
    "bitrix24.ua",
    "bitrix24.de",
    "bitrix24.eu",
    "bitrix24.es",
    "bitrix24.fr",
    "bitrix24.it",
    "bitrix24.pl",
    "bitrix24.in",
    "bitrix24.cn",
    "bitrix24.com.br",
    "bitrix24.com.tr",
    "bitrix24.vn",
    "bitrix24.jp",
    "bitrix24.id",
    "bitrix24.uz",
];

/// The origin to send the call on to, if it may go there. `also` holds what the user trusts besides.
pub(super) fn target(origin: &str, path: &str, location: &str, also: &[Portal]) -> Option<String> {
    let from = Url::parse(origin).ok()?;
    let to = from.join(location).ok()?;
    let downgraded = from.scheme() == "https" && to.scheme() != "https";
    if downgraded || !matches!(to.scheme(), "http" | "https") || !to.username().is_empty() || to.password().is_some() {
        return None;
    }
    if to.path() != path || to.origin() == from.origin() {
        return None;
    }
    let same_host = to.host() == from.host() && to.scheme() == "https" && to.port().is_none();
    let in_cloud = is_cloud(&from) && is_cloud(&to) && to.scheme() == "https";
    let portal = Portal::parse(&host_and_port(&to)?).ok()?;
    // A portal on this computer is a trial, and its new name is on this computer too.
    let here = Portal::parse(&host_and_port(&from)?).is_ok_and(|from| from.is_loopback()) && portal.is_loopback();
    (same_host || in_cloud || here || also.contains(&portal)).then(|| to.origin().ascii_serialization())
}

/// The error of a redirect that is not followed: only its host is told.
pub(super) fn refused(status: u16, location: &str) -> RestError {
    let host = Url::parse(location)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let message = host.map_or_else(|| "to another page".to_owned(), |host| format!("to {host}"));
    RestError::new(RestErrorKind::Moved, &message).with_status(status)
}

fn is_cloud(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return false;
    };
    url.port().is_none()
        && CLOUD.iter().any(|zone| {
            name.strip_suffix(zone)
                .is_some_and(|own| own.len() > 1 && own.ends_with('.'))
        })
}

fn host_and_port(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/rest/7/secret/profile.json";

    fn go(from: &str, to: &str) -> Option<String> {
        target(from, PATH, &to.replace("PATH", PATH), &[])
    }

    #[test]
    fn a_renamed_portal_of_the_cloud_is_followed() {
        let new = go("https://old.bitrix24.ru", "https://new.bitrix24.ruPATH");
        assert_eq!(new.as_deref(), Some("https://new.bitrix24.ru"));
        let zone = go("https://old.bitrix24.ru", "https://old.bitrix24.comPATH");
        assert_eq!(zone.as_deref(), Some("https://old.bitrix24.com"));
        let box_to_tls = go("http://box.example.ru:80", "https://box.example.ruPATH");
        assert_eq!(box_to_tls.as_deref(), Some("https://box.example.ru"));
        let trial = go("http://127.0.0.1:81", "http://localhost:81PATH");
        assert_eq!(trial.as_deref(), Some("http://localhost:81"));
    }

    #[test]
    fn nothing_else_is() {
        for (from, to) in [
            ("https://old.bitrix24.ru", "https://evil.examplePATH"),
            ("https://old.bitrix24.ru", "https://bitrix24.ru.evil.examplePATH"),
            ("https://old.bitrix24.ru", "https://evilbitrix24.ruPATH"),
            ("https://old.bitrix24.ru", "https://bitrix24.ruPATH"),
            ("https://old.bitrix24.ru", "https://.bitrix24.ruPATH"),
            ("https://old.bitrix24.ru", "https://new.bitrix24.xyzPATH"),
            ("https://old.bitrix24.ru", "https://new.bitrix24.ru:8443PATH"),
            ("https://old.bitrix24.ru", "http://new.bitrix24.ruPATH"),
            ("https://old.bitrix24.ru", "https://a@new.bitrix24.ruPATH"),
            ("https://old.bitrix24.ru", "https://new.bitrix24.ru/auth/"),
            ("https://old.bitrix24.ru", "//evil.examplePATH"),
            ("https://old.bitrix24.ru", "PATH"),
            ("https://box.example.ru", "https://new.bitrix24.ruPATH"),
            ("https://box.example.ru", "https://other.example.ruPATH"),
            ("https://box.example.ru", "http://box.example.ruPATH"),
            ("http://box.example.ru:80", "http://box.example.ru:81PATH"),
            ("https://box.example.ru", "ftp://box.example.ruPATH"),
            ("https://box.example.ru", "https://127.0.0.1:81PATH"),
            ("http://127.0.0.1:81", "http://box.example.ruPATH"),
            ("https://box.example.ru", "javascript:alert(1)"),
            ("https://box.example.ru", ""),
        ] {
            assert_eq!(go(from, to), None, "{from} -> {to}");
        }
    }

    #[test]
    fn what_the_user_trusts_is_followed() {
        let also = [
            Portal::parse("new.example.ru").unwrap(),
            Portal::parse("127.0.0.1:81").unwrap(),
        ];
        let to = |from: &str, to: &str| target(from, PATH, &format!("{to}{PATH}"), &also);
        assert!(to("https://old.example.ru", "https://new.example.ru").is_some());
        assert!(to("http://127.0.0.1:80", "http://127.0.0.1:81").is_some());
        assert!(to("https://127.0.0.1", "http://127.0.0.1:81").is_none());
        assert!(to("https://old.example.ru", "https://new.example.ru:81").is_none());
    }
}
