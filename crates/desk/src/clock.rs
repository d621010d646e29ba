//! The clock of the desk.
use std::time::{SystemTime, UNIX_EPOCH};

use hotstart_core::Timestamp;
use hotstart_core::pool::TimeOfDay;
use hotstart_core::ports::Clock;
use jiff::Zoned;

/// Wall time as the operating system has it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn time_of_day(&self) -> TimeOfDay {
        let now = Zoned::now();
        let (hour, minute) = (now.hour().unsigned_abs(), now.minute().unsigned_abs());
        TimeOfDay::from_minutes(u16::from(hour) * 60 + u16::from(minute))
    }
}
