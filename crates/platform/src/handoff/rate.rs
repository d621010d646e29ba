//! How many links are taken, and which were taken already. Pure: the moment is passed in.
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Lets `burst` through at once and one more every `every`.
#[derive(Debug)]
pub(super) struct Rate {
    burst: u32,
    every: Duration,
    /// The moment at which the whole burst is free again.
    full_at: Option<Instant>,
}

impl Rate {
    pub(super) const fn new(burst: u32, every: Duration) -> Self {
        Self {
            burst,
            every,
            full_at: None,
        }
    }

    /// Whether one more may pass now; counts it if so.
    pub(super) fn pass(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.filter(|moment| *moment > now).unwrap_or(now);
        let next = full_at + self.every;
        let allowed = next.duration_since(now) <= self.every * self.burst;
        if allowed {
            self.full_at = Some(next);
        }
        allowed
    }
}

/// The ids of the last links, so that a repeated attempt is not a second click.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ids: VecDeque<String>,
}

impl Seen {
    const KEPT: usize = 256;

    pub(super) fn contains(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id)
    }

    pub(super) fn insert(&mut self, id: String) {
        if self.ids.len() == Self::KEPT {
            self.ids.pop_front();
        }
        self.ids.push_back(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_steady_rate() {
        let start = Instant::now();
        let mut rate = Rate::new(3, Duration::from_millis(10));
        let passed: Vec<bool> = (0..5).map(|_| rate.pass(start)).collect();
        assert_eq!(passed, [true, true, true, false, false]);
        assert!(!rate.pass(start + Duration::from_millis(9)));
        assert!(rate.pass(start + Duration::from_millis(10)));
        assert!(!rate.pass(start + Duration::from_millis(10)));
        let later = start + Duration::from_secs(60);
        assert_eq!((0..9).filter(|_| rate.pass(later)).count(), 3);
    }

    #[test]
    fn only_the_last_ids_are_kept() {
        let mut seen = Seen::default();
        for number in 0..300 {
            seen.insert(number.to_string());
        }
        assert!(!seen.contains("43"));
        assert!(seen.contains("44"));
        assert!(seen.contains("299"));
        assert_eq!(seen.ids.len(), Seen::KEPT);
    }
}
