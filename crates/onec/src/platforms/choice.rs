//! Which installed version opens a base, as the starter chooses it.

use super::arch::ArchWish;
use super::discovery::Platform;
use super::version::VersionMask;
use crate::starter::DefaultVersion;

/// A client program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// The thin client, `1cv8c`; it opens file bases as well.
    Thin,
    /// The thick client, `1cv8`.
    Thick,
}

/// What a base asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// `Version` of the base: a mask or a full version.
    pub version: Option<VersionMask>,
    /// `DefaultVersion` of the base: the version that is taken when `Version` is a mask.
    pub default_version: Option<VersionMask>,
    /// `AppArch` of the base.
    pub arch: Option<ArchWish>,
    /// The client.
    pub client: Client,
}

/// The version that opens a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The version.
    pub platform: &'a Platform,
    /// It is what the base asks for. The starter takes the highest version without a word when this is not so; a program
    /// that can speak should say it.
    pub as_wished: bool,
}

/// Chooses like the starter: a full `Version`; else `DefaultVersion`, even one outside of the mask; else the starter's
/// own table; else the highest version of the mask; and the highest of all when none of these is installed.
///
/// `None`: no version with this client is installed.
pub fn choose<'a>(platforms: &'a [Platform], wish: &Wish, table: &[DefaultVersion]) -> Option<Chosen<'a>> {
    let line = table.iter().find(|line| match (&wish.version, &line.replacement) {
        (Some(version), Some(_)) => line.mask == *version,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    });
    let arch = wish.arch.or(line.and_then(|line| line.arch)).unwrap_or_default();
    let usable: Vec<&Platform> = platforms
        .iter()
        .filter(|one| one.program(wish.client).is_some())
        .collect();
    let fitting: Vec<&Platform> = usable.iter().copied().filter(|one| !arch.refuses(one.arch)).collect();
    let usable = if fitting.is_empty() { usable } else { fitting };
    let best = |mask: Option<&VersionMask>| highest(&usable, mask, arch);

    let full = wish.version.as_ref().filter(|version| version.version().is_some());
    let wished: Vec<&VersionMask> = if let Some(full) = full {
        vec![full]
    } else {
        let of_table = line.map(|line| line.replacement.as_ref().unwrap_or(&line.mask));
        [wish.default_version.as_ref(), of_table, wish.version.as_ref()]
            .into_iter()
            .flatten()
            .collect()
    };
    let found = wished.iter().find_map(|mask| best(Some(mask)));
    let platform = found.or_else(|| best(None))?;
    Some(Chosen {
        platform,
        as_wished: wished.first().is_none_or(|mask| mask.matches(platform.version)) && !arch.refuses(platform.arch),
    })
}

/// The highest version of a mask; of one version the preferred architecture, else the first.
fn highest<'a>(platforms: &[&'a Platform], mask: Option<&VersionMask>, arch: ArchWish) -> Option<&'a Platform> {
    let matching = platforms
        .iter()
        .filter(|one| mask.is_none_or(|mask| mask.matches(one.version)));
    // Of equal keys `max_by_key` takes the last one: the list is read from its end.
    matching
        .rev()
        .max_by_key(|one| (one.version, arch.prefers(one.arch)))
        .copied()
}

#[cfg(test)]
mod tests;
