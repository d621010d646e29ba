//! Values and rows. The words in the columns are written out here: they are a format, not the names of variants.
use hotstart_core::Timestamp;
use hotstart_core::inbox::{Note, NoteButton, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome, RecentObject};
use rusqlite::Row;

pub(super) const NOTE_COLUMNS: &str = "id, portal, title, text, link, tag, at, read, toast, kind, buttons";
pub(crate) const JOURNAL_COLUMNS: &str =
    "timestamp, operation, source_system, target_system, object_id, status, details, duration_ms, error_code";

pub(super) fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get(0)?,
        portal: row.get(1)?,
        title: row.get(2)?,
        text: row.get(3)?,
        link: row.get(4)?,
        tag: row.get(5)?,
        at: Timestamp(row.get(6)?),
        read: row.get(7)?,
        toast: row.get(8)?,
        kind: match row.get_ref(9)?.as_str()? {
            "bell" => NoteKind::Bell,
            "message" => NoteKind::Message,
            "chat" => NoteKind::Chat,
            _ => NoteKind::Own,
        },
        buttons: buttons_of(row.get_ref(10)?.as_str_or_null()?),
    })
}

/// What cannot be read is no button: the note itself is worth more.
fn buttons_of(text: Option<&str>) -> Vec<NoteButton> {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// The buttons as they are kept; none for a note that only tells.
pub(super) fn buttons(buttons: &[NoteButton]) -> Option<String> {
    let written = (!buttons.is_empty()).then(|| serde_json::to_string(buttons));
    written.and_then(Result::ok)
}

pub(super) const fn kind(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Bell => "bell",
        NoteKind::Message => "message",
        NoteKind::Chat => "chat",
        NoteKind::Own => "own",
    }
}

pub(crate) fn journal_record(row: &Row<'_>) -> rusqlite::Result<JournalRecord> {
    Ok(JournalRecord {
        timestamp: Timestamp(row.get(0)?),
        operation: row.get(1)?,
        source_system: row.get(2)?,
        target_system: row.get(3)?,
        object_id: row.get(4)?,
        status: match row.get_ref(5)?.as_str()? {
            "done" => Outcome::Done,
            "refused" => Outcome::Refused,
            _ => Outcome::Failed,
        },
        details: row.get(6)?,
        duration_ms: unsigned(row, 7)?,
        error_code: row.get(8)?,
    })
}

pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Refused => "refused",
        Outcome::Failed => "failed",
    }
}

pub(super) fn recent(row: &Row<'_>) -> rusqlite::Result<RecentObject> {
    Ok(RecentObject {
        link: row.get(0)?,
        title: row.get(1)?,
        base: row.get(2)?,
        at: Timestamp(row.get(3)?),
    })
}

/// SQLite's numbers are signed; a duration or a bound beyond them is as good as the greatest.
pub(super) fn signed(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A number that was written as [`signed`]; one below zero, which nobody wrote, is none.
pub(crate) fn unsigned(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
}
