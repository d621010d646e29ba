//! What the first page of a publication tells: is it the web client, who asks for a login, may a window show it.
use hotstart_core::doctor::{Check, Finding};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};

/// Parts of addresses that pages of the web client have and others hardly do: its calls and pictures (`e1cib`,
/// `e1csys`), the version behind every script, the script for embedding, the names of its modules.
const MARKS: [&str; 5] = ["e1cib", "e1csys", "sysver=", "webclient1ce", "scripts/mod_"];

/// What the platform writes before its version.
const VERSIONS: [&str; 4] = ["sysver=", "VERSION = \"", "VERSION=\"", "version="];

/// An answer, as far as it was read.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Page {
    /// `publication.client`.
    pub(super) fn client(&self) -> Check {
        if !self.status.is_success() {
            return Check::new(Finding::ClientUnseen);
        }
        if !MARKS.iter().any(|mark| self.body.contains(mark)) {
            return Check::new(Finding::ClientOther).with("title", self.title().unwrap_or("?"));
        }
        let version = VERSIONS.iter().find_map(|before| version_after(&self.body, before));
        Check::new(Finding::ClientFound).with("version", version.unwrap_or("?"))
    }

    /// `publication.login`.
    pub(super) fn login(&self) -> Check {
        if self.status.is_success() {
            return Check::new(Finding::LoginOwn);
        }
        if self.status != StatusCode::UNAUTHORIZED {
            return Check::new(Finding::LoginUnseen);
        }
        let schemes: Vec<String> = self
            .texts(WWW_AUTHENTICATE.as_str())
            .filter_map(|text| text.split([' ', ',']).next())
            .filter(|scheme| !scheme.is_empty())
            .map(str::to_owned)
            .collect();
        let has = |name: &str| schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(name));
        let finding = if has("Basic") {
            Finding::LoginBasic
        } else if has("Negotiate") || has("NTLM") || has("Kerberos") {
            Finding::LoginSystem
        } else {
            Finding::LoginOther
        };
        let shown = if schemes.is_empty() {
            "?".to_owned()
        } else {
            schemes.join(", ")
        };
        Check::new(finding).with("schemes", shown)
    }

    /// `publication.window`.
    pub(super) fn window(&self) -> Check {
        if !self.status.is_success() {
            return Check::new(Finding::WindowUnseen);
        }
        let kind = self.texts(CONTENT_TYPE.as_str()).next().unwrap_or("text/html");
        let kind = kind.split(';').next().unwrap_or(kind).trim();
        let attached = self
            .texts(CONTENT_DISPOSITION.as_str())
            .any(|text| text.to_lowercase().contains("attachment"));
        if attached || !(kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")) {
            return Check::new(Finding::WindowDownload).with("kind", kind);
        }
        if self
            .directive("sandbox")
            .is_some_and(|rest| !rest.contains("allow-scripts"))
        {
            return Check::new(Finding::WindowSandbox);
        }
        if let Some(rest) = self.texts("x-frame-options").next() {
            return Check::new(Finding::WindowFrames).with("header", format!("X-Frame-Options: {rest}"));
        }
        match self.directive("frame-ancestors") {
            Some(rest) if rest != "*" => {
                let header = format!("Content-Security-Policy: frame-ancestors {rest}");
                Check::new(Finding::WindowFrames).with("header", header)
            }
            Some(_) | None => Check::new(Finding::WindowFree),
        }
    }

    /// What stands behind a directive of the content security policy.
    fn directive(&self, name: &str) -> Option<String> {
        let policies = self
            .texts("content-security-policy")
            .flat_map(|policy| policy.split([';', ',']));
        policies.map(str::trim).find_map(|directive| {
            let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
            word.eq_ignore_ascii_case(name).then(|| rest.trim().to_owned())
        })
    }

    fn texts(&self, header: &str) -> impl Iterator<Item = &str> {
        self.headers
            .get_all(header)
            .iter()
            .filter_map(|value| value.to_str().ok())
    }

    /// What the page calls itself.
    pub(super) fn title(&self) -> Option<&str> {
        let start = self.body.find("<title>")? + "<title>".len();
        let title = &self.body[start..];
        Some(title[..title.find("</title>")?].trim()).filter(|title| !title.is_empty())
    }
}

