//! Text that must not stand in the repository: places on the machine of whoever wrote it. They mean nothing to anybody
//! else and give away more than they say.

use anyhow::{Context, Result, bail};

use crate::tree::{self, Tree};

/// Folders of a workplace; a home folder may stand in an example. Written in halves, so that this file may stand in the
/// repository itself.
const PLACES: [(&str, &str); 3] = [("/ro", "ot/"), ("/wo", "rk/"), (".libr", "ary/")];

/// Larger files are data, not text.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Reads every tracked text and reports each place with its line.
pub(super) fn check(tree: &Tree) -> Result<()> {
    let mut list = tree.command("git");
    list.args(["ls-files", "-z"]);
    let mut found = Vec::new();
    for name in tree::output(list)?.split('\0').filter(|name| !name.is_empty()) {
        let path = tree.path(name);
        // A tracked file may be missing from the disk while somebody works.
        let Ok(about) = fs_err::metadata(&path) else { continue };
        if !about.is_file() || about.len() > LARGEST || path.extension().is_some_and(|kind| kind == "lock") {
            continue;
        }
        let bytes = fs_err::read(&path).with_context(|| name.to_owned())?;
        let Ok(text) = String::from_utf8(bytes) else { continue };
        found.extend(
            places(&text)
                .into_iter()
                .map(|(line, place)| format!("{name}:{line}: {place}")),
        );
    }
    if !found.is_empty() {
        bail!("places of somebody's machine:\n{}", found.join("\n"));
    }
    Ok(())
}

fn places(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (head, tail) in PLACES {
            let place = format!("{head}{tail}");
            let foreign = line.match_indices(&place).any(|(at, _)| is_place(line, at));
            if foreign {
                found.push((number + 1, place));
            }
        }
    }
    found
}

/// A place begins a path.
fn is_place(line: &str, at: usize) -> bool {
    let before = line.get(..at).and_then(|head| head.chars().next_back());
    !before.is_some_and(|letter| letter.is_alphanumeric() || "}.)]_-$~".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_with_its_line() {
        let place = format!("{}{}", "/wo", "rk/");
        assert_eq!(places(&format!("first\nsee {place}notes.md\n")), [(2, place)]);
    }

    #[test]
    fn parts_of_addresses_are_no_places() {
        let place = format!("{}{}", "/wo", "rk/");
        for text in [
            format!("https://example.ru{place}x"),
            format!("target{place}"),
            format!("${{FOLDER}}{place}x"),
        ] {
            assert_eq!(places(&text), [], "{text}");
        }
    }
}
