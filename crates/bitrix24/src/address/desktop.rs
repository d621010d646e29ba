//! Addresses of the vendor's desktop client that name a page: `bx://v2/<host>/openPage/options/<json>`.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::path::{PagePath, PathRefused};
use crate::portal::{Portal, PortalRefused};

/// A page of a portal as the desktop client is asked to open it. Prints only the address of the page, no options.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DesktopAddress {
    /// The portal.
    pub portal: Portal,
    /// The page.
    pub path: PagePath,
}

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DesktopRefused {
    /// Not `bx://v2/<host>/openPage/options/..`: every other command is for the desktop client alone.
    #[error("not a bx:// address of a page")]
    Shape,
    /// The JSON names no page, or a page of another host.
    #[error("the bx:// address names no page of its portal")]
    Options,
    /// The host is not valid.
    #[error(transparent)]
    Portal(#[from] PortalRefused),
    /// The page is not valid.
    #[error(transparent)]
    Path(#[from] PathRefused),
}

#[derive(Deserialize)]
struct Options {
    url: String,
}

impl DesktopAddress {
    /// Reads the address; the JSON may be percent-encoded (decoded once) or raw.
    pub fn parse(text: &str) -> Result<Self, DesktopRefused> {
        let rest = strip(text, "bx://v2/").ok_or(DesktopRefused::Shape)?;
        let (host, rest) = rest.split_once('/').ok_or(DesktopRefused::Shape)?;
        let rest = strip(rest, "openPage/options/").ok_or(DesktopRefused::Shape)?;
        let portal = Portal::parse(&decode(host)?)?;
        let json = decode(rest.strip_suffix('/').unwrap_or(rest))?;
        let options: Options = serde_json::from_str(&json).map_err(|_| DesktopRefused::Options)?;
        let path = PagePath::parse(own_path(&options.url, &portal)?)?;
        Ok(Self { portal, path })
    }
}

impl fmt::Display for DesktopAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A path has neither quotes nor backslashes, so it stands in JSON as it is; `%` and delimiters are escaped again
        // because the whole value is one segment of the address.
        write!(f, "bx://v2/{}/openPage/options/%7b%22url%22%3a%22", self.portal)?;
        for c in self.path.as_str().chars() {
            if c.is_alphanumeric() || "-._~!'()*".contains(c) {
                write!(f, "{c}")?;
            } else {
                c.encode_utf8(&mut [0; 4])
                    .bytes()
                    .try_for_each(|byte| write!(f, "%{byte:02x}"))?;
            }
        }
        f.write_str("%22%7d")
    }
}

/// The path of the page: the client opens pages of the portal that sent the address and of no other.
fn own_path<'a>(url: &'a str, portal: &Portal) -> Result<&'a str, DesktopRefused> {
    if url.starts_with('/') {
        return Ok(url);
    }
    let rest = strip(url, "https://")
        .or_else(|| strip(url, "http://"))
        .ok_or(DesktopRefused::Options)?;
    let at = rest.find('/').ok_or(DesktopRefused::Options)?;
    let (host, path) = rest.split_at(at);
    if Portal::parse(host)? == *portal {
        Ok(path)
    } else {
        Err(DesktopRefused::Options)
    }
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len())
        .filter(|head| head.eq_ignore_ascii_case(prefix))
        .map(|_| &text[prefix.len()..])
}

fn decode(text: &str) -> Result<String, DesktopRefused> {
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| PathRefused::Encoding)?;
    Ok(decoded.into_owned())
}
