//! Conditions of `$filter`, quoted so that no value can become part of the condition.

use std::fmt;

use crate::identifier::Identifier;
use crate::reference::Uuid;

/// A value in a condition (developer guide, "REST interface", literals).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A string; apostrophes are doubled.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A flag.
    Flag(bool),
    /// The key of an object: for `Ref_Key` and attributes that end with `_Key`.
    Key(Uuid),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Key(key) => write!(f, "guid'{key}'"),
        }
    }
}

/// Attributes that all have the given values; prints as `$filter` has it, not percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    conditions: Vec<(Identifier, Literal)>,
}

impl Filter {
    /// Objects whose attribute has this value.
    pub fn equals(attribute: Identifier, value: Literal) -> Self {
        Self {
            conditions: vec![(attribute, value)],
        }
    }

    /// And another attribute has that value.
    #[must_use]
    pub fn and(mut self, attribute: Identifier, value: Literal) -> Self {
        self.conditions.push((attribute, value));
        self
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (attribute, value)) in self.conditions.iter().enumerate() {
            let and = if at == 0 { "" } else { " and " };
            write!(f, "{and}{attribute} eq {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn attribute(name: &str) -> Identifier {
        Identifier::parse(name).unwrap()
    }

    #[test]
    fn values_are_quoted_by_their_kind() {
        let key = Uuid::parse("312e175a-c9c9-11ec-8936-000c29dddd38").unwrap();
        for (value, expected) in [
            (Literal::Text("О'Нил".into()), "Имя eq 'О''Нил'"),
            (Literal::Text("' or 1 eq 1 or '".into()), "Имя eq ''' or 1 eq 1 or '''"),
            (Literal::Text(String::new()), "Имя eq ''"),
            (Literal::Number(-7), "Имя eq -7"),
            (Literal::Flag(false), "Имя eq false"),
            (Literal::Key(key), "Имя eq guid'312e175a-c9c9-11ec-8936-000c29dddd38'"),
        ] {
            assert_eq!(Filter::equals(attribute("Имя"), value).to_string(), expected);
        }
        let both = Filter::equals(attribute("ИНН"), Literal::Text("7".into()));
        let both = both.and(attribute("DeletionMark"), Literal::Flag(false));
        assert_eq!(both.to_string(), "ИНН eq '7' and DeletionMark eq false");
    }

    proptest! {
        #[test]
        fn a_text_never_leaves_its_quotes(text in ".{0,40}") {
            let printed = Literal::Text(text.clone()).to_string();
            let inner = printed.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
            // Every apostrophe inside stands twice, so reading pairs gives the text back.
            prop_assert_eq!(inner.replace("''", "'"), text.clone());
            prop_assert_eq!(inner.matches('\'').count(), 2 * text.matches('\'').count());
        }
    }
}
