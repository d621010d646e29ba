//! What the portal keeps, compared with what the inbox has: the way to an inbox that is whole where events were missed
//! or where no channel can be had.
//!
//! A row of the bell or of the list of dialogs is turned into the event that told of it, and judged by the same rules:
//! so it becomes the same note with the same id and tag, and whoever comes second changes nothing. What the portal has
//! as read, or has no more, is taken back. Since events may arrive while the portal is asked, only notes that were
//! there before the question are taken back for being absent.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{PortalEvent, Viewer, judge};
use crate::Timestamp;
use crate::inbox::{Note, NoteButton, NoteKey};
use crate::relay::without_command;
use crate::texts::{self, Key};

/// What the portal said of itself; a part that was not asked for is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The bell.
    pub bells: Option<Bells>,
    /// The latest dialogs.
    pub dialogs: Option<Vec<DialogRow>>,
    /// Events of the portal's own queue, oldest first, where this desk is its only reader.
    pub feed: Vec<super::FeedEvent>,
    /// Where the queue is read on; named when the next events are asked for, which makes the portal forget these.
    pub offset: Option<u64>,
}

/// What was read of the bell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bells {
    /// Requests first, then the others, each from the newest.
    pub rows: Vec<BellRow>,
    /// It was read to its end.
    pub complete: bool,
}

/// One notification as the portal keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BellRow {
    /// Its id.
    pub id: u64,
    /// 1 asks for an answer, 2 is from a person, 4 from the portal.
    pub kind: u64,
    /// Who caused it; 0 is the portal.
    pub author: u64,
    /// The name of the author.
    pub author_name: String,
    /// When.
    pub at: Option<Timestamp>,
    /// The tag, as its module chose it.
    pub tag: String,
    /// A headline.
    pub title: String,
    /// What it says, with markup.
    pub text: String,
    /// The name of the setting that turns it off.
    pub setting: String,
    /// It was read.
    pub read: bool,
    /// How it may be answered.
    pub buttons: Vec<NoteButton>,
}

/// A dialog with what is new in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DialogRow {
    /// The id of the other user, or `chat` and a number.
    pub dialog: String,
    /// The number of the chat.
    pub chat: u64,
    /// More than two take part.
    pub group: bool,
    /// The name of the chat or of the other one.
    pub title: String,
    /// Unread messages.
    pub unread: u64,
    /// Users who have switched off its sound.
    pub muted_by: Vec<u64>,
    /// The last message.
    pub last: Option<LastMessage>,
}

/// The last message of a dialog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastMessage {
    /// Its id.
    pub id: u64,
    /// Its author; 0 is the portal.
    pub author: u64,
    /// The name of the author, if known.
    pub author_name: String,
    /// What it says, with markup.
    pub text: String,
    /// When.
    pub at: Option<Timestamp>,
}

/// What is to be done for an inbox that is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaughtUp {
    /// Notes that are missing, oldest first.
    pub notes: Vec<Note>,
    /// Ids of notes that were read or answered elsewhere.
    pub read: Vec<String>,
}

/// Compares. `before` are the ids of the unread notes when the portal was asked.
pub fn catch_up(
    portal: &str,
    snapshot: &Snapshot,
    viewer: &Viewer<'_>,
    inbox: &[Note],
    before: &BTreeSet<String>,
) -> CaughtUp {
    let mut found = CaughtUp::default();
    let known = |id: &str| inbox.iter().any(|note| note.id == id);
    for event in &snapshot.feed {
        let note = super::feed::note(portal, event, viewer);
        found.notes.extend(note.filter(|note| !known(&note.id)));
    }
    if let Some(bells) = &snapshot.bells {
        let unread = bells.rows.iter().filter(|row| !row.read);
        let notes = unread.filter_map(|row| bell_note(portal, row, viewer));
        found.notes.extend(notes.filter(|note| !known(&note.id)));
        let gone = inbox.iter().filter(|note| !note.read && note.portal == portal);
        let gone = gone.filter(|note| is_done(bells, note, before));
        found.read.extend(gone.map(|note| note.id.clone()));
    }
    for row in snapshot.dialogs.iter().flatten() {
        if row.unread > 0 {
            let told = of_dialog(portal, row, inbox).chain(of_dialog(portal, row, &found.notes));
            let told: BTreeSet<String> = told.map(|note| note.id.clone()).collect();
            let note = dialog_note(portal, row, viewer).filter(|note| !known(&note.id) && !told.contains(&note.id));
            if let Some(mut note) = note {
                say_more(&mut note, row.unread.saturating_sub(told.len() as u64 + 1), viewer);
                found.notes.push(note);
            }
        } else {
            let read = of_dialog(portal, row, inbox).map(|note| note.id.clone());
            found.read.extend(read);
        }
    }
    found.notes.sort_by_key(|note| note.at);
    found
}

