//! The one writer of the database: whole transactions in, what is known at the start out.
use hotstart_core::inbox::Note;
use hotstart_core::journal::{JournalRecord, RecentObject};
use hotstart_core::ports::{
    Committed, Cursor, RelayAnswerable, RelayChange, RelayItem, RelayReply, Stored, Transaction,
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{desk, relay, rows};
use crate::limits;

/// The database with what is due in it.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(super) connection: Connection,
    due: Due,
    /// Commits wait for the disk and not only for the operating system.
    full: bool,
}

/// Rows added since the bounds were last enforced.
#[derive(Debug, Clone, Copy)]
struct Due {
    seen: usize,
    inbox: usize,
    journal: usize,
    relay: usize,
}

impl Ledger {
    /// Takes a database that was opened and brought to the current schema.
    pub(crate) const fn new(connection: Connection) -> Self {
        // What an earlier run left over the bounds goes with the first commit.
        Self {
            connection,
            due: Due {
                seen: limits::SLACK,
                inbox: limits::SLACK,
                journal: limits::SLACK,
                relay: limits::SLACK,
            },
            full: false,
        }
    }

    /// Commits everything or nothing. Committing the same again changes nothing but the journal.
    pub(crate) fn commit(&mut self, wanted: &Transaction) -> rusqlite::Result<Committed> {
        let mut due = self.due;
        if wanted.lasting != self.full {
            let level = if wanted.lasting { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.full = wanted.lasting;
        }
        // Immediate: a lock is waited for here, and never found in the middle.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(cursor) = &wanted.cursor {
            due.seen += advance(&transaction, cursor)?;
            if due.seen >= limits::SLACK {
                forget_seen(&transaction, &cursor.portal)?;
                due.seen = 0;
            }
        }
        let new_notes = add_notes(&transaction, &wanted.notes)?;
        for id in &wanted.read {
            transaction
                .prepare_cached("UPDATE inbox SET read = 1 WHERE id = ?1 AND read = 0")?
                .execute([id])?;
        }
        due.inbox += wanted.notes.len() + wanted.read.len();
        if due.inbox >= limits::SLACK {
            trim_inbox(&transaction)?;
            due.inbox = 0;
        }
        add_records(&transaction, &wanted.journal)?;
        due.journal += wanted.journal.len();
        if due.journal >= limits::SLACK {
            trim_journal(&transaction)?;
            due.journal = 0;
        }
        if let Some(recent) = &wanted.recent {
            add_recent(&transaction, recent)?;
        }
        for change in &wanted.desk {
            desk::change(&transaction, change)?;
        }
        let mut relayed = Vec::new();
        for change in &wanted.relay {
            if relay::change(&transaction, change)?
                && let RelayChange::Added(event) = change
            {
                relayed.push(event.base.clone());
            }
        }
        due.relay += wanted.relay.len();
        let mut given_up = Vec::new();
        if due.relay >= limits::SLACK {
            given_up = relay::trim(&transaction)?;
            due.relay = 0;
        }
        transaction.commit()?;
        self.due = due;
        Ok(Committed {
            new_notes,
            relayed,
            given_up,
        })
    }

    /// What the program starts with.
    pub(crate) fn load(&self) -> rusqlite::Result<Stored> {
        let connection = &self.connection;
        let inbox = connection
            .prepare(&format!(
                "SELECT {} FROM inbox WHERE replaced = 0 AND (read = 0 OR number >= (SELECT min(number) FROM
                 (SELECT number FROM inbox WHERE replaced = 0 ORDER BY number DESC LIMIT ?1))) ORDER BY number DESC",
                rows::NOTE_COLUMNS
            ))?
            .query_map([rows::signed(limits::INBOX_LOADED)], rows::note)?
            .collect::<rusqlite::Result<_>>()?;
        let unread: i64 = connection.query_row("SELECT count(*) FROM inbox WHERE read = 0", [], |row| row.get(0))?;
        let journal = connection
            .prepare(&format!(
                "SELECT {} FROM journal ORDER BY number DESC LIMIT ?1",
                rows::JOURNAL_COLUMNS
            ))?
            .query_map([rows::signed(limits::JOURNAL_LOADED)], rows::journal_record)?
            .collect::<rusqlite::Result<_>>()?;
        let recent = connection
            .prepare("SELECT link, title, base, at FROM recent ORDER BY at DESC, link LIMIT ?1")?
            .query_map([rows::signed(limits::RECENT_KEPT)], rows::recent)?
            .collect::<rusqlite::Result<_>>()?;
        let mut stored = Stored {
            inbox,
            unread: u64::try_from(unread).unwrap_or(0),
            journal,
            recent,
            cursors: self.cursors()?,
            ..Stored::default()
        };
        desk::load(connection, &mut stored)?;
        stored.relay = relay::load(connection)?;
        Ok(stored)
    }

    /// The first events that wait for a base after a number.
    pub(crate) fn relay_waiting(&self, base: &str, after: u64, most: usize) -> rusqlite::Result<Vec<RelayItem>> {
        relay::waiting(&self.connection, base, after, most)
    }

    /// The first answers that wait for a portal.
    pub(crate) fn relay_replies(&self, portal: &str, most: usize) -> rusqlite::Result<Vec<RelayReply>> {
        relay::replies(&self.connection, portal, most)
    }

    /// What is known of events that a base answers.
    pub(crate) fn relay_answerable(
        &self,
        base: &str,
        ids: &[String],
    ) -> rusqlite::Result<Vec<Option<RelayAnswerable>>> {
        relay::answerable(&self.connection, base, ids)
    }

    fn cursors(&self) -> rusqlite::Result<Vec<Cursor>> {
        let mut cursors = self
            .connection
            .prepare("SELECT portal, position FROM cursors ORDER BY portal")?
            .query_map([], |row| {
                Ok(Cursor {
                    portal: row.get(0)?,
                    position: row.get(1)?,
                    seen: Vec::new(),
                })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut seen = self
            .connection
            .prepare("SELECT mid FROM seen WHERE portal = ?1 ORDER BY number DESC LIMIT ?2")?;
        for cursor in &mut cursors {
            let newest = seen.query_map(params![cursor.portal, rows::signed(limits::SEEN_KEPT)], |row| {
                row.get(0)
            })?;
            cursor.seen = newest.collect::<rusqlite::Result<_>>()?;
            cursor.seen.reverse();
        }
        Ok(cursors)
    }
}

/// Moves the cursor and notes the ids; gives how many were new.
fn advance(connection: &Connection, cursor: &Cursor) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "INSERT INTO cursors (portal, position) VALUES (?1, ?2)
             ON CONFLICT (portal) DO UPDATE SET position = excluded.position",
        )?
        .execute([&cursor.portal, &cursor.position])?;
    let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO seen (portal, mid) VALUES (?1, ?2)")?;
    let mut new = 0;
    for mid in &cursor.seen {
        new += insert.execute([&cursor.portal, mid])?;
    }
    Ok(new)
}

