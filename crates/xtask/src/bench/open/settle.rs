//! A rest before every measured open: what the one before leaves to the machine (profiles written to the disk, pages
//! given back) would be counted on the next one, whoever it belongs to.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// One look at how busy the machine is.
const LOOK: Duration = Duration::from_millis(500);

/// Busier than this share is not at rest. The desk itself (X server, panel, bus) works a little all the time.
const AT_REST: f64 = 0.06;

/// A machine that never rests is measured as it is; the report has its load.
const LIMIT: Duration = Duration::from_secs(15);

/// Waits until the machine rests, whatever comes next; seconds waited.
pub(super) fn settle() -> Result<f64> {
    let begin = Instant::now();
    let mut before = Spent::now()?;
    while begin.elapsed() < LIMIT {
        sleep(LOOK);
        let now = Spent::now()?;
        if now.share_since(&before) <= AT_REST {
            break;
        }
        before = now;
    }
    Ok(begin.elapsed().as_secs_f64())
}

/// Computing time of all processors since the start of the system, in the kernel's ticks (`/proc/stat`, proc(5)).
#[derive(Debug, Clone, Copy)]
struct Spent {
    busy: u64,
    all: u64,
}

impl Spent {
    fn now() -> Result<Self> {
        Self::read(&fs_err::read_to_string("/proc/stat")?).context("/proc/stat has no line of all processors")
    }

    fn read(stat: &str) -> Option<Self> {
        let line = stat.lines().find(|line| line.starts_with("cpu "))?;
        // user nice system idle iowait irq softirq steal; guest time is part of user time.
        let ticks: Vec<u64> = line
            .split_ascii_whitespace()
            .skip(1)
            .take(8)
            .map_while(|ticks| ticks.parse().ok())
            .collect();
        let idle = ticks.get(3)? + ticks.get(4)?;
        let all: u64 = ticks.iter().sum();
        Some(Self { busy: all - idle, all })
    }

    #[expect(clippy::cast_precision_loss, reason = "ticks of some days")]
    fn share_since(self, before: &Self) -> f64 {
        let all = self.all.saturating_sub(before.all).max(1);
        self.busy.saturating_sub(before.busy) as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_what_was_not_idle() {
        let before = Spent::read("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1\n").unwrap();
        let after = Spent::read("cpu  110 0 60 860 60 5 5 0 0 0\n").unwrap();
        assert!((after.share_since(&before) - 0.3).abs() < 1e-9);
        assert!(Spent::read("intr 1 2 3").is_none());
    }
}
