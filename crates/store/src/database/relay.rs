//! The queue of events on their way to 1C, and of answers on their way back.
use hotstart_core::Timestamp;
use hotstart_core::failure::Code;
use hotstart_core::ports::{RelayChange, RelayEvent, RelayItem, RelayReply, RelayStored};
use rusqlite::{Connection, Row, params};

use super::rows::{signed, unsigned};
use crate::limits;

mod answers;

pub(super) use answers::answerable;

const COLUMNS: &str = "number, base, id, kind, portal, entity, reads, data, answer, at, attempts, dead";

/// Does a change; says whether an event was added that its base has not had.
pub(super) fn change(connection: &Connection, change: &RelayChange) -> rusqlite::Result<bool> {
    match change {
        RelayChange::Added(event) => return add(connection, event),
        RelayChange::Filled(number, data) => {
            connection
                .prepare_cached("UPDATE relay SET data = ?2, reads = 0 WHERE number = ?1")?
                .execute(params![signed(*number), data.to_string()])?;
        }
        RelayChange::Done(number, reply) => answers::done(connection, *number, reply.as_ref())?,
        RelayChange::Answered(reply) => answers::answered(connection, reply)?,
        RelayChange::Tried(number, attempts) => {
            connection
                .prepare_cached("UPDATE relay SET attempts = ?2 WHERE number = ?1")?
                .execute(params![signed(*number), attempts])?;
        }
        RelayChange::Dead(number, code) => {
            connection
                .prepare_cached("UPDATE relay SET dead = ?2 WHERE number = ?1")?
                .execute(params![signed(*number), code])?;
        }
        RelayChange::Again(number) => {
            connection
                .prepare_cached(
                    "INSERT INTO relay (base, id, kind, portal, entity, reads, data, answer, at)
                     SELECT base, id, kind, portal, entity, reads, data, answer, at FROM relay
                     WHERE number = ?1 AND dead IS NOT NULL",
                )?
                .execute([signed(*number)])?;
            forget(connection, *number)?;
        }
        RelayChange::Forgotten(number) => forget(connection, *number)?,
        RelayChange::Replied(number) => {
            connection
                .prepare_cached("DELETE FROM relay_replies WHERE number = ?1")?
                .execute([signed(*number)])?;
        }
        RelayChange::ReplyTried(number, attempts) => {
            connection
                .prepare_cached("UPDATE relay_replies SET attempts = ?2 WHERE number = ?1")?
                .execute(params![signed(*number), attempts])?;
        }
        RelayChange::Renamed { from, to } => rename(connection, from, to)?,
    }
    Ok(false)
}

/// What waits, what was given up and what is known go with the base: nothing is lost, and nothing comes twice.
fn rename(connection: &Connection, from: &str, to: &str) -> rusqlite::Result<()> {
    for change in [
        "UPDATE relay SET base = ?2 WHERE base = ?1",
        "UPDATE relay_replies SET base = ?2 WHERE base = ?1",
        "UPDATE OR REPLACE relayed SET base = ?2 WHERE base = ?1",
    ] {
        connection.execute(change, [from, to])?;
    }
    Ok(())
}

