//! The facts of a Linux desk.
use std::path::Path;

use super::Facts;

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
