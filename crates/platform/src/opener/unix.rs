//! A process of its own on Unix.
use std::process::Command;

/// Gives the new process its own session, so that neither the terminal nor the browser's process group ends it.
#[expect(unsafe_code, reason = "std has no safe way to call setsid between fork and exec")]
pub(crate) fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    // SAFETY: the closure runs between fork and exec, where only async-signal-safe calls are allowed; setsid is one,
    // and turning its error number into an io::Error does not allocate.
    unsafe {
        command.pre_exec(|| rustix::process::setsid().map(drop).map_err(Into::into));
    }
}
