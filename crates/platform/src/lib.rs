//! The operating system, behind the same signatures on Linux, Windows and macOS: nobody above this crate writes
//! `cfg(target_os)`, and nobody but this crate writes `unsafe`.
//!
//! How data passes through: a clicked link comes in through [`opener`] (in the small program that the desktop starts),
//! crosses to the running instance by [`handoff`], and leaves as [`handoff::Handed`] in a bounded queue. [`instance`]
//! decides who the running instance is, [`folders`] says where all of that lives. Outwards, [`notifications`],
//! [`browser`] and [`keyring`] implement the ports of `hotstart_core::ports`; clicks on notifications come back as note
//! ids in a bounded queue. [`awakening`] tells when the computer wakes up or its network comes back. [`program`]
//! starts programs of others, [`memory`] says what our pages use. [`scheme`]
//! makes the desktop start us for links; [`workarounds`] says what the web engine wants in its environment, and `start`
//! (Linux) begins the shell with it.
//!
//! What `hotstart-open` uses (`folders`, `opener`, the client half of `handoff`) is plain std: that program lives for a
//! millisecond and must not pay for a runtime.

pub mod awakening;
pub mod browser;
pub mod downloads;
pub mod folders;
pub mod handoff;
pub mod instance;
pub mod keyring;
#[cfg(target_os = "linux")]
mod left_behind;
pub mod memory;
pub mod notifications;
pub mod opener;
pub mod program;
pub mod scheme;
#[cfg(target_os = "linux")]
pub mod start;
pub mod workarounds;
