//! The journal of the program, read as an administrator reads it.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::clock::wait_for;
use crate::desk::Desk;
use crate::keeper::output;
use crate::program::Program;

impl Program {
    /// Every record of the journal, oldest first, through `hotstartctl journal`.
    pub fn journal(&self, desk: &Desk) -> Result<Vec<Value>> {
        let mut command = self.command(desk, "hotstartctl");
        command.args(["journal", "--format", "json"]);
        let text = output(command)?;
        records(&text).with_context(|| format!("the journal is no JSON: {text}"))
    }

    /// Waits for a record after the first `known` ones that has this error code.
    pub fn journal_code(&self, desk: &Desk, known: usize, code: &str, limit: Duration) -> Result<Value> {
        wait_for(&format!("the code {code} in the journal"), limit, || {
            let records = self.journal(desk)?;
            Ok(records
                .into_iter()
                .skip(known)
                .find(|record| error_code(record) == Some(code)))
        })
    }
}

/// The error code of a record.
pub fn error_code(record: &Value) -> Option<&str> {
    record.get("error_code").and_then(Value::as_str)
}

/// One array, or one record a line.
fn records(text: &str) -> Option<Vec<Value>> {
    if let Ok(Value::Array(records)) = serde_json::from_str(text) {
        return Some(records);
    }
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_of_a_journal_are_read() {
        let array = records(r#"[{"error_code":"a"},{"error_code":null}]"#).unwrap();
        assert_eq!(array.first().and_then(error_code), Some("a"));
        let lines = records("{\"error_code\":\"b\"}\n\n{}\n").unwrap();
        assert_eq!((lines.len(), lines.first().and_then(error_code)), (2, Some("b")));
        assert_eq!(records("").unwrap().len(), 0);
        assert!(records("oops").is_none());
    }
}
