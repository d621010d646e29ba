//! Where the address of the webhook comes from. It is a password: it stays out of every message.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::PathBuf;

use crate::output::Failure;

/// Where the address stands when no argument says it.
const VARIABLE: &str = "HOTSTART_WEBHOOK";
/// More is no address.
const MOST: u64 = 8 * 1024;

#[derive(clap::Args)]
pub(crate) struct Address {
    /// A file with the address of the incoming webhook. Without it, the variable `HOTSTART_WEBHOOK`.
    #[arg(long, value_name = "FILE", conflicts_with = "webhook")]
    webhook_file: Option<PathBuf>,
    /// The address itself, for trials: other users of the computer can see it.
    #[arg(long, value_name = "URL")]
    webhook: Option<OsString>,
}

impl Address {
    /// The address as it was given.
    pub(super) fn address(&self) -> Result<String, Failure> {
        if let Some(path) = &self.webhook_file {
            return read(path).map_err(|error| Failure::refused("webhook.unreadable", error.to_string()));
        }
        let given = self.webhook.clone().or_else(|| std::env::var_os(VARIABLE));
        let given = given.filter(|given| !given.is_empty()).ok_or_else(|| {
            Failure::refused(
                "usage",
                format!("no webhook: give --webhook-file, or set {VARIABLE}, or give --webhook"),
            )
        })?;
        given
            .into_string()
            .map_err(|_| Failure::refused("webhook.invalid", "the address is no text"))
    }
}

/// The text of the file, without what editors put before it.
fn read(path: &std::path::Path) -> std::io::Result<String> {
    let mut text = String::new();
    fs_err::File::open(path)?.take(MOST).read_to_string(&mut text)?;
    Ok(text.trim_start_matches('\u{feff}').trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_file(content: &[u8]) -> Result<String, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webhook");
        fs_err::write(&path, content).unwrap();
        Address {
            webhook_file: Some(path),
            webhook: None,
        }
        .address()
    }

    #[test]
    fn a_file_may_have_been_through_an_editor() {
        let address = "https://p.example/rest/1/abcd/";
        for text in [
            address.to_owned(),
            format!("{address}\n"),
            format!("\u{feff}{address}\r\n"),
        ] {
            assert_eq!(of_file(text.as_bytes()).unwrap(), address);
        }
        assert!(of_file(b"\xff\xfe").is_err());
    }

    #[test]
    fn a_file_that_is_not_there_is_told_by_its_name() {
        let missing = Address {
            webhook_file: Some("no-such-file".into()),
            webhook: None,
        };
        assert!(format!("{:?}", missing.address().unwrap_err()).contains("no-such-file"));
    }
}
