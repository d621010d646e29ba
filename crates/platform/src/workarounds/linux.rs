//! The facts of a Linux desk, and the setting itself.
use std::path::Path;

use super::{Facts, Workaround};

pub(super) fn facts() -> Facts {
    Facts {
        nvidia: Path::new("/proc/driver/nvidia/version").exists(),
        wayland: std::env::var_os("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty()),
        no_gpu: !has_render_node(Path::new("/dev/dri")),
    }
}

/// Whether the kernel offers a graphics processor to render on (`renderD128` and on).
fn has_render_node(folder: &Path) -> bool {
    let nodes = std::fs::read_dir(folder).into_iter().flatten().flatten();
    nodes
        .into_iter()
        .any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
}

/// Sets them; `false` when there is more than one thread already (or that cannot be told).
#[expect(unsafe_code, reason = "changing the environment is unsafe since edition 2024")]
pub(super) fn set(workarounds: &[Workaround]) -> bool {
    let alone = std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1);
    if alone {
        for workaround in workarounds {
            // SAFETY: this is the only thread of the process (counted above), so nobody reads the environment now.
            unsafe { std::env::set_var(workaround.name, workaround.value) };
        }
    }
    alone
}
