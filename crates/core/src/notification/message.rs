//! Messages of the messenger: `im/message` of one person, `im/messageChat` of a group.
//!
//! The portal itself says what is no news: own messages, muted and blocked chats, chats outside the user's lists. It
//! also says what is news without a sound (`notify`, parameter `NOTIFY`); that is kept without a toast.
use serde_json::Value;

use super::line::Line;
use super::{PortalEvent, TEXT_CHARS, TITLE_CHARS, Viewer, field, markup, target};
use crate::inbox::{Note, NoteKey, NoteKind};

/// Where a message was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Between two people.
    Private,
    /// In a group chat.
    Group,
}

/// The note of a message, if it is news for the viewer.
pub(super) fn note(event: &PortalEvent<'_>, viewer: &Viewer<'_>, place: Place) -> Option<Note> {
    let params = event.params;
    let message = &params["message"];
    if !message.is_object() {
        return None;
    }
    let me = viewer.user_id.and_then(|id| id.parse().ok());
    let sender = field::id(&message["senderId"]);
    let chat = field::id(&params["chatId"]).or_else(|| field::id(&message["chatId"]));
    let dialog = dialog(params, message, sender, chat, place)?;
    let own = match (sender, me) {
        (Some(sender), Some(me)) => sender == me,
        // The dialog of a private message is named by the other one, whoever we are.
        (Some(sender), None) => place == Place::Private && dialog.parse().is_ok_and(|other: u64| other != sender),
        (None, _) => false,
    };
    if own || field::empty(&params["recentConfig"]["sections"]) || me.is_some_and(|me| is_shut_out(params, chat, me)) {
        return None;
    }
    let id = match field::id(&message["id"]) {
        Some(id) => NoteKey::Message {
            portal: event.portal,
            dialog: &dialog,
            id,
        }
        .to_string(),
        None => NoteKey::Event {
            portal: event.portal,
            mid: event.mid,
        }
        .to_string(),
    };
    let quiet = is_quiet(params, message, me);
    let (title, text) = words(event, message, sender, chat, place);
    Some(Note {
        id,
        portal: event.portal.to_owned(),
        title,
        text,
        link: target::dialog(event.portal, &dialog),
        tag: None,
        at: event.server_time.unwrap_or(viewer.now),
        read: false,
        toast: !quiet && viewer.settings.toasts && viewer.settings.messages,
        kind: match place {
            Place::Private => NoteKind::Message,
            Place::Group => NoteKind::Chat,
        },
        buttons: Vec::new(),
    })
}

/// The id by which the portal's pages know the dialog.
fn dialog(params: &Value, message: &Value, sender: Option<u64>, chat: Option<u64>, place: Place) -> Option<String> {
    let named = field::dialog(&params["dialogId"]);
    match place {
        Place::Private => named.or_else(|| sender.map(|sender| sender.to_string())),
        // Older portals name the group in the message's recipient.
        Place::Group => named
            .or_else(|| field::dialog(&message["recipientId"]).filter(|dialog| dialog.starts_with("chat")))
            .or_else(|| chat.map(|chat| format!("chat{chat}"))),
    }
}

/// The viewer muted or blocked the chat, or is not in it.
fn is_shut_out(params: &Value, chat: Option<u64>, me: u64) -> bool {
    let Some(chat) = chat else { return false };
    let present = field::member(&params["userInChat"], chat);
    let outside = !present.is_null() && !field::empty(present) && !field::holds(present, me);
    outside
        || field::holds(field::member(&params["userBlockChat"], chat), me)
        || field::holds(&field::member(&params["chat"], chat)["mute_list"], me)
}

/// The portal calls it no reason to disturb: switched off, or only for a list of others, or a line of the system.
fn is_quiet(params: &Value, message: &Value, me: Option<u64>) -> bool {
    let notify = &params["notify"];
    let for_others = notify.is_array() && me.is_some_and(|me| !field::holds(notify, me));
    field::no(notify) || for_others || field::no(&message["params"]["NOTIFY"]) || field::yes(&message["system"])
}

/// Title and text: the person and what he said, or the chat and who said what in it.
fn words(
    event: &PortalEvent<'_>,
    message: &Value,
    sender: Option<u64>,
    chat: Option<u64>,
    place: Place,
) -> (String, String) {
    let params = event.params;
    let name = sender.map(|sender| {
        markup::text(
            field::text(&field::member(&params["users"], sender)["name"]),
            TITLE_CHARS,
        )
    });
    let name = name.filter(|name| !name.is_empty());
    let mut said = markup::text(field::text(&message["text"]), TEXT_CHARS);
    if said.is_empty() {
        said = files(&params["files"]);
    }
    let chat = chat.map(|chat| markup::text(field::text(&field::member(&params["chat"], chat)["name"]), TITLE_CHARS));
    match (place, chat.filter(|chat| !chat.is_empty()), name) {
        (Place::Group, Some(chat), Some(name)) => {
            let mut line = Line::new(TEXT_CHARS);
            line.push_str(&name);
            line.push_str(": ");
            line.push_str(&said);
            (chat, line.finish())
        }
        (Place::Group, Some(title), None) | (_, _, Some(title)) => (title, said),
        (_, _, None) => (event.portal.to_owned(), said),
    }
}

/// The names of attached files, for a message that has no words.
fn files(files: &Value) -> String {
    let mut line = Line::new(TEXT_CHARS);
    let names: Vec<&Value> = match files {
        Value::Object(files) => files.values().collect(),
        Value::Array(files) => files.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for name in names
        .into_iter()
        .map(|file| field::text(&file["name"]))
        .filter(|name| !name.is_empty())
    {
        if line.is_over() {
            break;
        }
        line.push_str(" 📎 ");
        line.push_str(name);
    }
    line.finish()
}
