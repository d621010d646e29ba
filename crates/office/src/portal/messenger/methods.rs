//! The methods `im.*`.

use serde_json::json;

use super::{chats, notices};
use crate::params::{self, Params};
use crate::portal::Portal;
use crate::portal::reply::{Outcome, Reply};
use crate::portal::rest::Call;

/// The methods that exist here.
pub(crate) const METHODS: [&str; 19] = [
    "im.notify",
    "im.notify.personal.add",
    "im.notify.system.add",
    "im.notify.get",
    "im.notify.read",
    "im.notify.read.list",
    "im.notify.read.all",
    "im.notify.confirm",
    "im.notify.answer",
    "im.notify.delete",
    "im.counters.get",
    "im.recent.list",
    "im.recent.get",
    "im.message.add",
    "im.dialog.messages.get",
    "im.dialog.read",
    "im.v2.event.subscribe",
    "im.v2.event.unsubscribe",
    "im.v2.event.get",
];

/// Calls a method of the messenger.
pub(crate) fn call(portal: &Portal, method: &str, params: &Params, call: &Call<'_>) -> Outcome {
    let user = call.user.id;
    match method {
        "im.notify.personal.add" => notices::add(portal, params, user, call),
        "im.notify.system.add" => notices::add(portal, params, 0, call),
        "im.notify" => {
            let system = params::text(params, "TYPE").as_deref() == Some("SYSTEM");
            notices::add(portal, params, if system { 0 } else { user }, call)
        }
        "im.notify.get" => Ok(Reply::of(notices::page(portal, params, user))),
        "im.notify.read" => Ok(notices::read(portal, params, user)),
        "im.notify.read.list" => notices::read_list(portal, params, user),
        "im.notify.read.all" => Ok(notices::read_all(portal, user)),
        "im.notify.confirm" => notices::confirm(portal, params, user),
        "im.notify.answer" => notices::answer(portal, params, user),
        "im.notify.delete" => notices::delete(portal, params, user),
        "im.counters.get" => Ok(Reply::of(chats::counters(portal, user))),
        "im.message.add" => chats::write(portal, params, user),
        "im.dialog.messages.get" => chats::messages(portal, params, user),
        "im.dialog.read" => chats::read(portal, params, user),
        "im.v2.event.subscribe" => {
            portal.messenger.lock().feed.subscribe(user);
            Ok(Reply::of(json!({"result": true})))
        }
        "im.v2.event.unsubscribe" => {
            portal.messenger.lock().feed.unsubscribe(user);
            Ok(Reply::of(json!({"result": true})))
        }
        "im.v2.event.get" => Ok(Reply::of(portal.messenger.lock().feed.get(user, params))),
        _ => Ok(Reply::of(chats::recent(portal, params, user))),
    }
}
