//! `hotstartctl link`: how a link is understood.

use std::ffi::OsString;

use hotstart_core::link::{Link, LinkRefused};
use serde_json::to_value;

use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The link as it would be clicked or pasted.
    #[arg(allow_hyphen_values = true)]
    text: OsString,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    // Arguments need not be Unicode; repairing one would make another link of it.
    let understood = arguments
        .text
        .to_str()
        .ok_or(LinkRefused::Encoding)
        .and_then(Link::parse);
    let link = understood.map_err(|why| Failure::refused(why.code(), why.to_string()))?;
    to_value(link.view()).map_err(|why| Failure::failed("internal", why.to_string()))
}
