//! A process of its own on Windows.
use std::os::windows::process::CommandExt as _;
use std::process::Command;

/// `DETACHED_PROCESS` and `CREATE_NEW_PROCESS_GROUP` of "Process Creation Flags".
const FLAGS: u32 = 0x0000_0008 | 0x0000_0200;

/// Gives the new process no console and a group of its own.
pub(crate) fn detach(command: &mut Command) {
    command.creation_flags(FLAGS);
}
