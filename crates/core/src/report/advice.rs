//! What helps against a kind of error.
use crate::failure::Code;
use crate::journal::JournalRecord;
use crate::texts::{self, Language};

/// Stands for what the journal does not hold.
const UNSAID: &str = "…";

/// The text of the code, filled as far as its newest record tells; for a code of another program, what was noted then.
pub(super) fn of(newest: &JournalRecord, code: &str, language: Language) -> String {
    if let Some(why) = texts::refusal(language, code) {
        return texts::failure(language, Code::LinkRefused, &[("reason", why)]);
    }
    let Some(known) = Code::ALL.iter().find(|known| known.as_str() == code) else {
        return newest.details.clone();
    };
    let target = [&newest.target_system, &newest.source_system]
        .into_iter()
        .find(|name| !name.is_empty() && *name != "desk")
        .map_or(UNSAID, String::as_str);
    let named = ["base", "portal", "alias", "address"].map(|name| (name, target));
    texts::failure_with(language, *known, &named, UNSAID)
}
