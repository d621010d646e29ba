//! Who calls.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

/// A user of a base with the password; shown nowhere.
#[derive(Clone)]
pub struct Login {
    user: String,
    password: SecretString,
}

impl Login {
    /// `None` for a name with a colon, which Basic cannot carry (RFC 7617).
    pub fn new(user: impl Into<String>, password: SecretString) -> Option<Self> {
        let user = user.into();
        (!user.contains(':')).then_some(Self { user, password })
    }

    /// Basic with name and password in UTF-8, as 1C reads them.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let pair = format!("{}:{}", self.user, self.password.expose_secret());
        let mut header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_as_utf8() {
        let login = Login::new("Иванов", "пароль".into()).unwrap();
        assert_eq!(login.header().unwrap(), "Basic 0JjQstCw0L3QvtCyOtC/0LDRgNC+0LvRjA==");
        assert!(login.header().unwrap().is_sensitive());
        assert!(Login::new("a:b", "".into()).is_none());
        assert_eq!(format!("{login:?}"), "Login");
    }
}
