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

/// Replaces this program by itself, with the same arguments and the variables set.
pub(super) fn start_anew(workarounds: &[Workaround]) {
    use std::os::unix::process::CommandExt as _;
    let Ok(program) = std::env::current_exe() else { return };
    let mut command = std::process::Command::new(program);
    command.args(std::env::args_os().skip(1));
    command.envs(workarounds.iter().map(|workaround| (workaround.name, workaround.value)));
    let _failed = command.exec();
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
