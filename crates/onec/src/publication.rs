//! The web address of a base.

use std::fmt;

use crate::encoding::{decode, encode_for_browser, encode_segment};
use crate::host::host_and_port;
use crate::navigation::NavigationLink;

/// The address of a publication: scheme, host, port if not the usual one, path. Prints without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Publication {
    secure: bool,
    host: String,
    port: Option<u16>,
    path: Vec<String>,
}

/// Why a text is not the address of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicationRefused {
    /// Not `http://` or `https://`.
    #[error("a publication begins with http:// or https://")]
    Scheme,
    /// A user name or a password stands in the address.
    #[error("an address must not hold a user name or a password")]
    User,
    /// The host or port is none, or a browser would read it differently.
    #[error("not a valid host")]
    Host,
    /// The path has segments that no publication has, or addresses a service inside a base.
    #[error("not the path of a publication")]
    Path,
    /// Parameters (they may carry `N`, `P` or `seanceId`) are no part of a publication.
    #[error("the address of a publication has no parameters")]
    Query,
    /// Broken percent-encoding.
    #[error("broken percent-encoding")]
    Encoding,
}

impl Publication {
    /// Reads an address as people copy it: the part `#...`, a language (`/ru_RU/...`) and `/odata/standard.odata...` are
    /// cut off; parameters and addresses of services (`/hs/`, `/ws/`, `/e1cib/`) are refused.
    pub fn parse(text: &str) -> Result<Self, PublicationRefused> {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (secure, rest) = strip_scheme(text).ok_or(PublicationRefused::Scheme)?;
        let end = rest.find(['/', '?', '\\']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let authority = decode(authority).map_err(|_| PublicationRefused::Encoding)?;
        if authority.contains('@') {
            return Err(PublicationRefused::User);
        }
        let (host, port) = host_and_port(&authority).ok_or(PublicationRefused::Host)?;
        if tail.contains('?') {
            return Err(PublicationRefused::Query);
        }
        let usual = if secure { 443 } else { 80 };
        Ok(Self {
            secure,
            host,
            port: port.filter(|port| *port != usual),
            path: path_of(tail)?,
        })
    }

    /// Whether it is `https`.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host in lower case and ASCII, an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if it is not the usual one of the scheme.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The publication is on this computer: plain http is no risk there.
    pub fn is_loopback(&self) -> bool {
        crate::host::is_loopback(&self.host)
    }

    /// `scheme://host[:port]`, as a browser states the origin of a page.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        match self.port {
            Some(port) => format!("{scheme}://{}:{port}", self.host),
            None => format!("{scheme}://{}", self.host),
        }
    }

    /// The address that a browser gets: ASCII, with a trailing slash, the language part (`ru_RU`) if one is asked for,
    /// and the place behind `#`.
    pub fn browser_url(&self, language: Option<&str>, nav: Option<&NavigationLink>) -> String {
        let mut url = self.origin();
        for segment in &self.path {
            url.push('/');
            url.push_str(&encode_for_browser(segment));
        }
        url.push('/');
        if let Some(language) = language.filter(|language| is_language(language)) {
            url.push_str(language);
            url.push('/');
        }
        if let Some(nav) = nav {
            url.push('#');
            url.push_str(&encode_for_browser(&nav.to_string()));
        }
        url
    }
}

impl fmt::Display for Publication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())?;
        self.path
            .iter()
            .try_for_each(|segment| write!(f, "/{}", encode_segment(segment)))
    }
}

/// A language part of a web client's address: `xx_YY` and nothing shorter, for `/ru` may be the name of a publication.
fn is_language(segment: &str) -> bool {
    matches!(segment.as_bytes(), [a, b, b'_', c, d]
        if a.is_ascii_lowercase() && b.is_ascii_lowercase() && c.is_ascii_uppercase() && d.is_ascii_uppercase())
}

/// The rest behind `http://` or `https://` in any case of letters, and whether it was `https`.
fn strip_scheme(text: &str) -> Option<(bool, &str)> {
    [("https://", true), ("http://", false)]
        .into_iter()
        .find_map(|(scheme, secure)| {
            let head = text.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme)
                .then(|| (secure, &text[scheme.len()..]))
        })
}

