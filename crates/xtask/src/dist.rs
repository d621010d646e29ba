//! What is shipped.

use anyhow::Result;

use crate::tree::Tree;
use crate::{programs, say, setup};

/// The programs of a desk; the office is not shipped.
const SHIPPED: [&str; 3] = ["hotstart", "hotstart-open", "hotstartctl"];

/// Builds the programs with fat link-time optimisation and says where they are.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            pages: true,
            ..setup::Needs::default()
        },
    )?;
    let folder = programs::build(tree, "dist")?;
    for program in SHIPPED {
        let path = folder.join(program);
        let size = fs_err::metadata(&path)?.len();
        say::line(&format!("{}  {} KiB", path.display(), size / 1024));
    }
    Ok(())
}
