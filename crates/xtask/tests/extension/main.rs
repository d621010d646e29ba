//! The 1C extension as far as it can be judged without a platform of 1C: its modules by a grammar of the language, the
//! names that they use of each other, and the description of its objects against the files that there are.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod metadata;
mod module;
mod names;
mod syntax;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../onec-extension")
}

/// Every file below the extension with this ending, by its way from there.
fn files(ending: &str) -> Vec<String> {
    let (root, mut found) = (root(), Vec::new());
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == ending) {
                found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The text of a file, which begins with a byte order mark as the configurator writes it.
fn text(name: &str) -> String {
    let text = fs_err::read_to_string(root().join(name)).unwrap();
    text.strip_prefix('\u{feff}')
        .unwrap_or_else(|| panic!("{name}: no byte order mark"))
        .to_owned()
}
