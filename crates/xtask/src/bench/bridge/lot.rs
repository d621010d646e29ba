//! Drawing lots that can be drawn again: everything that happens by chance in a run follows from one number.

use std::time::Duration;

/// A generator (SplitMix64); the same seed gives the same lots in the same order.
#[derive(Debug, Clone)]
pub(super) struct Lot(u64);

impl Lot {
    /// A generator of its own for each name of a run.
    pub(super) fn of(seed: u64, name: &str) -> Self {
        let mixed = name
            .bytes()
            .fold(seed, |mixed, byte| mixed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let mut lot = Self(mixed);
        lot.next();
        lot
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, both among them.
    pub(super) fn number(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most.saturating_sub(least) + 1)
    }

    /// True once in so many times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.number(1, times) == 1
    }

    /// A time between two others.
    pub(super) fn time(&mut self, least: Duration, most: Duration) -> Duration {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX / 2);
        Duration::from_micros(self.number(micros(least), micros(most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_lots_again_and_each_name_its_own() {
        let draw = |seed, name| {
            let mut lot = Lot::of(seed, name);
            (0..20).map(|_| lot.number(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, "a"), draw(7, "a"));
        assert_ne!(draw(7, "a"), draw(7, "b"));
        assert_ne!(draw(7, "a"), draw(8, "a"));
    }

    #[test]
    fn lots_stay_within_their_bounds_and_reach_them() {
        let mut lot = Lot::of(1, "bounds");
        let drawn: Vec<u64> = (0..500).map(|_| lot.number(3, 6)).collect();
        for bound in [3, 6] {
            assert!(drawn.contains(&bound));
        }
        assert!(drawn.iter().all(|number| (3..=6).contains(number)));
        assert_eq!(lot.number(9, 2), 9);
    }
}
