//! Names of metadata objects, attributes, forms and commands.

use std::fmt;

use serde::Serialize;

/// A 1C identifier: a letter or `_`, then letters, `_` and the digits 0-9. Letters of every script count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Identifier(String);

impl Identifier {
    /// Takes the text as it stands; `None` if it is no identifier.
    pub fn parse(text: &str) -> Option<Self> {
        let first = text.chars().next()?;
        let fits =
            (is_letter(first) || first == '_') && text.chars().all(|c| is_letter(c) || c == '_' || c.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// The identifier as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_letter(c: char) -> bool {
    // Hangul fillers are letters by their category and draw nothing: two links could look alike and differ.
    c.is_alphabetic() && !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_letters_digits_and_underscores() {
        for text in ["Заказ", "_x", "ЗаказКлиента2", "Invoice", "Ёлка_1", "X"] {
            assert!(Identifier::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "1С",
            "a b",
            "a;b",
            "a-b",
            "a.b",
            "a/b",
            "a\"",
            "$a",
            "x\u{202e}",
            "x²",
            "a%41",
            "\u{3164}",
            "x\u{200b}",
            "и\u{306}",
        ] {
            assert!(Identifier::parse(text).is_none(), "{text:?}");
        }
    }
}