/// Enforces the bounds: too many waiting events are given up, the oldest first, and the oldest of what was given up goes.
/// Returns the events that were given up now.
pub(super) fn trim(connection: &Connection) -> rusqlite::Result<Vec<RelayItem>> {
    let full = Code::RelayFull.as_str();
    let given_up = connection
        .prepare_cached(&format!(
            "UPDATE relay SET dead = ?2 WHERE dead IS NULL AND number <=
             (SELECT number FROM relay WHERE dead IS NULL ORDER BY number DESC LIMIT 1 OFFSET ?1) RETURNING {COLUMNS}"
        ))?
        .query_map(params![signed(limits::RELAY_WAITING), full], item)?
        .collect::<rusqlite::Result<_>>()?;
    connection
        .prepare_cached(
            "DELETE FROM relay WHERE dead IS NOT NULL AND number <=
             (SELECT number FROM relay WHERE dead IS NOT NULL ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([signed(limits::RELAY_DEAD)])?;
    connection
        .prepare_cached(
            "DELETE FROM relayed WHERE number <=
             (SELECT number FROM relayed ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([signed(limits::RELAY_KNOWN)])?;
    Ok(given_up)
}

/// The first events that wait for a base after a number.
pub(super) fn waiting(
    connection: &Connection,
    base: &str,
    after: u64,
    most: usize,
) -> rusqlite::Result<Vec<RelayItem>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM relay WHERE base = ?1 AND dead IS NULL AND number > ?2 ORDER BY number LIMIT ?3"
    ))?;
    let mut rows = statement.query(params![base, signed(after), signed(most)])?;
    let (mut items, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        size += row.get_ref(7)?.as_str()?.len();
        if size > limits::RELAY_BYTES && !items.is_empty() {
            break;
        }
        items.push(item(row)?);
    }
    Ok(items)
}

/// The first answers that wait for a portal.
pub(super) fn replies(connection: &Connection, portal: &str, most: usize) -> rusqlite::Result<Vec<RelayReply>> {
    connection
        .prepare_cached(
            "SELECT number, id, base, portal, entity, fields, attempts FROM relay_replies
             WHERE portal = ?1 ORDER BY number LIMIT ?2",
        )?
        .query_map(params![portal, signed(most)], reply)?
        .filter_map(Result::transpose)
        .collect()
}

pub(super) fn load(connection: &Connection) -> rusqlite::Result<RelayStored> {
    let dead = connection
        .prepare(&format!(
            "SELECT {COLUMNS} FROM relay WHERE dead IS NOT NULL ORDER BY number DESC LIMIT ?1"
        ))?
        .query_map([signed(limits::RELAY_DEAD_LOADED)], item)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(RelayStored {
        waiting: counts(
            connection,
            "SELECT base, count(*) FROM relay WHERE dead IS NULL GROUP BY base ORDER BY base",
        )?,
        dead,
        replies: counts(
            connection,
            "SELECT portal, count(*) FROM relay_replies GROUP BY portal ORDER BY portal",
        )?,
    })
}

fn counts(connection: &Connection, query: &str) -> rusqlite::Result<Vec<(String, u64)>> {
    connection
        .prepare(query)?
        .query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?
        .collect()
}

fn add(connection: &Connection, event: &RelayEvent) -> rusqlite::Result<bool> {
    let new = connection
        .prepare_cached("INSERT OR IGNORE INTO relayed (base, id) VALUES (?1, ?2)")?
        .execute([&event.base, &event.id])?;
    if new == 0 {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "INSERT INTO relay (base, id, kind, portal, entity, reads, data, answer, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            event.base,
            event.id,
            event.kind,
            event.portal,
            event.entity.map(|entity| entity.to_string()),
            event.reads,
            event.data.to_string(),
            event.answer,
            event.at.0,
        ])?;
    Ok(true)
}

fn forget(connection: &Connection, number: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM relay WHERE number = ?1 AND dead IS NOT NULL")?
        .execute([signed(number)])?;
    Ok(())
}

fn item(row: &Row<'_>) -> rusqlite::Result<RelayItem> {
    let entity: Option<String> = row.get(5)?;
    let data: String = row.get(7)?;
    Ok(RelayItem {
        number: unsigned(row, 0)?,
        event: RelayEvent {
            base: row.get(1)?,
            id: row.get(2)?,
            kind: row.get(3)?,
            portal: row.get(4)?,
            entity: entity.as_deref().and_then(RelayEvent::read_entity),
            reads: row.get(6)?,
            data: serde_json::from_str(&data).unwrap_or_default(),
            answer: row.get(8)?,
            at: Timestamp(row.get(9)?),
        },
        attempts: u32::try_from(row.get::<_, i64>(10)?).unwrap_or(u32::MAX),
        dead: row.get(11)?,
    })
}

/// One that cannot be read leads nowhere.
fn reply(row: &Row<'_>) -> rusqlite::Result<Option<RelayReply>> {
    let (entity, fields): (String, String) = (row.get(4)?, row.get(5)?);
    let read = RelayEvent::read_entity(&entity).zip(serde_json::from_str(&fields).ok());
    let Some((entity, fields)) = read else {
        return Ok(None);
    };
    Ok(Some(RelayReply {
        number: unsigned(row, 0)?,
        id: row.get(1)?,
        base: row.get(2)?,
        portal: row.get(3)?,
        entity,
        fields,
        attempts: u32::try_from(row.get::<_, i64>(6)?).unwrap_or(u32::MAX),
    }))
}
