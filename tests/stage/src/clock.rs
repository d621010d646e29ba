//! The one clock of the stage, the same that the office stamps with, and waiting with a deadline.

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};

/// How often a condition is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Microseconds since 1970, as the office's beacons and the bus monitor count them.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// The milliseconds from one stamp to a later one, negative when they are the wrong way round.
#[expect(
    clippy::cast_precision_loss,
    reason = "spans of a run are far below 2^52 microseconds"
)]
pub fn ms_between(from_us: u64, to_us: u64) -> f64 {
    let span = i128::from(to_us) - i128::from(from_us);
    i64::try_from(span).map_or(f64::NAN, |span| span as f64 / 1000.0)
}

/// Looks until there is something, or fails with `what` after `limit`.
pub fn wait_for<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() >= end {
            bail!("waited {} s in vain: {what}", limit.as_secs_f32());
        }
        sleep(LOOK_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_keeps_its_direction() {
        assert!((ms_between(1_000, 3_500) - 2.5).abs() < 1e-9);
        assert!((ms_between(3_500, 1_000) + 2.5).abs() < 1e-9);
    }

    #[test]
    fn waiting_ends_with_what_was_found_or_says_what_was_missing() {
        let mut looks = 0;
        let found = wait_for("three", Duration::from_secs(5), || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        });
        assert_eq!(found.unwrap(), 3);
        let missed = wait_for::<()>("the moon", Duration::ZERO, || Ok(None)).unwrap_err();
        assert!(missed.to_string().contains("the moon"));
    }
}
