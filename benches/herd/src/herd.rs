//! All clients of a server, and what the server sees of them.

use std::time::{Duration, Instant};

use bitrix24_pull::config::Origin;

use crate::life::Life;

/// The span in which simultaneous attempts are counted.
const SPAN: Duration = Duration::from_millis(100);

/// The attempts of all clients after they were dropped in the same moment.
pub(crate) struct Herd {
    lives: Vec<Life>,
    outage: Duration,
}

impl Herd {
    /// Drops `clients` sessions at once; for `outage` the server refuses every attempt.
    pub(crate) fn play(clients: u64, seed: u64, outage: Duration, origin: &Origin, begin: Instant) -> Self {
        let lives = (0..clients).map(|client| Life::play(seed * clients + client, outage, origin, begin));
        Self {
            lives: lives.collect(),
            outage,
        }
    }

    /// The most attempts in any 100 ms, wherever these begin.
    pub(crate) fn peak(&self) -> u32 {
        let mut attempts: Vec<Duration> = self.lives.iter().flat_map(|life| &life.attempts).copied().collect();
        attempts.sort_unstable();
        peak(&attempts)
    }

    /// When so many percent of the clients are back, counted from the return of the server.
    pub(crate) fn back(&self, percent: usize) -> Duration {
        let mut back: Vec<Duration> = self
            .lives
            .iter()
            .map(|life| life.back.saturating_sub(self.outage))
            .collect();
        back.sort_unstable();
        let rank = (back.len() * percent).div_ceil(100).max(1);
        back.get(rank - 1).copied().unwrap_or(Duration::MAX)
    }

    /// How often a client tries until it is back.
    pub(crate) fn attempts_per_client(&self) -> f64 {
        let count = |count: usize| u32::try_from(count).map_or(f64::INFINITY, f64::from);
        let attempts = self.lives.iter().map(|life| life.attempts.len()).sum();
        count(attempts) / count(self.lives.len())
    }
}

fn peak(sorted: &[Duration]) -> u32 {
    let mut most = 0;
    let mut first = 0;
    for (last, at) in sorted.iter().enumerate() {
        while sorted
            .get(first)
            .is_some_and(|earliest| at.saturating_sub(*earliest) >= SPAN)
        {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    u32::try_from(most).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_may_lie_across_any_border() {
        let at = |millis: &[u64]| millis.iter().copied().map(Duration::from_millis).collect::<Vec<_>>();
        assert_eq!(peak(&[]), 0);
        assert_eq!(peak(&at(&[0, 99, 100, 199, 300])), 2);
        assert_eq!(peak(&at(&[0, 90, 95, 105, 120, 300])), 4);
        assert_eq!(peak(&at(&[7, 7, 7])), 3);
    }

    #[test]
    fn the_bars_hold_for_one_seed() {
        let begin = Instant::now();
        let origin = Origin {
            portal: "https://portal.example.ru/".parse().unwrap(),
            intranet: false,
        };
        let dropped = Herd::play(1000, 1, Duration::ZERO, &origin, begin);
        assert!(dropped.peak() <= 25, "{}", dropped.peak());
        assert!(dropped.back(100) <= Duration::from_secs(20));
        let outage = Herd::play(1000, 1, Duration::from_secs(180), &origin, begin);
        assert!(outage.back(95) <= Duration::from_secs(30), "{:?}", outage.back(95));
        assert!(outage.attempts_per_client() > 5.0);
    }
}
