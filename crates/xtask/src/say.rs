//! What the commands print. Colours only where a person looks.

use std::io::{IsTerminal, Write};

/// Prints a line.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody reads any more: the exit status still tells.
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints what comes next.
pub(crate) fn title(text: &str) {
    line(&paint("1", &format!("== {text}")));
}

/// Prints why a command failed, on the error stream.
pub(crate) fn failure(text: &str) {
    let _ = writeln!(
        std::io::stderr().lock(),
        "{}",
        paint("31;1", &format!("failed: {text}"))
    );
}

/// Red for what is wrong.
pub(crate) fn red(text: &str) -> String {
    paint("31;1", text)
}

/// Green for what is right.
pub(crate) fn green(text: &str) -> String {
    paint("32", text)
}

fn paint(style: &str, text: &str) -> String {
    if std::io::stdout().is_terminal() {
        format!("\u{1b}[{style}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}
