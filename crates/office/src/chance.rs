//! All randomness of the office, fed by one seed so that a run can be repeated.

use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A seeded source of identifiers.
#[derive(Debug)]
pub(crate) struct Chance(Mutex<StdRng>);

impl Chance {
    /// The same seed gives the same identifiers in the same order.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// 16 random bytes, the size of a channel id.
    pub(crate) fn id(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut bytes);
        bytes
    }

    /// `length` lower-case letters and digits, as the secret of a webhook looks.
    pub(crate) fn word(&self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (0..length)
            .map(|_| char::from(ALPHABET[(rng.next_u32() % 36) as usize]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_same_seed_repeats_itself() {
        let (one, two, other) = (Chance::new(7), Chance::new(7), Chance::new(8));
        let first = (one.id(), one.word(16));
        assert_eq!(first, (two.id(), two.word(16)));
        assert_ne!(first, (other.id(), other.word(16)));
    }
}
