//! What the pages use, as the operating system counts it.
use hotstart_core::ports::{Memory, Waiting};

/// The memory of this desk.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeskMemory;

impl Memory for DeskMemory {
    fn pages_kb(&self) -> Waiting<Option<u64>> {
        Box::pin(async {
            let counted = tokio::task::spawn_blocking(hotstart_platform::memory::pages_kb);
            counted.await.ok().flatten()
        })
    }
}
