//! What a base has answered, and what it still owes: an event whose answer is wanted may be acknowledged first and answered
//! later, and only the first answer counts.
use hotstart_core::ports::{RelayAnswerable, RelayEvent, RelayReply};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{COLUMNS, item};
use crate::database::rows::signed;

/// An event that left the queue.
struct Gone {
    base: String,
    id: String,
    portal: String,
    entity: Option<String>,
    answer: bool,
}

/// The base has an event for good.
pub(super) fn done(connection: &Connection, number: u64, reply: Option<&RelayReply>) -> rusqlite::Result<()> {
    let gone = connection
        .prepare_cached("DELETE FROM relay WHERE number = ?1 RETURNING base, id, portal, entity, answer")?
        .query_row([signed(number)], |row| {
            Ok(Gone {
                base: row.get(0)?,
                id: row.get(1)?,
                portal: row.get(2)?,
                entity: row.get(3)?,
                answer: row.get(4)?,
            })
        })
        .optional()?;
    match (gone, reply) {
        (Some(gone), Some(reply)) if gone.answer => add(connection, reply),
        (Some(gone), None) if gone.answer => owe(connection, &gone),
        // An event that is done a second time has left its answer the first time, unless it owes one.
        (None, Some(reply)) if pay(connection, reply)? => add(connection, reply),
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

/// The base has answered an event, which stays where it is.
pub(super) fn answered(connection: &Connection, reply: &RelayReply) -> rusqlite::Result<()> {
    let wanted = connection
        .prepare_cached("UPDATE relay SET answer = 0 WHERE base = ?1 AND id = ?2 AND answer = 1")?
        .execute([&reply.base, &reply.id])?;
    let owed = pay(connection, reply)?;
    if wanted > 0 || owed {
        add(connection, reply)
    } else {
        Ok(())
    }
}

/// What is known of events that a base answers.
pub(in crate::database) fn answerable(
    connection: &Connection,
    base: &str,
    ids: &[String],
) -> rusqlite::Result<Vec<Option<RelayAnswerable>>> {
    ids.iter().map(|id| one(connection, base, id)).collect()
}

fn one(connection: &Connection, base: &str, id: &str) -> rusqlite::Result<Option<RelayAnswerable>> {
    let queued = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM relay WHERE base = ?1 AND id = ?2 ORDER BY number DESC LIMIT 1"
        ))?
        .query_row([base, id], item)
        .optional()?;
    if let Some(item) = queued {
        return Ok(Some(RelayAnswerable::Queued(Box::new(item))));
    }
    let known = connection
        .prepare_cached("SELECT portal, entity FROM relayed WHERE base = ?1 AND id = ?2")?
        .query_row([base, id], |row| {
            Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .optional()?;
    Ok(known.map(|(portal, entity)| {
        let entity = entity.as_deref().and_then(RelayEvent::read_entity);
        match portal.zip(entity) {
            Some((portal, entity)) => RelayAnswerable::Owed { portal, entity },
            None => RelayAnswerable::Settled,
        }
    }))
}

fn owe(connection: &Connection, gone: &Gone) -> rusqlite::Result<()> {
    if let Some(entity) = &gone.entity {
        connection
            .prepare_cached("UPDATE relayed SET portal = ?3, entity = ?4 WHERE base = ?1 AND id = ?2")?
            .execute([&gone.base, &gone.id, &gone.portal, entity])?;
    }
    Ok(())
}

/// Whether an answer was owed; it is not any more.
fn pay(connection: &Connection, reply: &RelayReply) -> rusqlite::Result<bool> {
    let owed = connection
        .prepare_cached(
            "UPDATE relayed SET portal = NULL, entity = NULL WHERE base = ?1 AND id = ?2 AND entity IS NOT NULL",
        )?
        .execute([&reply.base, &reply.id])?;
    Ok(owed > 0)
}

fn add(connection: &Connection, reply: &RelayReply) -> rusqlite::Result<()> {
    let fields = serde_json::Value::Object(reply.fields.clone()).to_string();
    connection
        .prepare_cached("INSERT INTO relay_replies (id, base, portal, entity, fields) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            reply.id,
            reply.base,
            reply.portal,
            reply.entity.to_string(),
            fields
        ])?;
    Ok(())
}
