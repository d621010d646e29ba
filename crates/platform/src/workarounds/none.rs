//! Windows and macOS need none so far.
use super::{Facts, Workaround};

pub(super) fn facts() -> Facts {
    Facts::default()
}

pub(super) fn set(_workarounds: &[Workaround]) -> bool {
    false
}

pub(super) fn start_anew(_workarounds: &[Workaround]) {}
