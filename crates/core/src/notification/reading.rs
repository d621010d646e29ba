//! Events that say that something was read, answered or deleted elsewhere.
use serde_json::Value;

use super::{PortalEvent, field};
use crate::inbox::Withdrawal;

/// What an event takes back; nothing for any other event.
pub(super) fn withdrawals(event: &PortalEvent<'_>) -> Vec<Withdrawal> {
    let params = event.params;
    let portal = || event.portal.to_owned();
    match event.command {
        "notifyRead" | "notifyReadList" => bells(event, field::ids(&params["list"])),
        // A map from id to type; the answer names one.
        "notifyDelete" | "notifyConfirm" => bells(event, field::ids(&params["id"])),
        "notifyReadAll" => vec![Withdrawal::Bells {
            portal: portal(),
            except: field::ids(&params["excludeIds"]),
        }],
        "readMessage" | "readMessageChat" => read_dialog(event).into_iter().collect(),
        "readAllChats" => vec![Withdrawal::Messages { portal: portal() }],
        "messageDelete" | "messageDeleteComplete" | "messageDeleteV2" | "messageDeleteCompleteV2" => {
            let one = field::id(&params["id"]);
            let several = params["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
            one.into_iter()
                .chain(several.iter().filter_map(|message: &Value| field::id(&message["id"])))
                .map(|id| Withdrawal::Message { portal: portal(), id })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn bells(event: &PortalEvent<'_>, ids: Vec<u64>) -> Vec<Withdrawal> {
    ids.into_iter()
        .map(|id| Withdrawal::Bell {
            portal: event.portal.to_owned(),
            id,
        })
        .collect()
}

fn read_dialog(event: &PortalEvent<'_>) -> Option<Withdrawal> {
    let params = event.params;
    let dialog = field::dialog(&params["dialogId"])
        .or_else(|| field::id(&params["userId"]).map(|user| user.to_string()))
        .or_else(|| field::id(&params["chatId"]).map(|chat| format!("chat{chat}")))?;
    let nothing_left = field::count(&params["counter"]) == Some(0);
    let last = field::id(&params["lastId"]);
    // Without a counter and without a last message it is not said what was read.
    (nothing_left || last.is_some()).then(|| Withdrawal::Dialog {
        portal: event.portal.to_owned(),
        dialog,
        up_to: if nothing_left { None } else { last },
    })
}
