//! The body of a message: what the portal itself wrote, the same in every framing.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Fault, quick};

/// Module, command, parameters, and the facts that the portal adds.
#[derive(Debug, Clone)]
pub struct Body {
    /// Module in lower case.
    pub module: String,
    /// Command as sent.
    pub command: String,
    /// Parameters, untouched; `[]` where the sender gave none.
    pub params: Box<RawValue>,
    /// When the portal made the event.
    pub server_time: Option<Timestamp>,
    /// Protocol revision of the portal's web clients.
    pub revision: Option<u32>,
}

#[derive(Deserialize)]
struct RawBody<'a> {
    module_id: String,
    command: String,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    extra: Option<&'a RawValue>,
}

/// PHP writes an empty one as `[]`, so this is read apart from the body and may fail.
#[derive(Deserialize, Default)]
struct Extra<'a> {
    #[serde(borrow)]
    server_time: Option<&'a RawValue>,
    #[serde(borrow)]
    server_time_unix: Option<&'a RawValue>,
    #[serde(borrow)]
    revision_web: Option<&'a RawValue>,
    #[serde(borrow)]
    revision: Option<&'a RawValue>,
}

impl Body {
    /// Reads a body; `beside` is an `extra` that stands beside it in the envelope, as the documentation shows it.
    pub fn parse(text: &str, beside: Option<&RawValue>) -> Result<Self, Fault> {
        if let Some(body) = quick::body(text) {
            return Ok(body);
        }
        let raw: RawBody<'_> = serde_json::from_str(text).map_err(|_| Fault::Body)?;
        if raw.module_id.is_empty() || raw.command.is_empty() {
            return Err(Fault::Body);
        }
        let extra = raw.extra.or(beside).map_or("{}", RawValue::get);
        let extra: Extra<'_> = serde_json::from_str(extra).unwrap_or_default();
        let params = match raw.params {
            Some(params) => params.to_owned(),
            None => serde_json::value::to_raw_value::<[(); 0]>(&[]).map_err(|_| Fault::Body)?,
        };
        Ok(Self {
            module: module(raw.module_id),
            command: raw.command,
            params,
            server_time: extra.time(),
            revision: extra.revision_web.or(extra.revision).and_then(number).and_then(whole),
        })
    }
}

impl Extra<'_> {
    fn time(&self) -> Option<Timestamp> {
        let exact = self.server_time_unix.and_then(number).and_then(unix);
        exact.or_else(|| {
            serde_json::from_str::<String>(self.server_time?.get())
                .ok()?
                .parse()
                .ok()
        })
    }
}

/// The name of a module in lower case.
pub(super) fn module(name: String) -> String {
    if name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        name.to_lowercase()
    } else {
        name
    }
}

/// A time as unix seconds with a fraction.
pub(super) fn unix(seconds: f64) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "out of range saturates and is refused below"
    )]
    let micros = (seconds * 1e6) as i64;
    Timestamp::from_microsecond(micros).ok().filter(|_| seconds > 0.0)
}

/// A number, also when PHP wrote it as a string.
fn number(raw: &RawValue) -> Option<f64> {
    raw.get()
        .trim_matches('"')
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
}

fn whole(number: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    let whole = (0.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32);
    whole
}
