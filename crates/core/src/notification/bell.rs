//! Notifications of the portal's bell: `im/notifyAdd`.
//!
//! Type 1 asks for an answer, 2 comes from a person, 4 from the portal (Bitrix24 module im, `CIMNotify`). What is only
//! flashed is not kept on the portal; here it is kept as read, since a toast may be missed.
use serde_json::Value;

use super::{PortalEvent, TEXT_CHARS, TITLE_CHARS, Viewer, field, markup, target};
use crate::inbox::{Note, NoteButton, NoteKey, NoteKind};
use crate::texts::{self, Key};

/// The longest tag that is kept, in bytes; the portal's own are checksums of 32.
const LONGEST_TAG: usize = 255;

/// The note of a bell event.
pub(super) fn note(event: &PortalEvent<'_>, viewer: &Viewer<'_>) -> Option<Note> {
    let params = event.params;
    if !params.is_object() {
        return None;
    }
    let id = match field::id(&params["id"]) {
        Some(id) => NoteKey::Bell {
            portal: event.portal,
            id,
            request: field::id(&params["type"]) == Some(1),
        }
        .to_string(),
        None => NoteKey::Event {
            portal: event.portal,
            mid: event.mid,
        }
        .to_string(),
    };
    let plain = markup::plain(field::text(&params["text"]), TEXT_CHARS);
    let own_link = field::text(&params["link"]);
    let link = std::iter::once(own_link)
        .chain(plain.links.iter().map(String::as_str))
        .find_map(|candidate| target::page(event.portal, candidate));
    let read = field::yes(&params["onlyFlash"]) || field::yes(&params["read"]);
    let quiet = field::yes(&params["silent"]) || field::yes(&params["read"]);
    Some(Note {
        id,
        portal: event.portal.to_owned(),
        title: title(event, viewer),
        text: plain.text,
        link,
        tag: tag(event),
        at: event.server_time.unwrap_or(viewer.now),
        read,
        toast: !quiet && viewer.settings.toasts && viewer.settings.bell,
        kind: NoteKind::Bell,
        buttons: buttons(&params["buttons"]),
    })
}

/// The most buttons that are kept, and the longest value and title in characters.
const MOST_BUTTONS: usize = 4;
const LONGEST_VALUE: usize = 64;
const LONGEST_TITLE: usize = 40;

/// How a request may be answered. A value goes back to the portal as it came, so one that is too long is none.
pub(super) fn buttons(value: &Value) -> Vec<NoteButton> {
    let buttons = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let button = |button: &Value| {
        let value = field::text(&button["VALUE"]);
        let fits = !value.is_empty() && value.chars().count() <= LONGEST_VALUE && !value.chars().any(char::is_control);
        fits.then(|| NoteButton {
            title: markup::text(field::text(&button["TITLE"]), LONGEST_TITLE),
            value: value.to_owned(),
            agrees: field::text(&button["TYPE"]) == "accept" || value == "Y",
        })
    };
    buttons.iter().filter_map(button).take(MOST_BUTTONS).collect()
}

/// Its own title, else the person it comes from, else our word for the bell.
fn title(event: &PortalEvent<'_>, viewer: &Viewer<'_>) -> String {
    let params = event.params;
    let user = field::id(&params["userId"]);
    let known = user.map(|user| field::text(&field::member(&params["users"], user)["name"]));
    [
        Some(field::text(&params["title"])),
        user.map(|_| field::text(&params["userName"])),
        known,
    ]
    .into_iter()
    .flatten()
    .map(|text| markup::text(text, TITLE_CHARS))
    .find(|title| !title.is_empty())
    .unwrap_or_else(|| texts::text(viewer.language, Key::MenuInbox, &[]))
}

/// The portal's tag, made unique on this desk. The original one comes first, since REST knows no other: an event and a
/// row of the bell replace each other.
fn tag(event: &PortalEvent<'_>) -> Option<String> {
    ["originalTag", "original_tag", "tag"]
        .into_iter()
        .map(|name| field::text(&event.params[name]))
        .find(|tag| !tag.is_empty() && tag.len() <= LONGEST_TAG && !tag.chars().any(char::is_control))
        .map(|tag| format!("{}/{tag}", event.portal))
}
