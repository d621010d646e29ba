//! Repeatable chance: the same seed and text always give the same object, so that a test can name what it will see.

/// A splitmix64 sequence; written here because a random crate may change its sequence between versions.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// A sequence that starts at `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence that belongs to `text` under `seed` (FNV-1a over the bytes of the text).
    pub(super) fn of(seed: u64, text: &str) -> Self {
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ hash)
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next().checked_rem(n).unwrap_or(0)
    }

    /// One of the texts; empty when there is none.
    pub(super) fn pick<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        let at = self.below(texts.len() as u64);
        usize::try_from(at)
            .ok()
            .and_then(|at| texts.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// A UUID in lower case with dashes, of version 1 in its third group as 1C makes them.
    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-11f1-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            0x8000 | (high & 0x3fff),
            low >> 16
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_and_text_give_the_same_sequence() {
        let mut one = Chance::of(7, "Документ.ЗаказКлиента");
        let mut two = Chance::of(7, "Документ.ЗаказКлиента");
        let mut other = Chance::of(8, "Документ.ЗаказКлиента");
        assert_eq!(one.next(), two.next());
        assert_ne!(one.next(), other.next());
    }

    #[test]
    fn a_uuid_has_the_groups_of_a_uuid() {
        let uuid = Chance::new(1).uuid();
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(uuid.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()));
    }
}
