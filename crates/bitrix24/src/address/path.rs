//! A path with its query inside a portal, in one spelling.

use std::fmt;

/// Path, query and fragment of a page, beginning with `/`. It can name no other host, holds no credentials, no control
/// characters and no dot segments. Letters and digits of any script are raw, everything else is escaped as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PagePath(String);

/// Why a text is no path of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathRefused {
    /// Broken percent-encoding.
    #[error("broken percent-encoding")]
    Encoding,
    /// A control character or a bidirectional control, raw or encoded.
    #[error("control characters in the path")]
    Control,
    /// Not beginning with one `/`, or with `//`, `\`, `.` or `..` inside, or an escaped `/` or `\`.
    #[error("not a path of a portal page")]
    Shape,
    /// A user name or a password stands in the query.
    #[error("a link must not hold a user name or a password")]
    User,
    /// Not a page: calls of REST may carry a secret and act at once.
    #[error("a call of REST is no page")]
    NotPage,
}

/// Parameters by which a portal logs someone in.
const CREDENTIALS: &[&str] = &[
    "user_login",
    "user_password",
    "user_checkword",
    "password",
    "access_token",
    "refresh_token",
];

impl PagePath {
    /// Reads path, query and fragment; raw and percent-encoded letters mean the same.
    pub fn parse(text: &str) -> Result<Self, PathRefused> {
        if !text.starts_with('/') || text.contains('\\') {
            return Err(PathRefused::Shape);
        }
        let path = Self(normal(text)?);
        let mut segments = path.path().split('/').skip(1).peekable();
        while let Some(segment) = segments.next() {
            let empty_inside = segment.is_empty() && segments.peek().is_some();
            if empty_inside || matches!(segment, "." | "..") || segment.contains("%2f") || segment.contains("%5c") {
                return Err(PathRefused::Shape);
            }
        }
        if path
            .path()
            .split('/')
            .nth(1)
            .is_some_and(|first| first.eq_ignore_ascii_case("rest"))
        {
            return Err(PathRefused::NotPage);
        }
        if path.has_credentials() {
            return Err(PathRefused::User);
        }
        Ok(path)
    }

    /// A path that this crate printed itself.
    pub(super) fn known(path: String) -> Self {
        Self(path)
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path alone, without query and fragment.
    pub fn path(&self) -> &str {
        self.0.find(['?', '#']).map_or(self.as_str(), |end| &self.0[..end])
    }

    /// The decoded value of the first parameter with this name.
    pub fn query_value(&self, key: &str) -> Option<String> {
        self.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        let query = self.0.split_once('#').map_or(self.as_str(), |(before, _)| before);
        let query = query.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned()
    }

    fn has_credentials(&self) -> bool {
        let by_name = |(name, _): (String, String)| CREDENTIALS.contains(&name.to_ascii_lowercase().as_str());
        let decoded = percent_encoding::percent_decode_str(&self.0).decode_utf8_lossy();
        self.query_pairs().any(by_name) || names_a_user(&decoded)
    }
}

impl fmt::Display for PagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Some address inside the text has the form `scheme://user@host` or `scheme://user:password@host`.
fn names_a_user(text: &str) -> bool {
    text.split("://").skip(1).any(|after| {
        after
            .split(['/', '?', '#', '&', '\\'])
            .next()
            .unwrap_or_default()
            .contains('@')
    })
}

fn normal(text: &str) -> Result<String, PathRefused> {
    let mut out = String::with_capacity(text.len());
    let mut fragment = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '%' {
            let (decoded, tail) = escaped_run(rest)?;
            for c in decoded.chars() {
                check(c)?;
                // An escaped delimiter means the character, a raw one is a delimiter: only letters change.
                push(&mut out, c, c.is_ascii_alphanumeric() || "-._~".contains(c));
            }
            rest = tail;
        } else {
            check(c)?;
            let raw = c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?[]".contains(c) || c == '#' && !fragment;
            fragment |= c == '#';
            push(&mut out, c, raw);
            rest = &rest[c.len_utf8()..];
        }
    }
    Ok(out)
}

/// Decodes the escapes that `text` begins with.
fn escaped_run(text: &str) -> Result<(String, &str), PathRefused> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(tail) = rest.strip_prefix('%') {
        let digits = tail
            .get(..2)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or(PathRefused::Encoding)?;
        bytes.push(byte);
        rest = &tail[2..];
    }
    let decoded = String::from_utf8(bytes).map_err(|_| PathRefused::Encoding)?;
    Ok((decoded, rest))
}

fn push(out: &mut String, c: char, raw_ascii: bool) {
    // Other signs may be invisible or be trimmed as white space, so only letters and digits stand raw.
    if raw_ascii || !c.is_ascii() && c.is_alphanumeric() {
        out.push(c);
        return;
    }
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        out.push('%');
        out.extend(
            [byte >> 4, byte & 15]
                .into_iter()
                .filter_map(|half| char::from_digit(u32::from(half), 16)),
        );
    }
}

fn check(c: char) -> Result<(), PathRefused> {
    let bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || bidi {
        Err(PathRefused::Control)
    } else {
        Ok(())
    }
}
