//! Where a click on a note leads: a page of the same portal, or nowhere.
use url::{Host, Url};

use crate::link::Link;

/// The longest address that is looked at, in bytes.
const LONGEST: usize = 4 * 1024;

/// The link that opens a page of `portal`: `candidate` is a path that begins with a slash, or an absolute address of
/// the portal itself. Every other address gives `None`: a note never leads off its portal.
pub(super) fn page(portal: &str, candidate: &str) -> Option<String> {
    let candidate = candidate.trim();
    let lower = candidate.get(..8).unwrap_or(candidate).to_ascii_lowercase();
    let named = candidate.starts_with('/') || lower.starts_with("http://") || lower.starts_with("https://");
    if !named || candidate.len() > LONGEST || candidate.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let home = Url::parse(&format!("https://{portal}/")).ok()?;
    // Joined as a browser would, so that `//other.example/` and `/\other.example/` show whose they are.
    let address = home.join(candidate).ok()?;
    let same = origin(&address)? == origin(&home)?;
    let anonymous = address.username().is_empty() && address.password().is_none();
    if !same || !anonymous {
        return None;
    }
    let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
    canonical(&format!("hotstart://b24/{portal}{}{query}", address.path()))
}

/// The link that opens a dialog of `portal`; `dialog` consists of letters and digits.
pub(super) fn dialog(portal: &str, dialog: &str) -> Option<String> {
    canonical(&format!("hotstart://b24/{portal}/online/?IM_DIALOG={dialog}"))
}

/// The link as it is printed once it was understood; `None` if a click on it would be refused.
fn canonical(link: &str) -> Option<String> {
    Link::parse(link).ok().map(|link| link.canonical())
}

/// Host and port; the usual port of http and of https count as one, since a portal is named without it.
fn origin(address: &Url) -> Option<(Host<&str>, Option<u16>)> {
    Some((address.host()?, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_of_the_portal_are_kept() {
        let kept = |candidate| page("p.example", candidate);
        let deal = Some("hotstart://b24/p.example/crm/deal/details/5/".to_owned());
        assert_eq!(kept("/crm/deal/details/5/"), deal);
        assert_eq!(kept("https://p.example/crm/deal/details/5/"), deal);
        assert_eq!(kept("HTTPS://P.Example:443/crm/deal/details/5/#comment7"), deal);
        assert_eq!(kept("http://p.example/crm/deal/details/5/"), deal);
        assert_eq!(kept("/a/../crm/deal/details/5/"), deal);
        assert_eq!(
            kept("/x/?a=1&b=2"),
            Some("hotstart://b24/p.example/x/?a=1&b=2".to_owned())
        );
        assert_eq!(
            page("P.example:8080", "http://p.example:8080/x/"),
            Some("hotstart://b24/p.example:8080/x/".to_owned())
        );
        let expected = Some("hotstart://b24/xn--e1afmkfd.xn--p1ai/x/".to_owned());
        assert_eq!(page("пример.рф", "https://пример.рф/x/"), expected);
        assert_eq!(page("пример.рф", "https://xn--e1afmkfd.xn--p1ai/x/"), expected);
    }

    #[test]
    fn everything_else_leads_nowhere() {
        for candidate in [
            "",
            "crm/deal/details/5/",
            "?x=1",
            "//evil.example/x",
            "/\\evil.example/x",
            "\\\\evil.example\\x",
            "https://evil.example/",
            "https://p.example.evil.example/",
            "https://p.example@evil.example/",
            "https://user:secret@p.example/",
            "https://p.example:8443/",
            "https://p.example./",
            "javascript:alert(1)",
            "hotstart://onec/base/e1cib/app/x",
            "file:///etc/passwd",
            "/x\u{0}y",
            "/a b",
            "https://",
        ] {
            assert_eq!(page("p.example", candidate), None, "{candidate:?}");
        }
        assert_eq!(page("p.example", &format!("/{}", "x".repeat(5000))), None);
        assert_eq!(page("not a host", "/x"), None);
    }
}
