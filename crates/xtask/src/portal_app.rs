//! `cargo xtask portal-app`: the static application for CRM cards as a zip that an administrator loads into the portal.

mod zip;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::say;
use crate::tree::Tree;

/// Everything in the archive. `index.html` and `install.html` are the names that a portal looks for.
const FILES: [&str; 10] = [
    "index.html",
    "install.html",
    "app.css",
    "texts.js",
    "entity.js",
    "focus.js",
    "card.js",
    "settings.js",
    "start.js",
    "install.js",
];

/// Packs it and says where it is.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    let file = pack(tree)?;
    say::line(&format!("portal application: {}", file.display()));
    Ok(())
}

fn pack(tree: &Tree) -> Result<PathBuf> {
    let mut files = Vec::new();
    for name in FILES {
        let text = fs_err::read_to_string(tree.path("portal-app").join(name))?;
        ensure!(is_still(name, &text), "portal-app/{name} does more than it should");
        files.push((name, text.into_bytes()));
    }
    let folder = tree.path("target/portal-app");
    fs_err::create_dir_all(&folder)?;
    let file = folder.join("hotstart-portal-app.zip");
    fs_err::write(&file, zip::archive(&files)?)?;
    Ok(file)
}

/// No markup from texts, no script in pages, no call to this computer.
fn is_still(name: &str, text: &str) -> bool {
    let never = [
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "127.0.0.1",
        "localhost",
    ];
    let page = has_extension(name, &["html"]);
    let inline = text.contains("<style")
        || text
            .match_indices("<script")
            .any(|(at, _)| !text[at..].starts_with("<script src="));
    !never.iter().any(|word| text.contains(word)) && !(page && (inline || !text.contains("default-src 'none'")))
}

fn has_extension(name: &str, wanted: &[&str]) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| wanted.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_holds_the_pages_of_this_tree() {
        let tree = Tree::find().unwrap();
        for name in FILES {
            let text = fs_err::read_to_string(tree.path("portal-app").join(name)).unwrap();
            assert!(is_still(name, &text), "{name}");
            for referred in text
                .split(['"', '\''])
                .filter(|part| has_extension(part, &["js", "css"]))
            {
                assert!(FILES.contains(&referred), "{name} refers to {referred}");
            }
        }
        assert!(!is_still("x.html", "<script>alert(1)</script> default-src 'none'"));
        assert!(!is_still("x.js", "a.innerHTML = b"));
    }
}
