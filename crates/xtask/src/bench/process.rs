//! What the system has booked on a process: computing time, memory, context switches. Read from outside and in the same
//! way for both sides.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Of `/proc/PID/stat`, which counts hundredths of a second on every Linux.
const TICK: u64 = 10_000_000;

/// Computing time of the threads of a process, in nanoseconds.
#[derive(Debug, Clone)]
pub(super) struct Cpu(BTreeMap<u32, u64>);

impl Cpu {
    /// User and system time so far.
    pub(super) fn of(pid: u32) -> Result<Self> {
        let mut threads = BTreeMap::new();
        for thread in threads_of(pid)? {
            let folder = format!("/proc/{pid}/task/{thread}");
            // A thread may end meanwhile.
            let Ok(stat) = std::fs::read_to_string(format!("{folder}/stat")) else {
                continue;
            };
            let exact = std::fs::read_to_string(format!("{folder}/schedstat")).ok();
            threads.insert(
                thread,
                exact
                    .as_deref()
                    .and_then(first)
                    .or_else(|| ticks(&stat))
                    .context("strange stat")?,
            );
        }
        Ok(Self(threads))
    }

    /// What was used since an earlier reading. Threads that have ended in between take their last steps along.
    pub(super) fn since(&self, earlier: &Self) -> Duration {
        let used = |(thread, now): (&u32, &u64)| now.saturating_sub(earlier.0.get(thread).copied().unwrap_or(0));
        Duration::from_nanos(self.0.iter().map(used).sum())
    }
}

/// Nanoseconds on a processor: the first number of `schedstat`, zero where the kernel does not keep it.
fn first(schedstat: &str) -> Option<u64> {
    schedstat
        .split_ascii_whitespace()
        .next()?
        .parse()
        .ok()
        .filter(|nanos| *nanos > 0)
}

/// Fields 14 and 15 of `stat`; the name before them may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut fields = behind.split_ascii_whitespace().skip(11).map(str::parse::<u64>);
    Some((fields.next()?.ok()? + fields.next()?.ok()?) * TICK)
}

fn threads_of(pid: u32) -> Result<Vec<u32>> {
    let mut threads = Vec::new();
    for entry in fs_err::read_dir(format!("/proc/{pid}/task"))? {
        if let Some(thread) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) {
            threads.push(thread);
        }
    }
    Ok(threads)
}

/// Memory of a process in KiB.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(super) struct Memory {
    /// Resident now.
    pub(super) rss_kb: u64,
    /// Resident at most so far.
    pub(super) peak_kb: u64,
}

impl Memory {
    /// Memory of a process.
    pub(super) fn of(pid: u32) -> Result<Self> {
        let status = fs_err::read_to_string(format!("/proc/{pid}/status"))?;
        Ok(Self {
            rss_kb: field(&status, "VmRSS")?,
            peak_kb: field(&status, "VmHWM")?,
        })
    }
}

/// How often the threads of a process have gone to sleep by themselves.
pub(super) fn voluntary_switches(pid: u32) -> Result<u64> {
    let mut sum = 0;
    for thread in threads_of(pid)? {
        let status = fs_err::read_to_string(format!("/proc/{pid}/task/{thread}/status"))?;
        sum += field(&status, "voluntary_ctxt_switches")?;
    }
    Ok(sum)
}

fn field(status: &str, name: &str) -> Result<u64> {
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let Some(number) = value.and_then(|value| value.split_ascii_whitespace().next()) else {
        bail!("no {name} in a status");
    };
    number.parse().with_context(|| format!("strange {name}: {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_read_from_both_files() {
        assert_eq!(first("3101976 17 1\n"), Some(3_101_976));
        assert_eq!(first("0 0 0\n"), None);
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194304 5 0 0 0 17 4 0 0 20 0 1 0 5 6 7";
        assert_eq!(ticks(stat), Some(21 * TICK));
        assert_eq!(ticks("nothing"), None);
    }

    #[test]
    fn threads_that_come_and_go_are_no_negative_time() {
        let reading = |threads: &[(u32, u64)]| Cpu(threads.iter().copied().collect());
        let (before, after) = (reading(&[(1, 500), (2, 900)]), reading(&[(1, 800), (3, 50)]));
        assert_eq!(after.since(&before), Duration::from_nanos(350));
    }

    #[test]
    fn a_status_is_read_by_its_names() {
        let status = "Name:\tx\nVmHWM:\t    900 kB\nVmRSS:\t    810 kB\nvoluntary_ctxt_switches:\t7\nnonvoluntary_ctxt_switches:\t9\n";
        assert_eq!(field(status, "VmRSS").unwrap(), 810);
        assert_eq!(field(status, "voluntary_ctxt_switches").unwrap(), 7);
        assert!(field(status, "VmSwap").is_err());
    }

    #[test]
    fn this_process_has_used_something() {
        let own = std::process::id();
        let before = Cpu::of(own).unwrap();
        let end = std::time::Instant::now() + Duration::from_millis(30);
        while std::time::Instant::now() < end {
            std::hint::spin_loop();
        }
        assert!(Cpu::of(own).unwrap().since(&before) > Duration::ZERO);
        assert!(Memory::of(own).unwrap().rss_kb > 0);
        assert!(voluntary_switches(own).is_ok());
    }
}
