//! What a subcommand ends with, and how it is written.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

/// How a subcommand ends: a value, or a failure with its exit code.
pub(crate) type Outcome = Result<Value, Failure>;

/// A failure with its stable code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    exit: u8,
    code: String,
    message: String,
}

impl Failure {
    /// The input was refused or invalid; exit code 2.
    pub(crate) fn refused(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            exit: 2,
            code: code.into(),
            message: message.into(),
        }
    }

    /// The input was good and the work failed; exit code 1.
    pub(crate) fn failed(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            exit: 1,
            code: code.into(),
            message: message.into(),
        }
    }
}

/// Writes the outcome and gives the exit code: JSON on standard output, or readable lines (failures on standard error).
pub(crate) fn finish(outcome: &Outcome, json: bool) -> ExitCode {
    let exit = outcome.as_ref().map_or_else(|failure| failure.exit, |_| 0);
    let written = match outcome {
        Ok(value) if json => writeln!(io::stdout(), "{value}"),
        Err(Failure { code, message, .. }) if json => {
            writeln!(io::stdout(), "{}", json!({"error": {"code": code, "message": message}}))
        }
        Ok(value) => io::stdout().write_all(readable(value).as_bytes()),
        Err(Failure { code, message, .. }) => writeln!(io::stderr(), "{code}: {message}"),
    };
    // A reader that went away before the answer has no use for another complaint, but the answer was not given.
    if written.is_err() {
        ExitCode::FAILURE
    } else {
        ExitCode::from(exit)
    }
}

/// Gives the exit code of a command that wrote its lines itself, and writes why it failed.
pub(crate) fn finish_stream(ended: Result<(), Failure>, json: bool) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => finish(&Err(failure), json),
    }
}

/// Writes a text as it is.
pub(crate) fn finish_text(text: &str) -> ExitCode {
    if io::stdout().write_all(text.as_bytes()).is_err() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Writes what the argument parser has to say: help and version with exit code 0, mistakes with 2.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let told = without_addresses(&text);
    let failed = if text == told {
        error.print().is_err()
    } else {
        io::stderr().write_all(told.as_bytes()).is_err()
    };
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::from(if error.use_stderr() { 2 } else { 0 })
    }
}

/// The text with the paths of webhooks left out: an argument in the wrong place may be one, and it is a password.
pub(crate) fn without_addresses(text: &str) -> String {
    const BEFORE: &str = "/rest/";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEFORE) {
        let (head, tail) = rest.split_at(at + BEFORE.len());
        out.push_str(head);
        out.push('…');
        rest = tail.trim_start_matches(|letter: char| !letter.is_whitespace() && letter != '\'');
    }
    out.push_str(rest);
    out
}

/// One line for each value, named by the way to it: `object.kind: Документ`.
pub(crate) fn readable(value: &Value) -> String {
    let mut out = String::new();
    push_lines(&mut out, "", value);
    out
}

fn push_lines(out: &mut String, name: &str, value: &Value) {
    let below = |key: &str| {
        if name.is_empty() {
            key.to_owned()
        } else {
            format!("{name}.{key}")
        }
    };
    let line = match value {
        Value::Object(fields) => {
            return fields
                .iter()
                .for_each(|(key, value)| push_lines(out, &below(key), value));
        }
        Value::Array(items) => {
            return items
                .iter()
                .enumerate()
                .for_each(|(at, value)| push_lines(out, &below(&at.to_string()), value));
        }
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    // Writing into a string cannot fail.
    let _ = if name.is_empty() {
        writeln!(out, "{line}")
    } else {
        writeln!(out, "{name}: {line}")
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_in_a_message_is_cut() {
        assert_eq!(
            without_addresses("unexpected argument 'https://p.example/rest/1/Canary/' found, 'http://q/rest/2/Canary"),
            "unexpected argument 'https://p.example/rest/…' found, 'http://q/rest/…"
        );
        assert_eq!(without_addresses("nothing"), "nothing");
    }

    #[test]
    fn readable_lines_name_the_way() {
        let value = json!({"action": "onec", "object": {"kind": "Документ"}, "list": [1, "a"]});
        assert_eq!(
            readable(&value),
            "action: onec\nlist.0: 1\nlist.1: a\nobject.kind: Документ\n"
        );
        assert_eq!(readable(&json!("x")), "x\n");
    }
}
