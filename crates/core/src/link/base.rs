//! How links name a base.

use std::fmt;

use onec::Uuid;
use serde::{Deserialize, Serialize};

/// An alias of a base, or its infobase id (then in lower case).
///
/// An alias begins with a letter, a digit, `_`, `(`, `«` or `№` and goes on with these and ` `, `-`, `.`, `,`, `+`, `)`, `»`:
/// nothing that a command line, a path or an address could take for its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BaseName(String);

/// The text is no alias and no infobase id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an alias of a base: letters, digits, spaces and _ - . , + ( ) « » № are allowed")]
pub struct BaseNameRefused;

/// The longest alias, in characters.
const MAX_CHARS: usize = 200;

impl BaseName {
    /// Takes decoded text.
    pub fn parse(text: &str) -> Result<Self, BaseNameRefused> {
        let begins = text.starts_with(|c: char| c.is_alphanumeric() || "_(«№".contains(c));
        let allowed = text.chars().all(|c| c.is_alphanumeric() || "_(«№ -.,+)»".contains(c));
        if !begins || !allowed || text.ends_with(' ') || text.chars().count() > MAX_CHARS {
            return Err(BaseNameRefused);
        }
        Ok(Self(
            Uuid::parse(text).map_or_else(|_| text.to_owned(), |uuid| uuid.to_string()),
        ))
    }

    /// The name as people read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a link spells it.
    pub fn encoded(&self) -> String {
        onec::encoding::encode_segment(&self.0)
    }
}

impl fmt::Display for BaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BaseName {
    type Error = BaseNameRefused;

    fn try_from(text: String) -> Result<Self, BaseNameRefused> {
        Self::parse(&text)
    }
}

impl From<BaseName> for String {
    fn from(name: BaseName) -> Self {
        name.0
    }
}
