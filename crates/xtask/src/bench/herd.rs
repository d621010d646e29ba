//! How a thousand clients come back: a program of its own plays it with the real sessions and no time.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::tree::{self, Tree};

/// What the play has shown: medians and worst values over its seeds.
pub(super) fn play(tree: &Tree, programs: &Path) -> Result<Value> {
    let said = tree::output(tree.command(programs.join("hotstart-herd")))?;
    serde_json::from_str(&said).context("what hotstart-herd said")
}

/// The median of a figure.
pub(super) fn median(herd: &Value, figure: &str) -> Option<f64> {
    herd.get(figure)?.get("median")?.as_f64()
}

/// The worst of a figure.
pub(super) fn worst(herd: &Value, figure: &str) -> Option<f64> {
    herd.get(figure)?.get("max")?.as_f64()
}
