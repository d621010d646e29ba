//! Systems whose way of telling is not read yet.

pub(super) const fn pages_kb() -> Option<u64> {
    None
}
