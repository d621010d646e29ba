//! The processes of a whole program: the proportional set size of each, and those that are dead.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

/// One process of the program.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Share {
    /// Its id.
    pub pid: u32,
    /// The name of its program.
    pub name: String,
    /// Its proportional set size in KiB.
    pub pss_kb: u64,
}

/// Every process that `root` leads (by session) or has started (by descent), with its share of memory.
pub fn shares(root: u32) -> Result<Vec<Share>> {
    let processes = processes(Path::new("/proc"))?;
    let mut shares = Vec::new();
    for (pid, process) in &processes {
        if belongs(*pid, root, &processes) {
            // A process that has ended meanwhile holds nothing.
            let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            shares.push(Share {
                pid: *pid,
                name: process.name.clone(),
                pss_kb: pss(&rollup),
            });
        }
    }
    Ok(shares)
}

/// The ids of every process of the program led by `root`.
pub fn members(root: u32) -> Result<Vec<u32>> {
    let processes = processes(Path::new("/proc"))?;
    Ok(processes
        .keys()
        .copied()
        .filter(|pid| belongs(*pid, root, &processes))
        .collect())
}

/// How many processes of these names run on the whole machine. Whoever runs the same program shares its pages, and so
/// makes its proportional set size smaller than it would be alone.
pub fn running(names: &[&str]) -> Result<usize> {
    let processes = processes(Path::new("/proc"))?;
    let alive = processes.values().filter(|process| process.state != 'Z');
    Ok(alive.filter(|process| names.contains(&process.name.as_str())).count())
}

/// The processes of the program that have ended and that nobody has taken note of, by name.
pub fn dead(root: u32) -> Result<Vec<String>> {
    let processes = processes(Path::new("/proc"))?;
    let dead = processes
        .iter()
        .filter(|(pid, process)| process.state == 'Z' && belongs(**pid, root, &processes));
    Ok(dead.map(|(_, process)| process.name.clone()).collect())
}

/// The sum over all processes of the program, in KiB.
pub fn total_kb(shares: &[Share]) -> u64 {
    shares.iter().map(|share| share.pss_kb).sum()
}

struct Process {
    name: String,
    state: char,
    parent: u32,
    session: u32,
}

fn processes(proc: &Path) -> Result<BTreeMap<u32, Process>> {
    let mut found = BTreeMap::new();
    for entry in fs_err::read_dir(proc)? {
        let entry = entry?;
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        found.insert(
            pid,
            process(&stat).with_context(|| format!("strange /proc/{pid}/stat"))?,
        );
    }
    Ok(found)
}

/// `pid (name) state ppid pgrp session ...`; the name may hold blanks and brackets.
fn process(stat: &str) -> Option<Process> {
    let (from, to) = (stat.find('(')?, stat.rfind(')')?);
    let name = stat.get(from + 1..to)?.to_owned();
    let mut fields = stat.get(to + 1..)?.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let parent = fields.next()?.parse().ok()?;
    let session = fields.nth(1)?.parse().ok()?;
    Some(Process {
        name,
        state,
        parent,
        session,
    })
}

fn belongs(pid: u32, root: u32, processes: &BTreeMap<u32, Process>) -> bool {
    let mut at = pid;
    while let Some(process) = processes.get(&at) {
        if at == root || process.session == root {
            return true;
        }
        at = process.parent;
    }
    false
}

fn pss(rollup: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let process = process("7 (tmux: (x) y) S 3 7 5 0 -1").unwrap();
        assert_eq!(
            (process.name.as_str(), process.state, process.parent, process.session),
            ("tmux: (x) y", 'S', 3, 5)
        );
    }

    #[test]
    fn pss_is_not_mistaken_for_its_parts() {
        assert_eq!(pss("Rss:  900 kB\nPss:   412 kB\nPss_Dirty: 100 kB\n"), 412);
        assert_eq!(pss(""), 0);
    }

    #[test]
    fn descent_and_session_both_count() {
        let one = |parent, session| Process {
            name: String::new(),
            state: 'S',
            parent,
            session,
        };
        let all = BTreeMap::from([
            (1, one(0, 1)),
            (10, one(1, 10)),
            (11, one(10, 11)),
            (12, one(1, 10)),
            (13, one(1, 13)),
        ]);
        let members: Vec<u32> = all.keys().copied().filter(|pid| belongs(*pid, 10, &all)).collect();
        assert_eq!(members, [10, 11, 12]);
    }

    #[test]
    fn a_child_without_its_last_word_is_dead() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let me = std::process::id();
        crate::clock::wait_for("the dead child", std::time::Duration::from_secs(10), || {
            Ok(dead(me)?.contains(&"true".to_owned()).then_some(()))
        })
        .unwrap();
        child.wait().unwrap();
        assert!(!dead(me).unwrap().contains(&"true".to_owned()));
    }

    #[test]
    fn a_program_is_counted_as_long_as_it_runs() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("counted-once");
        std::os::unix::fs::symlink("/bin/sleep", &program).unwrap();
        assert_eq!(running(&["counted-once"]).unwrap(), 0);
        let mut child = std::process::Command::new(&program).arg("60").spawn().unwrap();
        crate::clock::wait_for("the program", std::time::Duration::from_secs(10), || {
            Ok((running(&["counted-once", "else"])? == 1).then_some(()))
        })
        .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(running(&["counted-once"]).unwrap(), 0);
    }

    #[test]
    fn this_very_process_is_measured() {
        let shares = shares(std::process::id()).unwrap();
        assert!(total_kb(&shares) > 0);
    }
}
