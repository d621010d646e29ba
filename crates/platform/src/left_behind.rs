//! Children that a library has started and forgotten: somebody has to take note of their end, or they stay in the table
//! of processes as long as this program lives.
//!
//! The kernel lists the children by the thread that made them (`/proc/thread-self/children`), so those that appear while
//! a thread is inside the library are the library's, whatever other threads start meanwhile. Where the kernel has no
//! such list, nothing is taken in, and nothing is lost but an entry.
use std::collections::BTreeSet;
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, pidfd_open, waitid};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::Handle;

/// Runs `work` on this thread and awaits, on the runtime, the end of every child that it left behind.
pub(crate) fn taken_in<T>(work: impl FnOnce() -> T) -> T {
    let before = children();
    let result = work();
    if let Ok(runtime) = Handle::try_current() {
        for child in children().difference(&before).filter_map(|pid| Pid::from_raw(*pid)) {
            runtime.spawn(async move {
                if let Err(error) = ended(child).await {
                    tracing::debug!(%error, "the end of a child will not be noticed");
                }
            });
        }
    }
    result
}

/// The children of this thread that nobody has taken note of; their numbers are not given away before that.
fn children() -> BTreeSet<i32> {
    let list = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// Waits for the end of a child, which may live for hours, without a thread, and takes note of it.
async fn ended(child: Pid) -> std::io::Result<()> {
    let end = watched(pidfd_open(child, PidfdFlags::empty())?)?;
    loop {
        let mut ready = end.readable().await?;
        let note = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
        if waitid(WaitId::PidFd(end.get_ref().as_fd()), note)?.is_some() {
            return Ok(());
        }
        ready.clear_ready();
    }
}

#[expect(unsafe_code, reason = "the runtime wants a promise about the descriptor")]
fn watched(end: OwnedFd) -> std::io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` owns an open descriptor, and nobody replaces or closes it while the `AsyncFd` owns it.
    Ok(unsafe { AsyncFd::register_with_interest(end, Interest::READABLE)? })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use super::*;

    fn start(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::piped());
        command
    }

    async fn gone(pid: u32) {
        while std::path::Path::new(&format!("/proc/{pid}")).exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn a_forgotten_child_leaves_nothing_behind() {
        let child = tokio::task::spawn_blocking(|| taken_in(|| start("exit 3").spawn().unwrap().id()));
        let pid = child.await.unwrap();
        tokio::time::timeout(Duration::from_secs(20), gone(pid)).await.unwrap();
    }

    #[tokio::test]
    async fn a_child_from_before_stays_with_its_owner() {
        let outcome = tokio::task::spawn_blocking(|| {
            // It ends when its input does.
            let mut own = start("read line; exit 7").spawn().unwrap();
            let left = taken_in(|| start("exit 0").spawn().unwrap().id());
            drop(own.stdin.take());
            (own.wait().unwrap().code(), left)
        });
        let (code, left) = outcome.await.unwrap();
        assert_eq!(code, Some(7));
        tokio::time::timeout(Duration::from_secs(20), gone(left)).await.unwrap();
    }
}
