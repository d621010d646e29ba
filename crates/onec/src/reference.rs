//! The reference of an object in two spellings: `ref` of navigation links and UUID of OData and exchange.
//!
//! Both hold the same sixteen bytes. A reference is the groups of the UUID in the order 4-5-3-2-1; bytes inside a group
//! keep their order, so it is *not* the little-endian order that COM and .NET use.

use std::fmt;

/// The `ref` of a navigation link: 32 hexadecimal digits, never all zero; prints in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref([u8; 16]);

/// A UUID in the usual spelling 8-4-4-4-12, never all zero; prints in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid([u8; 16]);

/// Why a text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefRefused {
    /// Neither 32 hexadecimal digits nor a UUID.
    #[error("not a reference: 32 hexadecimal digits or a UUID are expected")]
    Shape,
    /// The empty reference: it names no object.
    #[error("the empty reference names no object")]
    Zero,
}

impl Ref {
    /// Reads 32 hexadecimal digits of any case.
    pub fn parse(text: &str) -> Result<Self, RefRefused> {
        bytes_of([text]).map(Self)
    }

    /// Reads either spelling, as people paste them: 32 hexadecimal digits or a UUID.
    pub fn parse_either(text: &str) -> Result<Self, RefRefused> {
        if text.contains('-') {
            Uuid::parse(text).map(Self::from)
        } else {
            Self::parse(text)
        }
    }

    /// The same object as OData and exchange name it.
    pub fn uuid(self) -> Uuid {
        Uuid::from(self)
    }
}

impl Uuid {
    /// Reads five groups of 8, 4, 4, 4 and 12 hexadecimal digits of any case, without braces.
    pub fn parse(text: &str) -> Result<Self, RefRefused> {
        let mut groups = text.split('-');
        let mut take = |length| {
            groups
                .next()
                .filter(|group| group.len() == length)
                .ok_or(RefRefused::Shape)
        };
        let parts = [take(8)?, take(4)?, take(4)?, take(4)?, take(12)?];
        if groups.next().is_some() {
            return Err(RefRefused::Shape);
        }
        bytes_of(parts).map(Self)
    }
}

impl From<Uuid> for Ref {
    fn from(Uuid(b): Uuid) -> Self {
        let [a0, a1, a2, a3, b0, b1, c0, c1, rest @ ..] = b;
        let [d0, d1, e0, e1, e2, e3, e4, e5] = rest;
        Self([d0, d1, e0, e1, e2, e3, e4, e5, c0, c1, b0, b1, a0, a1, a2, a3])
    }
}

impl From<Ref> for Uuid {
    fn from(Ref(r): Ref) -> Self {
        let [d0, d1, e0, e1, e2, e3, e4, e5, rest @ ..] = r;
        let [c0, c1, b0, b1, a0, a1, a2, a3] = rest;
        Self([a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, e0, e1, e2, e3, e4, e5])
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in [0..4, 4..6, 6..8, 8..10, 10..16].into_iter().enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            write_hex(f, &self.0[range])?;
        }
        Ok(())
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn bytes_of<const N: usize>(groups: [&str; N]) -> Result<[u8; 16], RefRefused> {
    let mut bytes = [0_u8; 16];
    let mut count = 0;
    for digit in groups.iter().flat_map(|group| group.chars()) {
        let value = digit
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
            .ok_or(RefRefused::Shape)?;
        let byte = bytes.get_mut(count / 2).ok_or(RefRefused::Shape)?;
        *byte = *byte << 4 | value;
        count += 1;
    }
    if count != 32 {
        return Err(RefRefused::Shape);
    }
    if bytes == [0; 16] {
        return Err(RefRefused::Zero);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_pairs_convert_both_ways() {
        for (reference, uuid) in [
            (
                "8936000c29dddd3811ecc9c9312e175a",
                "312e175a-c9c9-11ec-8936-000c29dddd38",
            ),
            (
                "89ab000c29dddd3811ed88195828755a",
                "5828755a-8819-11ed-89ab-000c29dddd38",
            ),
            (
                "8780b06ebf2faaf611e86899c3314ae6",
                "c3314ae6-6899-11e8-8780-b06ebf2faaf6",
            ),
            (
                "b59500055d80a2b911de397d51012ccc",
                "51012ccc-397d-11de-b595-00055d80a2b9",
            ),
            (
                "9abc123456789abc5678123412345678",
                "12345678-1234-5678-9abc-123456789abc",
            ),
            (
                "8ca0000d8843cd1b11dc8d043d71007f",
                "3d71007f-8d04-11dc-8ca0-000d8843cd1b",
            ),
        ] {
            assert_eq!(Ref::parse(reference).map(|r| r.uuid().to_string()).as_deref(), Ok(uuid));
            assert_eq!(
                Ref::parse_either(&uuid.to_uppercase())
                    .map(|r| r.to_string())
                    .as_deref(),
                Ok(reference)
            );
        }
    }

    #[test]
    fn refuses_other_shapes() {
        for text in [
            "",
            "8936000c29dddd3811ecc9c9312e175",
            "8936000c29dddd3811ecc9c9312e175a0",
            "8936000c29dddd3811ecc9c9312e175g",
            "{312e175a-c9c9-11ec-8936-000c29dddd38}",
            "312e175ac9c9-11ec-8936-000c29dddd38-",
            "312e175a-c9c9-11ec-8936-000c29dddd38-",
            "312e175a-c9c911ec-8936-000c-29dddd38",
            "-312e175a-c9c9-11ec-8936-000c29dddd38",
            "８936000c29dddd3811ecc9c9312e175a",
        ] {
            assert_eq!(Ref::parse_either(text), Err(RefRefused::Shape), "{text}");
        }
        assert_eq!(Ref::parse_either(&"0".repeat(32)), Err(RefRefused::Zero));
        assert_eq!(
            Ref::parse_either("00000000-0000-0000-0000-000000000000"),
            Err(RefRefused::Zero)
        );
    }

    proptest! {
        #[test]
        fn round_trip(bytes in any::<[u8; 16]>().prop_filter("not empty", |bytes| *bytes != [0; 16])) {
            let reference = Ref(bytes);
            prop_assert_eq!(Ref::from(reference.uuid()), reference);
            prop_assert_eq!(Ref::parse_either(&reference.to_string()), Ok(reference));
            prop_assert_eq!(Ref::parse_either(&reference.uuid().to_string()), Ok(reference));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = Ref::parse_either(&text);
        }
    }
}
