//! The journal of the program, read beside it from its database.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::clock::wait_for;
use crate::desk::Desk;
use crate::keeper::output;
use crate::program::Program;

impl Program {
    /// Every record of the journal, oldest first; none as long as there is no database.
    pub fn journal(&self, desk: &Desk) -> Result<Vec<Value>> {
        let file = self.place().home.join("data/hotstart.sqlite3");
        if !file.is_file() {
            return Ok(Vec::new());
        }
        let mut command = desk.command("sqlite3");
        command.args(["-readonly", "-json", "-cmd", ".timeout 3000"]).arg(&file);
        command.arg("SELECT * FROM journal ORDER BY number");
        let text = match output(command) {
            // The file is there a moment before its tables.
            Err(error) if format!("{error:#}").contains("no such table") => return Ok(Vec::new()),
            text => text?,
        };
        records(&text).with_context(|| format!("the journal is no JSON: {text}"))
    }

    /// How many 1C sessions are written down as not ended.
    pub fn sessions(&self, desk: &Desk) -> Result<u32> {
        self.number(desk, "SELECT count(*) FROM sessions")
    }

    /// The zoom in percent that is kept for the windows of a base.
    pub fn zoom(&self, desk: &Desk, base: &str) -> Result<u32> {
        self.number(desk, &format!("SELECT zoom FROM looks WHERE base = '{base}'"))
    }

    /// The one number that a question is answered by.
    fn number(&self, desk: &Desk, question: &str) -> Result<u32> {
        let mut command = desk.command("sqlite3");
        command.args(["-readonly", "-cmd", ".timeout 3000"]);
        command.arg(self.place().home.join("data/hotstart.sqlite3"));
        command.arg(question);
        let text = output(command)?;
        text.trim()
            .parse()
            .with_context(|| format!("no number for {question:?}: {text:?}"))
    }

    /// Waits for a record after the first `known` ones whose error code is `code`, or a finer one (`link.refused` and
    /// `link.refused.scheme`).
    pub fn journal_code(&self, desk: &Desk, known: usize, code: &str, limit: Duration) -> Result<Value> {
        wait_for(&format!("the code {code} in the journal"), limit, || {
            let fits = |record: &Value| error_code(record).is_some_and(|found| is_kind(found, code));
            Ok(self.journal(desk)?.into_iter().skip(known).find(fits))
        })
    }
}

/// The error code of a record.
pub fn error_code(record: &Value) -> Option<&str> {
    record.get("error_code").and_then(Value::as_str)
}

fn is_kind(found: &str, code: &str) -> bool {
    found
        .strip_prefix(code)
        .is_some_and(|finer| finer.is_empty() || finer.starts_with('.'))
}

/// An array, or nothing when there are no rows.
fn records(text: &str) -> Option<Vec<Value>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_no_rows_are_read() {
        let array = records(r#"[{"error_code":"a"},{"error_code":null}]"#).unwrap();
        assert_eq!(array.first().and_then(error_code), Some("a"));
        assert_eq!(array.get(1).and_then(error_code), None);
        assert_eq!(records("\n").unwrap().len(), 0);
        assert!(records("oops").is_none());
    }

    #[test]
    fn a_finer_code_is_of_the_kind_and_a_longer_word_is_not() {
        assert!(is_kind("link.refused", "link.refused"));
        assert!(is_kind("link.refused.scheme", "link.refused"));
        assert!(!is_kind("link.refusedly", "link.refused"));
        assert!(!is_kind("base.unknown", "link.refused"));
    }
}
