//! Windows and macOS need none so far.
use super::Facts;

pub(super) fn facts() -> Facts {
    Facts::default()
}