/// Four numbers with points, as the platform counts: `8.3.25.1286`.
fn version_after<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.match_indices(before).find_map(|(at, found)| {
        let rest = &text[at + found.len()..];
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let version = &rest[..end];
        let numbers = version
            .split('.')
            .filter(|part| !part.is_empty() && part.len() < 6)
            .count();
        (numbers == 4 && version.matches('.').count() == 3).then_some(version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Page {
        let pairs = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Page {
            status: StatusCode::from_u16(status).unwrap(),
            headers: pairs.collect(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn the_web_client_is_told_from_other_pages() {
        let version = |body: &str| page(200, &[], body).client().parameters.get("version").cloned();
        for (body, expected) in [
            (
                "<img src=\"/demo/ru_RU/e1csys/mngsrv/_press.png?sysver=8.3.25.1286\">",
                Some("8.3.25.1286"),
            ),
            ("<script src=\"scripts/mod_core.js\"></script>", Some("?")),
            (
                "<script>var VERSION = \"8.5.1.100\"; open('e1cib/login')</script>",
                Some("8.5.1.100"),
            ),
            ("sysver=8.3.25 e1cib sysver=1.2.3.4.5", Some("?")),
            ("<title>Apache</title>", None),
        ] {
            assert_eq!(version(body).as_deref(), expected, "{body}");
        }
        let other = page(200, &[], "<html><title> Вход в сеть </title>").client();
        assert_eq!(
            (other.finding, other.parameters["title"].as_str()),
            (Finding::ClientOther, "Вход в сеть")
        );
        assert_eq!(page(401, &[], "e1cib").client().finding, Finding::ClientUnseen);
    }

    #[test]
    fn whoever_asks_for_a_login_is_named() {
        let login = |status, headers: &[_]| page(status, headers, "").login();
        assert_eq!(login(200, &[]).finding, Finding::LoginOwn);
        assert_eq!(login(500, &[]).finding, Finding::LoginUnseen);
        let basic = [
            ("www-authenticate", "Negotiate"),
            ("www-authenticate", "basic realm=\"1C:Enterprise 8.3\""),
        ];
        assert_eq!(login(401, &basic).finding, Finding::LoginBasic);
        let system = login(401, &[("www-authenticate", "Negotiate"), ("www-authenticate", "NTLM")]);
        assert_eq!(
            (system.finding, system.parameters["schemes"].as_str()),
            (Finding::LoginSystem, "Negotiate, NTLM")
        );
        assert_eq!(
            login(401, &[("www-authenticate", "Bearer x")]).finding,
            Finding::LoginOther
        );
        assert_eq!(login(401, &[]).parameters["schemes"], "?");
    }

    #[test]
    fn a_window_is_no_frame() {
        let window = |headers: &[_]| page(200, headers, "").window().finding;
        let csp = "content-security-policy";
        for (headers, expected) in [
            (&[][..], Finding::WindowFree),
            (&[("x-frame-options", "DENY")], Finding::WindowFrames),
            (
                &[(csp, "default-src 'self'; frame-ancestors 'none'")],
                Finding::WindowFrames,
            ),
            (&[(csp, "frame-ancestors *")], Finding::WindowFree),
            (&[(csp, "sandbox")], Finding::WindowSandbox),
            (&[(csp, "Sandbox allow-forms")], Finding::WindowSandbox),
            (&[(csp, "sandbox allow-scripts allow-same-origin")], Finding::WindowFree),
            (&[("content-type", "text/html; charset=utf-8")], Finding::WindowFree),
            (&[("content-type", "application/octet-stream")], Finding::WindowDownload),
            (
                &[("content-disposition", "Attachment; filename=x")],
                Finding::WindowDownload,
            ),
        ] {
            assert_eq!(window(headers), expected, "{headers:?}");
        }
        assert_eq!(page(404, &[], "").window().finding, Finding::WindowUnseen);
    }
}
