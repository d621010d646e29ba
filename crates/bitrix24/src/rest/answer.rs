//! The envelope of an answer, read in one pass into the type of the caller.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error::{RestError, RestErrorKind};
use super::php;

/// A successful answer with what stands beside the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T = Value> {
    /// The result itself.
    pub result: T,
    /// Number of all items of a list, if it was counted.
    pub total: Option<u64>,
    /// Offset of the next page, if there is one.
    pub next: Option<u64>,
    /// What the call took, where the portal tells it.
    pub time: Option<Time>,
}

/// What a call took (official page "limits"), by the portal's clock in unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
pub struct Time {
    /// When the portal began with it.
    #[serde(default, deserialize_with = "php::seconds")]
    pub start: Option<f64>,
    /// When it was done.
    #[serde(default, deserialize_with = "php::seconds")]
    pub finish: Option<f64>,
    /// Seconds of work on the method itself.
    #[serde(default, deserialize_with = "php::seconds")]
    pub processing: Option<f64>,
    /// Seconds of work on this method within the last ten minutes (cloud only).
    #[serde(default, deserialize_with = "php::seconds")]
    pub operating: Option<f64>,
    /// When a part of them is forgotten again (cloud only).
    #[serde(default, deserialize_with = "php::seconds")]
    pub operating_reset_at: Option<f64>,
}

impl Time {
    /// How long after its end `operating` goes down: a difference on the portal's own clock, so ours need not be right.
    pub fn operating_resets_in(&self) -> Option<Duration> {
        let seconds = self.operating_reset_at? - self.finish.or(self.start)?;
        Duration::try_from_secs_f64(seconds.clamp(0.0, 3600.0)).ok()
    }
}

#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
struct Envelope<T> {
    // A result of `null` is one, a missing one is not.
    #[serde(default = "nothing", deserialize_with = "present")]
    result: Option<T>,
    error: Option<Value>,
    error_description: Option<Value>,
    #[serde(default, deserialize_with = "php::maybe_number")]
    total: Option<u64>,
    #[serde(default, deserialize_with = "php::maybe_number")]
    next: Option<u64>,
    // It has been seen as an empty array.
    #[serde(default, deserialize_with = "php::lenient")]
    time: Option<Time>,
}

fn nothing<T>() -> Option<T> {
    None
}

fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Whether there is an error or a result at all, when the result was not what the caller expected.
#[derive(Deserialize)]
struct Bare {
    error: Option<Value>,
    error_description: Option<Value>,
}

/// Reads the body of an answer with this HTTP status.
pub(super) fn decode<T: DeserializeOwned>(
    status: u16,
    body: &[u8],
    wait: Option<Duration>,
) -> Result<Answer<T>, RestError> {
    let failed = |error: &Value, text: Option<&Value>| RestError::from_portal(Some(status), error, text, wait);
    let envelope = match serde_json::from_slice::<Envelope<T>>(body) {
        Ok(envelope) => envelope,
        Err(wrong) => {
            // A result of another shape may stand beside an error, and what is no object is no answer at all.
            let Ok(bare) = serde_json::from_slice::<Bare>(body) else {
                return Err(RestError::from_page(status, wait));
            };
            if let Some(error) = bare.error.filter(|error| !error.is_null()) {
                return Err(failed(&error, bare.error_description.as_ref()));
            }
            if !is_success(status) {
                return Err(RestError::from_page(status, wait));
            }
            let place = format!(
                "the answer has another shape (line {}, column {})",
                wrong.line(),
                wrong.column()
            );
            return Err(RestError::new(RestErrorKind::Unexpected, &place).with_status(status));
        }
    };
    if let Some(error) = envelope.error.filter(|error| !error.is_null()) {
        return Err(failed(&error, envelope.error_description.as_ref()));
    }
    if !is_success(status) {
        return Err(RestError::from_page(status, wait));
    }
    let Some(result) = envelope.result else {
        return Err(RestError::new(RestErrorKind::NotJson, "JSON without a result").with_status(status));
    };
    Ok(Answer {
        result,
        total: envelope.total,
        next: envelope.next,
        time: envelope.time,
    })
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}
