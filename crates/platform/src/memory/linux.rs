//! By `/proc`: the tree of processes by `stat`, the share of each by `smaps_rollup`.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

pub(super) fn pages_kb() -> Option<u64> {
    let parents = parents()?;
    let mut tree = BTreeSet::from([std::process::id()]);
    // Parents have any numbers, so it is gone through until nothing more is found.
    loop {
        let before = tree.len();
        tree.extend(
            parents
                .iter()
                .filter(|(_, parent)| tree.contains(parent))
                .map(|(pid, _)| *pid)
                .collect::<Vec<_>>(),
        );
        if tree.len() == before {
            break;
        }
    }
    tree.remove(&std::process::id());
    // One that has ended meanwhile uses nothing.
    Some(tree.into_iter().filter_map(share_kb).sum())
}

/// Every process and its parent.
fn parents() -> Option<BTreeMap<u32, u32>> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let parent = |entry: fs::DirEntry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name in parentheses may hold anything, so it is read from behind.
        let (_, behind) = stat.rsplit_once(')')?;
        Some((pid, behind.split_whitespace().nth(1)?.parse().ok()?))
    };
    Some(processes.filter_map(parent).collect())
}

fn share_kb(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn children_count_and_their_children_too() {
        let before = pages_kb().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", "sleep 60 & wait"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let both = || {
            let parents = parents().unwrap();
            parents.values().any(|parent| *parent == child.id())
        };
        while !both() {
            std::thread::yield_now();
        }
        let grown = pages_kb().unwrap();
        let sleeper = parents().unwrap().into_iter().find(|(_, parent)| *parent == child.id());
        Command::new("kill")
            .arg(sleeper.unwrap().0.to_string())
            .status()
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(grown > before, "{before} {grown}");
    }
}
