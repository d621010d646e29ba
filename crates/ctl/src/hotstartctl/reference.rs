//! `hotstartctl ref`: the two spellings of a reference.

use std::ffi::OsString;

use onec::{Ref, RefRefused};
use serde_json::json;

use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// 32 hexadecimal digits of a navigation link, or a UUID.
    #[arg(allow_hyphen_values = true)]
    reference: OsString,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let text = arguments.reference.to_str().ok_or(RefRefused::Shape);
    let read = text.and_then(|text| Ref::parse_either(text.trim()));
    let reference = read.map_err(|why| Failure::refused(code(why), why.to_string()))?;
    Ok(json!({"ref": reference.to_string(), "uuid": reference.uuid().to_string()}))
}

fn code(why: RefRefused) -> &'static str {
    match why {
        RefRefused::Shape => "ref.refused.shape",
        RefRefused::Zero => "ref.refused.zero",
    }
}
