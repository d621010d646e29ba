//! The wall clock and the shapes in which the portal and the push server print it.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Now, read once at the edge and passed inwards.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Unix microseconds.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Unix seconds, never negative.
pub(crate) fn unix(at: Timestamp) -> u32 {
    u32::try_from(at.as_second()).unwrap_or(0)
}

/// Unix seconds with a fraction, as `server_time_unix` and the `time` object of REST have it.
pub(crate) fn unix_float(at: Timestamp) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of this century fit into 53 bits"
    )]
    let value = at.as_microsecond() as f64;
    value / 1e6
}

/// `2026-11-22T10:00:00+03:00`: PHP `date('c')` in the time zone of Moscow.
pub(crate) fn iso(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(Offset::constant(3)))
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// `Sat, 21 Nov 2026 23:35:45 GMT`: the time of a text frame.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    #[test]
    fn prints_as_the_portal_does() {
        let at = Timestamp::from_millisecond(1_795_304_145_732).unwrap();
        assert_eq!(super::http_date(at), "Sat, 21 Nov 2026 23:35:45 GMT");
        assert_eq!(super::iso(at), "2026-11-22T02:35:45+03:00");
        assert_eq!(super::unix(at), 1_795_304_145);
        assert!((super::unix_float(at) - 1_795_304_145.732).abs() < 1e-6);
    }
}
