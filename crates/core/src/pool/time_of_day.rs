//! A time of the day, as the settings file and a person write it: `02:30`.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A minute of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, TS)]
#[ts(type = "string")]
pub struct TimeOfDay(u16);

/// Not a time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time of the day is written as 02:30")]
pub struct BadTime;

impl TimeOfDay {
    /// From the minutes since midnight; more than a day holds begins anew.
    pub const fn from_minutes(minutes: u16) -> Self {
        Self(minutes % DAY)
    }

    /// Whether this time lies behind `after` and not behind `until`, over midnight too. Nothing lies within no time.
    pub const fn is_within(self, after: Self, until: Self) -> bool {
        if after.0 <= until.0 {
            after.0 < self.0 && self.0 <= until.0
        } else {
            after.0 < self.0 || self.0 <= until.0
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        let (hours, minutes) = text.split_once(':').ok_or(BadTime)?;
        let number = |text: &str| match text.as_bytes() {
            [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9'] => text.parse::<u16>().map_err(|_| BadTime),
            _ => Err(BadTime),
        };
        match (number(hours)?, number(minutes)?) {
            (hours @ 0..24, minutes @ 0..60) if text.len() >= 4 => Ok(Self(hours * 60 + minutes)),
            _ => Err(BadTime),
        }
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
