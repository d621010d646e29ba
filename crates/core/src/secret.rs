//! A text that must not be seen: it comes from a page or goes to a keyring, and is printed nowhere on the way.
use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret text; an ordinary text for serialization, nothing for `Debug`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for whom it is meant.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text itself, taken out.
    pub fn into_exposed(self) -> String {
        self.0
    }

    /// Nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_is_printed() {
        let secret = Secret::from("Canary");
        assert_eq!((format!("{secret:?}").as_str(), secret.expose()), ("Secret", "Canary"));
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"Canary\"");
    }
}
