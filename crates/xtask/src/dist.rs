//! What is shipped.

#[cfg(unix)]
mod debian;

use std::path::PathBuf;

use anyhow::Result;

use crate::tree::Tree;
use crate::{programs, say, setup};

/// The programs of a desk; the office is not shipped.
const SHIPPED: [&str; 4] = ["hotstart", "hotstart-shell", "hotstart-open", "hotstartctl"];

/// Builds the programs with fat link-time optimisation, packs them, and says where everything is.
pub(crate) fn run(tree: &Tree, programs: Option<PathBuf>) -> Result<()> {
    let folder = if let Some(folder) = programs {
        folder
    } else {
        setup::prepare(
            tree,
            setup::Needs {
                desk: true,
                pages: true,
                ..setup::Needs::default()
            },
        )?;
        programs::build(tree, "dist", &programs::ALL)?
    };
    for program in SHIPPED {
        tell(&folder.join(program))?;
    }
    #[cfg(unix)]
    tell(&debian::pack(tree, &folder)?)?;
    Ok(())
}

fn tell(path: &std::path::Path) -> Result<()> {
    let size = fs_err::metadata(path)?.len();
    say::line(&format!("{}  {} KiB", path.display(), size / 1024));
    Ok(())
}
