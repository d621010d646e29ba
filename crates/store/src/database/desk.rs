//! What windows leave behind: sessions to end, looks to restore, objects with a star.
use hotstart_core::Timestamp;
use hotstart_core::journal::FavouriteObject;
use hotstart_core::ports::{DeskChange, LeftSession, Stored, Unsent};
use hotstart_core::window::{Session, WindowLook};
use rusqlite::{Connection, Row, params};

use super::rows::signed;
use crate::limits;

pub(super) fn change(connection: &Connection, change: &DeskChange) -> rusqlite::Result<()> {
    match change {
        DeskChange::SessionBegan(LeftSession { base, session, at }) => {
            connection
                .prepare_cached("INSERT OR REPLACE INTO sessions (root, id, base, at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![session.root, session.id, base, at.0])?;
            connection
                .prepare_cached(
                    "DELETE FROM sessions WHERE (root, id) NOT IN
                     (SELECT root, id FROM sessions ORDER BY at DESC, root, id LIMIT ?1)",
                )?
                .execute([signed(limits::SESSIONS_KEPT)])?;
        }
        DeskChange::SessionEnded(Session { root, id }) => {
            connection
                .prepare_cached("DELETE FROM sessions WHERE root = ?1 AND id = ?2")?
                .execute([root, id])?;
        }
        DeskChange::Looks(base, look) => {
            let (x, y) = look.at.unzip();
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO looks (base, width, height, x, y, maximized, zoom)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![base, look.width, look.height, x, y, look.maximized, look.zoom])?;
        }
        DeskChange::Starred(FavouriteObject { link, title, base }) => {
            connection
                .prepare_cached(
                    "INSERT INTO favourites (link, title, base) VALUES (?1, ?2, ?3)
                     ON CONFLICT (link) DO UPDATE SET title = excluded.title, base = excluded.base",
                )?
                .execute([link, title, base])?;
        }
        DeskChange::Unstarred(link) => {
            connection
                .prepare_cached("DELETE FROM favourites WHERE link = ?1")?
                .execute([link])?;
        }
        DeskChange::Unsent(Unsent { note, text }) => {
            connection
                .prepare_cached("INSERT OR REPLACE INTO unsent (note, text) VALUES (?1, ?2)")?
                .execute([note, text])?;
            connection
                .prepare_cached(
                    "DELETE FROM unsent WHERE number <= (SELECT number FROM unsent ORDER BY number DESC LIMIT 1 OFFSET ?1)",
                )?
                .execute([signed(limits::UNSENT_KEPT)])?;
        }
        DeskChange::Sent(note) => {
            connection
                .prepare_cached("DELETE FROM unsent WHERE note = ?1")?
                .execute([note])?;
        }
        DeskChange::Answered(note) => {
            connection
                .prepare_cached("UPDATE inbox SET buttons = NULL WHERE id = ?1")?
                .execute([note])?;
        }
    }
    Ok(())
}

pub(super) fn load(connection: &Connection, stored: &mut Stored) -> rusqlite::Result<()> {
    let mut sessions = connection.prepare("SELECT base, root, id, at FROM sessions ORDER BY at, root, id")?;
    stored.sessions = sessions.query_map([], session)?.collect::<rusqlite::Result<_>>()?;
    let mut looks = connection.prepare("SELECT base, width, height, x, y, maximized, zoom FROM looks ORDER BY base")?;
    stored.looks = looks.query_map([], look)?.collect::<rusqlite::Result<_>>()?;
    let mut favourites = connection.prepare("SELECT link, title, base FROM favourites ORDER BY number LIMIT ?1")?;
    stored.favourites = favourites
        .query_map([signed(limits::FAVOURITES_LOADED)], favourite)?
        .collect::<rusqlite::Result<_>>()?;
    let mut unsent = connection.prepare("SELECT note, text FROM unsent ORDER BY number")?;
    stored.unsent = unsent
        .query_map([], |row| {
            Ok(Unsent {
                note: row.get(0)?,
                text: row.get(1)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(())
}

fn session(row: &Row<'_>) -> rusqlite::Result<LeftSession> {
    Ok(LeftSession {
        base: row.get(0)?,
        session: Session {
            root: row.get(1)?,
            id: row.get(2)?,
        },
        at: Timestamp(row.get(3)?),
    })
}

fn look(row: &Row<'_>) -> rusqlite::Result<(String, WindowLook)> {
    // Read wide and made usable: a look is not worth a store that does not open.
    let number = |at| row.get::<_, i64>(at);
    let corner = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.and_then(|at| i32::try_from(at).ok()));
    let look = WindowLook {
        width: u32::try_from(number(1)?).unwrap_or(0),
        height: u32::try_from(number(2)?).unwrap_or(0),
        at: corner(3)?.zip(corner(4)?),
        maximized: row.get(5)?,
        zoom: u16::try_from(number(6)?).unwrap_or(100),
    };
    Ok((row.get(0)?, look.usable()))
}

fn favourite(row: &Row<'_>) -> rusqlite::Result<FavouriteObject> {
    Ok(FavouriteObject {
        link: row.get(0)?,
        title: row.get(1)?,
        base: row.get(2)?,
    })
}
