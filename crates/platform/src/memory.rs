//! The memory that the pages of this program's windows use: its own processes but itself.
#[cfg(target_os = "linux")]
#[path = "memory/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "memory/none.rs"]
mod system;

/// What all processes that this one has started use together, in KiB: shared memory counted by its share (PSS). None
/// where the system does not tell. Reads many small files: not for the window thread.
pub fn pages_kb() -> Option<u64> {
    system::pages_kb()
}
