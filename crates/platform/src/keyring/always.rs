//! Windows and macOS always have a store.

pub(super) fn is_present() -> bool {
    true
}