fn path_of(tail: &str) -> Result<Vec<String>, PublicationRefused> {
    let tail = tail.strip_prefix('/').unwrap_or(tail);
    let tail = tail.strip_suffix('/').unwrap_or(tail);
    if tail.is_empty() {
        return Ok(Vec::new());
    }
    let mut segments = Vec::new();
    for segment in tail.split('/') {
        let segment = decode(segment).map_err(|_| PublicationRefused::Encoding)?;
        if !is_path_segment(&segment)
            || ["hs", "ws", "e1cib"]
                .iter()
                .any(|part| segment.eq_ignore_ascii_case(part))
        {
            return Err(PublicationRefused::Path);
        }
        segments.push(segment);
    }
    let odata = segments
        .windows(2)
        .position(|pair| pair[0] == "odata" && pair[1] == "standard.odata");
    let language = segments.iter().position(|segment| is_language(segment));
    segments.truncate(odata.into_iter().chain(language).min().unwrap_or(segments.len()));
    Ok(segments)
}

fn is_path_segment(segment: &str) -> bool {
    !segment.is_empty()
        && segment.chars().any(|c| c != '.')
        && segment.chars().all(|c| c.is_alphanumeric() || "-._~()+,! ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> Result<String, PublicationRefused> {
        Publication::parse(text).map(|publication| publication.to_string())
    }

    #[test]
    fn normalises() {
        for (given, expected) in [
            ("https://host/base", "https://host/base"),
            ("HTTPS://Host.RU:443/base/", "https://host.ru/base"),
            ("http://host:80/Base", "http://host/Base"),
            ("http://host:8080/base/ru_RU/", "http://host:8080/base"),
            ("https://host/base/ru_RU/#e1cib/list/Задача.З", "https://host/base"),
            ("https://host/base/en_US/anything", "https://host/base"),
            ("https://host/ru", "https://host/ru"),
            ("https://host/ut/ru_ru", "https://host/ut/ru_ru"),
            (
                "https://host/a/base/odata/standard.odata/Catalog_X",
                "https://host/a/base",
            ),
            ("https://host/%D0%B1%D0%B0%D0%B7%D0%B0", "https://host/база"),
            ("https://host/моя база", "https://host/моя%20база"),
            ("https://host", "https://host"),
            ("https://хост.рф/", "https://xn--n1agdj.xn--p1ai"),
        ] {
            assert_eq!(normal(given).as_deref(), Ok(expected), "{given}");
            assert_eq!(normal(expected).as_deref(), Ok(expected), "again: {expected}");
        }
    }

    #[test]
    fn refuses() {
        use PublicationRefused::{Encoding, Host, Path, Query, Scheme, User};
        for (given, why) in [
            ("", Scheme),
            ("host/base", Scheme),
            ("file:///etc/passwd", Scheme),
            ("https:/host/base", Scheme),
            ("https://user:secret@host/base", User),
            ("https://good.ru%40evil.com/base", User),
            ("https://host./base", Host),
            ("https://host:0/base", Host),
            ("https:///base", Host),
            ("https://host/base?N=Иванов&P=secret", Query),
            ("https://host?x", Query),
            ("https://host/base/hs/api", Path),
            ("https://host/base/ws/x.1cws", Path),
            ("https://host/base/E1CIB/tempstorage/x", Path),
            ("https://host/base/../x", Path),
            ("https://host/base/%2e%2e/x", Path),
            ("https://host/a%2Fb", Path),
            ("https://host//base", Path),
            ("https://host\\base", Path),
            ("https://host/base\"/Execute", Path),
            ("https://host/base%ff", Encoding),
        ] {
            assert_eq!(normal(given), Err(why), "{given}");
        }
    }

    #[test]
    fn loopback() {
        for (address, expected) in [
            ("http://localhost/base", true),
            ("http://127.0.0.1:8080/base", true),
            ("http://[::1]/base", true),
            ("http://10.0.0.1/base", false),
            ("http://localhost.evil.com/base", false),
        ] {
            assert_eq!(
                Publication::parse(address).unwrap().is_loopback(),
                expected,
                "{address}"
            );
        }
    }

    #[test]
    fn browsers_get_ascii() {
        let publication = Publication::parse("https://host/база").unwrap();
        let nav = NavigationLink::parse("e1cib/data/Документ.Заказ?ref=8936000C29DDDD3811ECC9C9312E175A").unwrap();
        assert_eq!(
            publication.browser_url(Some("ru_RU"), Some(&nav)),
            "https://host/%D0%B1%D0%B0%D0%B7%D0%B0/ru_RU/#e1cib/data/%D0%94%D0%BE%D0%BA%D1%83%D0%BC%D0%B5%D0%BD%D1%82.\
             %D0%97%D0%B0%D0%BA%D0%B0%D0%B7?ref=8936000c29dddd3811ecc9c9312e175a"
        );
        assert_eq!(
            publication.browser_url(Some("../x"), None),
            "https://host/%D0%B1%D0%B0%D0%B7%D0%B0/"
        );
    }
}
