//! A point in time as text: every line has one.

use std::io::Write as _;

use jiff::Timestamp;

/// The first second of the year 10000, from which on years have another form.
const FAR: u64 = 253_402_300_800;
const DAY: u64 = 24 * 60 * 60;

/// Adds it as a text of JSON, in UTC with as many digits as it needs: what jiff writes, at a fraction of the price.
pub(super) fn push(out: &mut Vec<u8>, time: Timestamp) {
    let (Ok(seconds), Ok(nanoseconds)) = (u64::try_from(time.as_second()), u32::try_from(time.subsec_nanosecond()))
    else {
        return push_any(out, time);
    };
    if seconds >= FAR {
        return push_any(out, time);
    }
    let (year, month, day) = date(seconds / DAY);
    let clock = seconds % DAY;
    let mut text = *b"\"0000-00-00T00:00:00.000000000";
    digits(&mut text[1..5], year);
    digits(&mut text[6..8], month);
    digits(&mut text[9..11], day);
    digits(&mut text[12..14], clock / 3600);
    digits(&mut text[15..17], clock / 60 % 60);
    digits(&mut text[18..20], clock % 60);
    digits(&mut text[21..], nanoseconds.into());
    let length = match nanoseconds {
        0 => 20,
        _ => text.len() - text.iter().rev().take_while(|digit| **digit == b'0').count(),
    };
    out.extend_from_slice(&text[..length]);
    out.extend_from_slice(b"Z\"");
}

fn push_any(out: &mut Vec<u8>, time: Timestamp) {
    // Writing into memory cannot fail.
    let _ = write!(out, "\"{time}\"");
}

fn digits(places: &mut [u8], mut number: u64) {
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// Year, month and day of a day since 1970, in eras of 400 years whose years begin with March (the algorithm of Howard
/// Hinnant, "chrono-compatible low-level date algorithms").
const fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + (month <= 2) as u64, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(time: Timestamp) {
        let mut out = Vec::new();
        push(&mut out, time);
        assert_eq!(String::from_utf8(out).unwrap(), format!("\"{time}\""));
    }

    #[test]
    fn it_is_what_jiff_writes() {
        for text in [
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.5Z",
            "2000-02-29T23:59:59.999999999Z",
            "2026-11-22T07:00:00.1234Z",
            "2100-02-28T12:00:00.000000001Z",
            "2100-03-01T00:00:00.10Z",
            "9999-12-30T21:59:59Z",
            "-000001-05-05T00:00:00Z",
        ] {
            agrees(text.parse().unwrap());
        }
    }

    #[test]
    fn every_day_has_its_date() {
        for day in 0..150_000i64 {
            agrees(
                Timestamp::new(
                    day * 86_400 + day % 86_400,
                    i32::try_from(day * 977 % 1000).unwrap() * 1000,
                )
                .unwrap(),
            );
        }
    }
}
