//! Where a window may go: its own origin, and for a publication its own path.
use url::Url;

/// What becomes of an address that a page wants to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The page's own place.
    Stay,
    /// Another program's or another window's business: the link gate decides.
    Gate,
    /// Nobody's business.
    Deny,
}

/// Judges a navigation inside the window whose publication or portal is `home`.
///
/// The engine does not tell a frame from the window here, so a stranger's http address is denied without a word (it
/// may be a frame of the page); a click on such an address arrives as a new window instead.
pub(crate) fn judge_navigation(home: &Url, address: &Url) -> Verdict {
    match address.scheme() {
        "http" | "https" if is_home(home, address) => Verdict::Stay,
        "about" if matches!(address.as_str(), "about:blank" | "about:srcdoc") => Verdict::Stay,
        "blob"
            if address
                .as_str()
                .starts_with(&format!("blob:{}", home.origin().ascii_serialization())) =>
        {
            Verdict::Stay
        }
        "hotstart" | "e1c" => Verdict::Gate,
        _ => Verdict::Deny,
    }
}

/// Judges an address that a page wants to open in a new window.
pub(crate) fn judge_new_window(home: &Url, address: &Url) -> Verdict {
    match address.scheme() {
        "http" | "https" if is_home(home, address) => Verdict::Stay,
        "about" if address.as_str() == "about:blank" => Verdict::Stay,
        "http" | "https" | "hotstart" | "e1c" | "mailto" | "tel" => Verdict::Gate,
        _ => Verdict::Deny,
    }
}

/// Judges a navigation in a window for signing in, which may lead over the sites of whoever knows the user. Nothing but
/// pages is opened from there, and none over plain http unless the portal is plain itself.
pub(crate) fn judge_sign_in(home: &Url, address: &Url) -> Verdict {
    match address.scheme() {
        "https" => Verdict::Stay,
        "http" if home.scheme() == "http" => Verdict::Stay,
        "about" if matches!(address.as_str(), "about:blank" | "about:srcdoc") => Verdict::Stay,
        _ => Verdict::Deny,
    }
}

/// The same origin, and under the same path (`/ut` is not `/ut2`).
fn is_home(home: &Url, address: &Url) -> bool {
    let root = home.path().trim_end_matches('/');
    let inside = address
        .path()
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    address.origin() == home.origin() && address.username().is_empty() && address.password().is_none() && inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_page_stays_in_its_publication() {
        let home = url("https://srv.example.ru/ut");
        let stays = [
            "https://srv.example.ru/ut",
            "https://srv.example.ru/ut/ru_RU/#e1cib/list/Справочник.Товары",
            "about:blank",
        ];
        for address in stays {
            assert_eq!(judge_navigation(&home, &url(address)), Verdict::Stay, "{address}");
        }
        let denied = [
            "https://srv.example.ru/ut2/",
            "https://srv.example.ru/",
            "https://srv.example.ru:8443/ut/",
            "http://srv.example.ru/ut/",
            "https://srv.example.ru@evil.example/ut/",
            "https://u:p@srv.example.ru/ut/",
            "http://tauri.evil.com/",
            "http://app.localhost/",
            "tauri://localhost/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
        ];
        for address in denied {
            assert_eq!(judge_navigation(&home, &url(address)), Verdict::Deny, "{address}");
        }
        assert_eq!(
            judge_navigation(&home, &url("hotstart://b24/portal.example.ru/crm/deal/details/1/")),
            Verdict::Gate
        );
    }

    #[test]
    fn a_sign_in_may_lead_over_other_sites_and_opens_nothing_else() {
        let home = url("https://portal.example.ru");
        for (address, verdict) in [
            ("https://portal.example.ru/auth/", Verdict::Stay),
            ("https://auth.example.net/oauth/select/", Verdict::Stay),
            ("about:blank", Verdict::Stay),
            ("http://portal.example.ru/auth/", Verdict::Deny),
            ("hotstart://settings", Verdict::Deny),
            ("e1c://server/x", Verdict::Deny),
            ("tauri://localhost/", Verdict::Deny),
            ("file:///etc/passwd", Verdict::Deny),
            ("javascript:alert(1)", Verdict::Deny),
        ] {
            assert_eq!(judge_sign_in(&home, &url(address)), verdict, "{address}");
        }
        let plain = url("http://127.0.0.1:8080");
        assert_eq!(
            judge_sign_in(&plain, &url("http://127.0.0.1:8080/auth/")),
            Verdict::Stay
        );
    }

    #[test]
    fn a_new_window_of_a_stranger_goes_to_the_gate_and_a_script_nowhere() {
        let home = url("https://srv.example.ru/ut");
        assert_eq!(
            judge_new_window(&home, &url("https://srv.example.ru/ut/print/1")),
            Verdict::Stay
        );
        assert_eq!(
            judge_new_window(&home, &url("https://portal.example.ru/crm/deal/details/1/")),
            Verdict::Gate
        );
        assert_eq!(judge_new_window(&home, &url("javascript:alert(1)")), Verdict::Deny);
        assert_eq!(judge_new_window(&home, &url("smb://host/share")), Verdict::Deny);
    }
}
