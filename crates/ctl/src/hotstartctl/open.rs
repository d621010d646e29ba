//! `hotstartctl open`: gives a link to the running instance, as a click does.

use std::ffi::OsString;

use hotstart_core::link::{Link, LinkRefused};
use hotstart_platform::handoff::HandError;
use hotstart_platform::opener::{self, OpenError};
use serde_json::json;

use crate::home::folders;
use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The link as it would be clicked or pasted.
    #[arg(allow_hyphen_values = true)]
    text: OsString,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    // What the instance would refuse is refused here already, with the same code and without starting anything.
    let text = arguments.text.to_str().ok_or(LinkRefused::Encoding);
    let read = text.and_then(|text| Link::parse(text).map(|_| text));
    let text = read.map_err(|why| Failure::refused(why.code(), why.to_string()))?;
    let folders = folders()?;
    opener::open(&folders, text.trim(), opener::activation_token().as_deref())
        .map(|()| json!({"delivered": true}))
        .map_err(|why| failure(&why))
}

fn failure(why: &OpenError) -> Failure {
    let message = why.to_string();
    match why {
        OpenError::Refused(HandError::TooLong) => Failure::refused(LinkRefused::Length.code(), message),
        OpenError::Refused(_) => Failure::refused("instance.refused", message),
        OpenError::NotStarted(_) => Failure::failed("instance.not-started", message),
        OpenError::Ended(_) => Failure::failed("instance.ended", message),
        OpenError::NoAnswer(_) => Failure::failed("instance.no-answer", message),
    }
}
