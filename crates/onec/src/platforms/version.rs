//! Version numbers of the platform and masks of them.

use std::fmt;

/// A full version, `8.3.25.1257`; ordered by numbers, so 8.3.9 comes before 8.3.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version([u32; 4]);

/// One to four numbers, `8.3` or `8.3.25`: all versions that begin with them. `8.3.25` does not mean 8.3.250.1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionMask(Vec<u32>);

impl Version {
    /// Reads exactly four numbers.
    pub fn parse(text: &str) -> Option<Self> {
        VersionMask::parse(text)?.version()
    }

    /// A version from its numbers.
    pub fn new(numbers: [u32; 4]) -> Self {
        Self(numbers)
    }
}

impl VersionMask {
    /// Reads one to four numbers with dots between them.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u32>> = text.split('.').take(5).map(number).collect();
        numbers.filter(|numbers| numbers.len() <= 4).map(Self)
    }

    /// Whether the version begins with the numbers of this mask.
    pub fn matches(&self, version: Version) -> bool {
        version.0.starts_with(&self.0)
    }

    /// The version itself if the mask is a full one.
    pub fn version(&self) -> Option<Version> {
        self.0.as_slice().try_into().map(Version).ok()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_numbers(f, &self.0)
    }
}

impl fmt::Display for VersionMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_numbers(f, &self.0)
    }
}

/// Digits only: `parse` alone would take `+8`.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn write_numbers(f: &mut fmt::Formatter<'_>, numbers: &[u32]) -> fmt::Result {
    for (at, number) in numbers.iter().enumerate() {
        write!(f, "{}{number}", if at == 0 { "" } else { "." })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn versions_are_ordered_by_numbers() {
        let ascending = [
            "8.2.19.130",
            "8.3.9.2033",
            "8.3.10.1",
            "8.3.10.2772",
            "8.3.18.1",
            "8.3.25.1257",
            "8.3.250.1",
            "8.5.1.100",
        ];
        let mut sorted = ascending.map(version);
        sorted.reverse();
        sorted.sort_unstable();
        assert_eq!(sorted.map(|version| version.to_string()), ascending);
    }

    #[test]
    fn a_mask_is_a_prefix_by_number() {
        for (mask, full, expected) in [
            ("8", "8.3.25.1257", true),
            ("8.3", "8.3.25.1257", true),
            ("8.3", "8.30.1.1", false),
            ("8.3.25", "8.3.25.1257", true),
            ("8.3.25", "8.3.250.1", false),
            ("8.3.25.1257", "8.3.25.1257", true),
            ("8.3.25.125", "8.3.25.1257", false),
        ] {
            let read = VersionMask::parse(mask).unwrap();
            assert_eq!(read.matches(version(full)), expected, "{mask} {full}");
        }
    }

    #[test]
    fn what_is_no_version() {
        for text in [
            "",
            ".",
            "8.",
            "8..3",
            "8.3.x",
            "+8.3",
            "8.3 ",
            "8.3.25.1257.1",
            "8.99999999999",
            "common",
        ] {
            assert_eq!(VersionMask::parse(text), None, "{text:?}");
        }
        assert_eq!(Version::parse("8.3.25"), None);
    }

    proptest! {
        #[test]
        fn print_and_parse_agree(numbers in prop::collection::vec(any::<u32>(), 1..5)) {
            let mask = VersionMask(numbers);
            prop_assert_eq!(VersionMask::parse(&mask.to_string()), Some(mask));
        }

        #[test]
        fn any_text(text in "\\PC{0,20}") {
            let _ = (VersionMask::parse(&text), Version::parse(&text));
        }
    }
}
