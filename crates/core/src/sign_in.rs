//! Signing in to a portal: which address is meant, and how long a sign-in may take.
use bitrix24::Portal;

use crate::failure::{Code, Failure};

/// How long a sign-in in the browser is waited for, in seconds; what comes later begins anew.
pub const BROWSER_PATIENCE_S: u64 = 300;

/// Between two looks whether a session in a window still lives, in seconds: portals end an idle one after 24 minutes,
/// and a look counts as use.
pub const LOOK_EVERY_S: u64 = 1080;

/// Where a portal is, as its user types it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalAddress {
    /// Host, with the port if it is not the usual one.
    pub portal: Portal,
    /// It is reached over https.
    pub secure: bool,
}

impl PortalAddress {
    /// Reads a host, or the address of any page; plain http is accepted for this computer, or with `intranet` for any.
    pub fn parse(text: &str, intranet: bool) -> Result<Self, Failure> {
        let invalid = || Failure::new(Code::PortalInvalid);
        let text = text.trim();
        let (secure, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return Err(invalid()),
            None => (true, text),
        };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let portal = Portal::parse(host).map_err(|_| invalid())?;
        if !secure && !intranet && !portal.is_loopback() {
            return Err(Failure::new(Code::AddressInsecure).with("address", format!("http://{portal}")));
        }
        Ok(Self { portal, secure })
    }

    /// `https`, or `http`.
    pub const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.portal.origin(self.secure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_or_any_page_names_the_portal() {
        for (text, origin) in [
            (" Portal.bitrix24.ru ", "https://portal.bitrix24.ru"),
            (
                "https://portal.bitrix24.ru/company/personal/user/1/?x=1",
                "https://portal.bitrix24.ru",
            ),
            ("b24.zavod.local:8443", "https://b24.zavod.local:8443"),
            ("http://127.0.0.1:8080/stream/", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(PortalAddress::parse(text, false).unwrap().origin(), origin, "{text}");
        }
    }

    #[test]
    fn what_is_no_portal_is_refused() {
        for (text, code) in [
            ("", "portal.invalid"),
            ("ftp://portal.example.ru", "portal.invalid"),
            ("https://", "portal.invalid"),
            ("https://user:pass@portal.example.ru/", "portal.invalid"),
            ("два слова", "portal.invalid"),
            ("http://portal.example.ru", "address.insecure"),
        ] {
            let failure = PortalAddress::parse(text, false).unwrap_err();
            assert_eq!(failure.code_text(), code, "{text}");
        }
        assert!(PortalAddress::parse("http://portal.example.ru", true).is_ok());
    }
}
