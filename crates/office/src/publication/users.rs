//! The users of a base and their passwords, for the login form and for services.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::refusal::Refusal;

/// Who may sign in until the control says otherwise.
const NAMES: [&str; 4] = ["Администратор", "Иванов И.И.", "Петрова А.С.", "Сидоров П.К."];

/// The password of every user until the control says otherwise.
const PASSWORD: &str = "demo";

/// One user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    /// The name, which may hold any character but a colon.
    pub(super) name: String,
    password: String,
    /// Whether roles give the right to call services and to read and write over OData.
    pub(super) services: bool,
}

/// The users of one base.
#[derive(Debug)]
pub(super) struct Users {
    people: Vec<User>,
}

impl Users {
    /// The users of a fresh base.
    pub(super) fn new() -> Self {
        let people = NAMES.iter().map(|name| User {
            name: (*name).to_owned(),
            password: PASSWORD.to_owned(),
            services: true,
        });
        Self {
            people: people.collect(),
        }
    }

    /// Adds a user or changes one.
    pub(super) fn set(&mut self, name: &str, password: &str, services: bool) {
        self.remove(name);
        self.people.push(User {
            name: name.to_owned(),
            password: password.to_owned(),
            services,
        });
    }

    /// Removes a user; says whether there was one.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        let before = self.people.len();
        self.people.retain(|user| user.name != name);
        self.people.len() < before
    }

    /// The names, in the order of the login form.
    pub(super) fn names(&self) -> Vec<&str> {
        self.people.iter().map(|user| user.name.as_str()).collect()
    }

    /// The user with this name and password.
    pub(super) fn check(&self, name: &str, password: &str) -> Result<&User, Refusal> {
        self.people
            .iter()
            .find(|user| user.name == name && user.password == password)
            .ok_or(Refusal::WrongPassword)
    }

    /// The user that a request names by Basic: name and password in UTF-8, as 1C reads them.
    pub(super) fn basic(&self, headers: &HeaderMap) -> Result<&User, Refusal> {
        let (name, password) = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(credentials)
            .ok_or(Refusal::NotSignedIn)?;
        self.check(&name, &password)
    }
}

fn credentials(value: &str) -> Option<(String, String)> {
    let (scheme, rest) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asking(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn basic_is_read_in_utf_8_and_nothing_else() {
        let mut users = Users::new();
        users.set("Иванов", "пароль", true);
        // The vector of the published OData client of Python.
        let good = asking("Basic 0JjQstCw0L3QvtCyOtC/0LDRgNC+0LvRjA==");
        assert_eq!(users.basic(&good).unwrap().name, "Иванов");
        // The same in Windows-1251 is no UTF-8.
        let windows = asking("Basic yOLg7e7iOu/g8O7r/A==");
        assert_eq!(users.basic(&windows), Err(Refusal::NotSignedIn));
        assert_eq!(users.basic(&asking("Bearer x")), Err(Refusal::NotSignedIn));
        assert_eq!(users.basic(&HeaderMap::new()), Err(Refusal::NotSignedIn));
    }

    #[test]
    fn a_changed_password_counts_at_once() {
        let mut users = Users::new();
        assert!(users.check("Иванов И.И.", "demo").is_ok());
        users.set("Иванов И.И.", "a:b", false);
        assert_eq!(users.check("Иванов И.И.", "demo"), Err(Refusal::WrongPassword));
        assert!(!users.check("Иванов И.И.", "a:b").unwrap().services);
        assert_eq!(users.names().len(), 4);
        assert!(users.remove("Иванов И.И.") && !users.remove("Иванов И.И."));
    }
}
