//! Text that must not stand in the repository: places on the machine of whoever wrote it. They mean nothing to anybody
//! else and give away more than they say.

use anyhow::{Context, Result, bail};

use crate::tree::{self, Tree};

/// Folders of a person or a workplace. Written in halves, so that this file may stand in the repository itself.
const PLACES: [(&str, &str); 5] = [
    ("/ro", "ot/"),
    ("/wo", "rk/"),
    ("/ho", "me/"),
    ("C:\\Us", "ers\\"),
    (".libr", "ary/"),
];

/// Examples in texts and tests name users who do not exist.
const EXAMPLES: [&str; 3] = ["user", "ivanov", "me"];

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
            let foreign = line.match_indices(&place).any(|(at, _)| is_place(line, at, &place));
            if foreign {
                found.push((number + 1, place));
            }
        }
    }
    found
}

/// A place begins a path and is not the folder of an example.
fn is_place(line: &str, at: usize, place: &str) -> bool {
    let before = line.get(..at).and_then(|head| head.chars().next_back());
    let begins = !before.is_some_and(|letter| letter.is_alphanumeric() || "}.)]_-$~".contains(letter));
    let rest = line.get(at + place.len()..).unwrap_or_default();
    let owner: String = rest
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    begins && !EXAMPLES.contains(&owner.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_with_its_line() {
        let text = format!("first\nsee {}{}anna/notes.md\n", "/ho", "me/");
        assert_eq!(places(&text), [(2, format!("{}{}", "/ho", "me/"))]);
    }

    #[test]
    fn addresses_and_examples_are_no_places() {
        let (head, tail) = ("/ho", "me/");
        for text in [
            format!("https://example.ru{head}{tail}x"),
            format!("{head}{tail}user/.1C"),
            format!("${head}{tail}x"),
        ] {
            assert_eq!(places(&text), [], "{text}");
        }
    }
}
