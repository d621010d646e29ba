//! A point in time as text: every line has one.

use std::io::Write as _;

use hotstart_core::journal::moment::date;
use jiff::Timestamp;

/// The first second of the year 10000, from which on years have another form.
const FAR: i64 = 253_402_300_800;
const DAY: i64 = 24 * 60 * 60;

/// Adds it as a text of JSON, in UTC with as many digits as it needs: what jiff writes, at a fraction of the price.
pub(super) fn push(out: &mut Vec<u8>, time: Timestamp) {
    let (seconds, nanoseconds) = (time.as_second(), time.subsec_nanosecond());
    if !(0..FAR).contains(&seconds) || nanoseconds < 0 {
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

fn digits(places: &mut [u8], mut number: i64) {
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
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
