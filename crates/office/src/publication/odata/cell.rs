//! The value of a property, its type, and how values compare.

use std::cmp::Ordering;

use serde_json::{Value, json};

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edm {
    /// `Edm.String`.
    Text,
    /// `Edm.Guid`.
    Guid,
    /// `Edm.DateTime`.
    Moment,
    /// `Edm.Double`.
    Number,
    /// `Edm.Int64`, a string in JSON.
    Whole,
    /// `Edm.Boolean`.
    Flag,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A string.
    Text(String),
    /// A UUID in lower case.
    Guid(String),
    /// `2026-11-22T12:00:00`.
    Moment(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(u64),
    /// A truth.
    Flag(bool),
    /// Nothing.
    Null,
}

impl Edm {
    /// The name in descriptions.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "Edm.String",
            Self::Guid => "Edm.Guid",
            Self::Moment => "Edm.DateTime",
            Self::Number => "Edm.Double",
            Self::Whole => "Edm.Int64",
            Self::Flag => "Edm.Boolean",
        }
    }
}

impl Cell {
    /// As JSON has it.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Text(text) | Self::Guid(text) | Self::Moment(text) => json!(text),
            Self::Number(number) => json!(number),
            Self::Whole(number) => json!(number.to_string()),
            Self::Flag(flag) => json!(flag),
            Self::Null => Value::Null,
        }
    }

    /// As XML has it; `None` for nothing.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Guid(text) | Self::Moment(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Whole(number) => Some(number.to_string()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Null => None,
        }
    }

    /// How two values of the same type are ordered; `None` if the types differ.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(other))
            | (Self::Guid(one), Self::Guid(other))
            | (Self::Moment(one), Self::Moment(other)) => Some(one.cmp(other)),
            (Self::Flag(one), Self::Flag(other)) => Some(one.cmp(other)),
            (Self::Number(_) | Self::Whole(_), Self::Number(_) | Self::Whole(_)) => {
                self.number()?.partial_cmp(&other.number()?)
            }
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (
                Self::Text(_)
                | Self::Guid(_)
                | Self::Moment(_)
                | Self::Flag(_)
                | Self::Number(_)
                | Self::Whole(_)
                | Self::Null,
                _,
            ) => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "line numbers and counts are small")]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Whole(number) => Some(*number as f64),
            Self::Text(_) | Self::Guid(_) | Self::Moment(_) | Self::Flag(_) | Self::Null => None,
        }
    }
}

/// A UUID in lower case, if it is one.
pub(super) fn guid(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let hex = groups
        .iter()
        .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (hex && lengths == [8, 4, 4, 4, 12]).then(|| text.to_lowercase())
}

/// A date and time in its one form, if it is one: the time may be left out.
pub(super) fn moment(text: &str) -> Option<String> {
    let moment: jiff::civil::DateTime = match text.parse() {
        Ok(moment) => moment,
        Err(_) => text
            .parse::<jiff::civil::Date>()
            .ok()?
            .to_datetime(jiff::civil::Time::midnight()),
    };
    Some(moment.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}
