//! What survives a restart of the program: a file with one JSON value a line, appended as things happen.
//!
//! A killed process leaves at most half a line at the end, which the next start passes over. Nothing is forced to the
//! disk: the office may be killed, the machine may not.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A line of the archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    /// A stored message with its rooms, read when it is needed.
    Message(Box<RawValue>),
    /// A room that was deleted.
    Deleted(String),
    /// The channels of the portal as they are from now on.
    Channels(Value),
    /// All messages before this line are forgotten.
    Cleared,
}

/// The open file, or nothing that survives.
#[derive(Debug, Default)]
pub(crate) struct Archive(Option<Mutex<File>>);

impl Archive {
    /// Opens or makes the file and reads what it holds; without a path nothing survives.
    pub(crate) fn open(path: Option<&Path>) -> std::io::Result<(Self, Vec<Record>)> {
        let Some(path) = path else {
            return Ok((Self::default(), Vec::new()));
        };
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let records = read(&file)?;
        // Half a line of a killed process must not swallow the first line of this one.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.write_all(b"\n")?;
        }
        Ok((Self(Some(Mutex::new(file))), records))
    }

    /// Adds a line. A disk that is full costs the line, not the office.
    pub(crate) fn add(&self, record: &Record) {
        let Some(file) = &self.0 else { return };
        let Ok(mut line) = serde_json::to_vec(record) else {
            return;
        };
        line.push(b'\n');
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.write_all(&line);
    }

    /// Whether lines are kept: without a file nobody needs to make them.
    pub(crate) fn keeps(&self) -> bool {
        self.0.is_some()
    }
}

fn read(file: &File) -> std::io::Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if let Ok(record) = serde_json::from_slice(&line) {
            records.push(record);
        }
        line.clear();
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::{Archive, Record};

    #[test]
    fn what_was_added_is_read_again_and_half_a_line_is_passed_over() {
        let path = std::env::temp_dir().join(format!("office-archive-{}.jsonl", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let (archive, none) = Archive::open(Some(&path)).unwrap();
        assert!(none.is_empty() && archive.keeps());
        archive.add(&Record::Message(to_raw_value(&json!({"a": 1})).unwrap()));
        archive.add(&Record::Cleared);
        drop(archive);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}{{\"message\":{{\"a\"")).unwrap();
        let (archive, records) = Archive::open(Some(&path)).unwrap();
        let [Record::Message(message), Record::Cleared] = records.as_slice() else {
            panic!("{records:?}")
        };
        assert_eq!(message.get(), r#"{"a":1}"#);
        archive.add(&Record::Deleted("x".to_owned()));
        let (_, records) = Archive::open(Some(&path)).unwrap();
        assert_eq!(records.len(), 3);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn without_a_file_nothing_is_kept() {
        let (archive, records) = Archive::open(None).unwrap();
        archive.add(&Record::Cleared);
        assert!(records.is_empty() && !archive.keeps());
    }
}
