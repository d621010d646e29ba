//! Whom a program speaks with: the far ends of its sockets, looked at many times a second.
//!
//! A bad link must not make the program contact anybody. Looking cannot see a connection that lives for less than a
//! look, but an attempt to reach a host that does not answer lives far longer.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::memory;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// Looks until it is dropped or asked.
#[derive(Debug)]
pub struct Watch {
    seen: Arc<Mutex<BTreeSet<String>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts watching every process of the program led by `root`.
    pub fn start(root: u32) -> Self {
        let (seen, ended) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(AtomicBool::new(false)));
        let (list, stop) = (Arc::clone(&seen), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let found = strangers(root);
                list.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
                std::thread::sleep(PAUSE);
            }
        });
        Self {
            seen,
            ended,
            thread: Some(thread),
        }
    }

    /// Ends watching: the far ends that are not on this machine.
    pub fn strangers(mut self) -> Vec<String> {
        self.end();
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    fn end(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
    }
}

fn strangers(root: u32) -> BTreeSet<String> {
    let mut sockets = BTreeSet::new();
    for pid in memory::members(root).unwrap_or_default() {
        let Ok(files) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
            continue;
        };
        for file in files.flatten() {
            let link = std::fs::read_link(file.path()).unwrap_or_default();
            let name = link.to_string_lossy();
            if let Some(inode) = name.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
                sockets.insert(inode.to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let text = std::fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
        for (far, inode) in text.lines().skip(1).filter_map(row) {
            if sockets.contains(inode) && !is_near(far) {
                found.insert(format!("{table} {far}"));
            }
        }
    }
    found
}

/// The far end and the inode of a line of the kernel's table.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut fields = line.split_whitespace();
    let far = fields.nth(2)?;
    let inode = fields.nth(6)?;
    Some((far, inode))
}

/// Loopback, or no far end at all. The address is hexadecimal in the byte order of the machine.
fn is_near(far: &str) -> bool {
    let address = far.split(':').next().unwrap_or_default();
    let is_mapped = address.starts_with("0000000000000000FFFF0000");
    let v4 = if is_mapped {
        address.get(24..).unwrap_or_default()
    } else {
        address
    };
    let is_loopback_v4 = v4.len() == 8 && v4.ends_with("7F");
    is_loopback_v4 || address == "00000000000000000000000001000000" || address.chars().all(|digit| digit == '0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_listeners_are_near() {
        assert!(is_near("0100007F:1F90"));
        assert!(is_near("00000000:0000"));
        assert!(is_near("00000000000000000000000001000000:0050"));
        assert!(is_near("0000000000000000FFFF00000100007F:0050"));
        assert!(!is_near("0101A8C0:01BB"));
        assert!(!is_near("0000000000000000FFFF00000101A8C0:0050"));
    }

    #[test]
    fn a_row_gives_its_far_end_and_inode() {
        let line = "   1: 0100007F:8F3C 0101A8C0:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 31337 1";
        assert_eq!(row(line), Some(("0101A8C0:01BB", "31337")));
        assert_eq!(row("short"), None);
    }

    #[test]
    fn this_very_process_can_be_watched() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let _stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(Watch::start(std::process::id()).strangers(), Vec::<String>::new());
    }
}
