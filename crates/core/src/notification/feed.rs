//! Events of `im.v2.Event.get`: messages that the portal keeps in a queue for one reader of each user.
use serde_json::{Value, json};

use super::{PortalEvent, Viewer, field, judge};
use crate::Timestamp;
use crate::inbox::Note;

/// One event of the queue that tells of a new message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEvent {
    /// When the portal made it.
    pub at: Option<Timestamp>,
    /// Its data, as the portal wrote it.
    pub data: Value,
}

/// The event, if it tells of a new message; everything else of the queue is no news for the inbox.
pub fn feed_event(kind: &str, at: Option<Timestamp>, data: Value) -> Option<FeedEvent> {
    kind.eq_ignore_ascii_case("ONIMV2MESSAGEADD")
        .then_some(FeedEvent { at, data })
}

/// The note of a message, as the event of a channel would have made it.
pub(super) fn note(portal: &str, event: &FeedEvent, viewer: &Viewer<'_>) -> Option<Note> {
    let data = &event.data;
    let message = &data["message"];
    let chat_id = field::id(&message["chatId"])?;
    let author = field::id(&message["authorId"]).unwrap_or(0);
    let described = chat(&data["chat"], chat_id);
    let kind = field::text(&described["type"]);
    let group = described.is_object() && !matches!(kind, "private" | "user");
    let dialog = field::dialog(&described["dialogId"]);
    let dialog = dialog.unwrap_or_else(|| {
        if group {
            format!("chat{chat_id}")
        } else {
            author.to_string()
        }
    });
    let params = json!({
        "chatId": chat_id, "dialogId": dialog,
        "users": {author.to_string(): data["user"]},
        "chat": if group { json!({chat_id.to_string(): described}) } else { json!([]) },
        "files": data["files"],
        "message": {
            "id": message["id"], "chatId": chat_id, "senderId": author, "text": message["text"],
            "params": message["params"], "system": message["isSystem"],
        },
    });
    let event = PortalEvent {
        portal,
        mid: "",
        module: "im",
        command: if group { "messageChat" } else { "message" },
        params: &params,
        from_client: false,
        server_time: event.at,
    };
    judge(&event, viewer)
        .note
        .filter(|note| field::id(&message["id"]).is_some() && !note.id.is_empty())
}

/// The chat: described itself, or as a member of a map by its number.
fn chat(value: &Value, number: u64) -> &Value {
    if field::id(&value["id"]).is_some() {
        value
    } else {
        field::member(value, number)
    }
}
