//! The beginning of a period, as people write it.

use hotstart_core::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::{Span, Zoned};

use crate::output::Failure;

/// `2026-11-22`, `2026-11-22T07:00` (of this desk's clock), `2026-11-22T07:00:00Z`, or so long before now: `24h`, `7d`.
pub(crate) fn moment(text: &str) -> Result<Timestamp, Failure> {
    moment_at(text, &Zoned::now()).ok_or_else(|| {
        Failure::refused(
            "usage",
            "a moment is written 2026-11-22, 2026-11-22T07:00:00Z, or as a time before now: 24h, 7d",
        )
    })
}

/// The moment now.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

fn moment_at(text: &str, now: &Zoned) -> Option<Timestamp> {
    let text = text.trim();
    let of = |moment: jiff::Timestamp| Timestamp(moment.as_millisecond());
    let local = |moment: DateTime| {
        moment
            .to_zoned(now.time_zone().clone())
            .ok()
            .map(|moment| of(moment.timestamp()))
    };
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(of(moment));
    }
    // A date alone would also be read as a moment without a time.
    if let Ok(date) = text.parse::<Date>()
        && !text.contains(['T', 't', ' '])
    {
        return local(date.at(0, 0, 0, 0));
    }
    if let Ok(moment) = text.parse::<DateTime>() {
        return local(moment);
    }
    let span: Span = text.parse().ok()?;
    let earlier = now.checked_sub(span.abs()).ok()?;
    Some(of(earlier.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now: Zoned = "2026-11-22T12:00:00+03:00[Europe/Moscow]".parse().unwrap();
        let at = |text: &str| moment_at(text, &now).map(|moment| moment.0);
        let hour = 3_600_000;
        let noon = now.timestamp().as_millisecond();
        for (text, expected) in [
            ("2026-11-22", Some(noon - 12 * hour)),
            ("2026-11-22T07:00", Some(noon - 5 * hour)),
            ("2026-11-22T07:00:00Z", Some(noon - 2 * hour)),
            ("2026-11-22T07:00:00+03:00", Some(noon - 5 * hour)),
            ("24h", Some(noon - 24 * hour)),
            ("7d", Some(noon - 7 * 24 * hour)),
            (" 30m ", Some(noon - hour / 2)),
            ("PT1H", Some(noon - hour)),
            ("yesterday", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
    }
}