/// The unread notes of a dialog up to its last message.
fn of_dialog<'a>(portal: &'a str, row: &'a DialogRow, notes: &'a [Note]) -> impl Iterator<Item = &'a Note> {
    let last = row.last.as_ref().map_or(0, |last| last.id);
    notes.iter().filter(move |note| {
        let key = NoteKey::parse(&note.id);
        !note.read
            && matches!(key, Some(NoteKey::Message { portal: of, dialog, id }) if of == portal && dialog == row.dialog && id <= last)
    })
}

/// Whether the bell has this note as read, or was read so far that it cannot be there any more.
fn is_done(bells: &Bells, note: &Note, before: &BTreeSet<String>) -> bool {
    let Some(NoteKey::Bell { id, request, .. }) = NoteKey::parse(&note.id) else {
        return false;
    };
    if let Some(row) = bells.rows.iter().find(|row| row.id == id) {
        return row.read;
    }
    let others = || bells.rows.iter().filter(|row| row.kind != 1);
    let covered = if request {
        // Requests come first: once another one was seen, there are no more of them.
        others().next().is_some()
    } else {
        others().map(|row| row.id).min().is_some_and(|oldest| id > oldest)
    };
    (bells.complete || covered) && before.contains(&note.id)
}

/// The note of a row, as its event would have made it.
fn bell_note(portal: &str, row: &BellRow, viewer: &Viewer<'_>) -> Option<Note> {
    let buttons: Vec<Value> = row.buttons.iter().map(button).collect();
    let params = json!({
        "id": row.id, "type": row.kind, "text": row.text, "title": row.title, "originalTag": row.tag,
        "settingName": row.setting, "userId": row.author, "userName": row.author_name, "buttons": buttons,
    });
    // A line that is a command was for the program and not for its user; whether it was obeyed is the channel's business.
    let params = if row.setting.starts_with("rest|") {
        without_command(&params)?
    } else {
        params
    };
    judged(portal, "notifyAdd", &params, row.at, viewer)
}

fn button(button: &NoteButton) -> Value {
    let kind = if button.agrees { "accept" } else { "cancel" };
    json!({"TITLE": button.title, "VALUE": button.value, "TYPE": kind})
}

/// The note of the last message of a dialog; none for one's own and for what was muted.
fn dialog_note(portal: &str, row: &DialogRow, viewer: &Viewer<'_>) -> Option<Note> {
    let last = row.last.as_ref()?;
    let (chat, author) = (row.chat.to_string(), last.author.to_string());
    // A dialog of two is named by the other one, who is the author of what is news here.
    let name = if row.group { &last.author_name } else { &row.title };
    let params = json!({
        "chatId": row.chat, "dialogId": row.dialog,
        "users": {author: {"id": last.author, "name": name}},
        "chat": if row.group { json!({chat: {"id": row.chat, "name": row.title, "mute_list": row.muted_by}}) } else { json!([]) },
        "message": {"id": last.id, "chatId": row.chat, "senderId": last.author, "text": last.text},
    });
    let command = if row.group { "messageChat" } else { "message" };
    judged(portal, command, &params, last.at, viewer)
}

/// Says how many messages before this one were missed too.
fn say_more(note: &mut Note, more: u64, viewer: &Viewer<'_>) {
    if more == 0 {
        return;
    }
    let more = texts::text(viewer.language, Key::NoteMore, &[("count", &more.to_string())]);
    let room = super::TEXT_CHARS.saturating_sub(more.chars().count() + 1);
    let mut line = super::line::Line::new(room);
    line.push_str(&note.text);
    note.text = format!("{} {more}", line.finish());
}

fn judged(portal: &str, command: &str, params: &Value, at: Option<Timestamp>, viewer: &Viewer<'_>) -> Option<Note> {
    let event = PortalEvent {
        portal,
        // Rows without an id are never made, and only those would need it.
        mid: "",
        module: "im",
        command,
        params,
        from_client: false,
        server_time: at,
    };
    judge(&event, viewer).note
}
