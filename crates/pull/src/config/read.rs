//! Reading fields that may be of any type, as PHP writes them.

use jiff::Timestamp;
use serde_json::Value;

/// Field access that forgives types.
pub(super) trait Field {
    /// A field of an object; nothing for other values and for `null`.
    fn field(&self, name: &str) -> Option<&Self>;
    /// A non-empty text, or a number as text.
    fn text(&self) -> Option<String>;
    /// A whole number, also as text or with a fraction that is cut off.
    fn number<N: TryFrom<i64>>(&self) -> Option<N>;
    /// A flag in any of PHP's ways.
    fn flag(&self) -> Option<bool>;
    /// A time: ISO 8601 with offset, or unix seconds.
    fn time(&self) -> Option<Timestamp>;
}

impl Field for Value {
    fn field(&self, name: &str) -> Option<&Self> {
        self.get(name).filter(|value| !value.is_null())
    }

    fn text(&self) -> Option<String> {
        let text = match self {
            Self::String(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Null | Self::Bool(_) | Self::Array(_) | Self::Object(_) => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn number<N: TryFrom<i64>>(&self) -> Option<N> {
        let text = self.text()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "out of range saturates and fails in the next line"
        )]
        let whole = text
            .parse::<i64>()
            .ok()
            .or_else(|| text.parse::<f64>().ok().map(|float| float as i64))?;
        N::try_from(whole).ok()
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Number(number) => Some(number.as_f64() != Some(0.0)),
            Self::String(text) => match text.to_ascii_lowercase().as_str() {
                "y" | "true" | "1" => Some(true),
                "n" | "false" | "0" | "" => Some(false),
                _ => None,
            },
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    fn time(&self) -> Option<Timestamp> {
        match self {
            Self::String(text) => text.parse().ok().or_else(|| seconds(self)),
            Self::Number(_) => seconds(self),
            Self::Null | Self::Bool(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }
}

fn seconds(value: &Value) -> Option<Timestamp> {
    let seconds = value.number::<i64>().filter(|seconds| *seconds > 0)?;
    Timestamp::from_second(seconds).ok()
}