fn forget_seen(connection: &Connection, portal: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM seen WHERE portal = ?1 AND number <=
             (SELECT number FROM seen WHERE portal = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![portal, rows::signed(limits::SEEN_KEPT)])?;
    Ok(())
}

/// Adds the notes whose ids are not known; each takes the place of an older one of its tag. Gives those that are new
/// and were not replaced within the same batch.
fn add_notes(connection: &Connection, notes: &[Note]) -> rusqlite::Result<Vec<Note>> {
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO inbox (id, portal, title, text, link, tag, at, read, toast, kind, buttons)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut replace = connection
        .prepare_cached("UPDATE inbox SET read = 1, replaced = 1 WHERE tag = ?1 AND id <> ?2 AND replaced = 0")?;
    let mut new: Vec<Note> = Vec::new();
    for note in notes {
        let kind = rows::kind(note.kind);
        let values = params![
            note.id,
            note.portal,
            note.title,
            note.text,
            note.link,
            note.tag,
            note.at.0,
            note.read,
            note.toast,
            kind,
            rows::buttons(&note.buttons)
        ];
        if insert.execute(values)? == 0 {
            continue;
        }
        if let Some(tag) = &note.tag {
            replace.execute([tag, &note.id])?;
            new.retain(|other| other.tag.as_ref() != Some(tag));
        }
        new.push(note.clone());
    }
    Ok(new)
}

/// The oldest unread notes count as read, the oldest read ones go.
fn trim_inbox(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE inbox SET read = 1 WHERE read = 0 AND number <=
             (SELECT number FROM inbox WHERE read = 0 ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([rows::signed(limits::UNREAD_KEPT)])?;
    connection
        .prepare_cached(
            "DELETE FROM inbox WHERE read = 1 AND number <=
             (SELECT number FROM inbox WHERE read = 1 ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([rows::signed(limits::READ_KEPT)])?;
    Ok(())
}

fn add_records(connection: &Connection, records: &[JournalRecord]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO journal
         (timestamp, operation, source_system, target_system, object_id, status, details, duration_ms, error_code)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for record in records {
        insert.execute(params![
            record.timestamp.0,
            record.operation,
            record.source_system,
            record.target_system,
            record.object_id,
            rows::outcome(record.status),
            record.details,
            rows::signed(record.duration_ms),
            record.error_code
        ])?;
    }
    Ok(())
}

fn trim_journal(connection: &Connection) -> rusqlite::Result<()> {
    let newest: Option<i64> = connection
        .query_row("SELECT number FROM journal ORDER BY number DESC LIMIT 1", [], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(newest) = newest {
        // Numbers have no gaps, so no row has to be counted.
        connection
            .prepare_cached("DELETE FROM journal WHERE number <= ?1")?
            .execute([newest - rows::signed(limits::JOURNAL_KEPT)])?;
    }
    Ok(())
}

fn add_recent(connection: &Connection, recent: &RecentObject) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO recent (link, title, base, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (link) DO UPDATE SET title = excluded.title, base = excluded.base, at = excluded.at",
        )?
        .execute(params![recent.link, recent.title, recent.base, recent.at.0])?;
    connection
        .prepare_cached(
            "DELETE FROM recent WHERE link NOT IN (SELECT link FROM recent ORDER BY at DESC, link LIMIT ?1)",
        )?
        .execute([rows::signed(limits::RECENT_KEPT)])?;
    Ok(())
}
