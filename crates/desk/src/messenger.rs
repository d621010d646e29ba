//! The messenger of a portal, over REST: typed answers become what the rules of the core compare.
use std::collections::BTreeMap;

use bitrix24::rest::{Notification, RecentDialog, Rest, RestError, RestErrorKind};
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::NoteButton;
use hotstart_core::notification::{BellRow, Bells, DialogRow, FeedEvent, LastMessage, feed_event};
use hotstart_core::polling::{Counters, Feed, Look};
use hotstart_core::ports::{Act, Looked, Messenger, Waiting};

use crate::portals::RestPortals;

/// Notifications of one page, the most that a portal gives.
const PAGE: u64 = 50;
/// Pages of the bell after a gap, and between two rounds of polling.
const PAGES: u32 = 4;
/// Dialogs after a gap, and between two rounds.
const DIALOGS: u64 = 200;
const DIALOGS_BETWEEN: u64 = 50;
/// Events of the queue at a time, the most that a portal gives.
const EVENTS: u64 = 1000;

/// The messenger over whatever connection a portal has.
pub struct RestMessenger {
    portals: RestPortals,
}

impl RestMessenger {
    /// Asks through `portals`.
    pub const fn new(portals: RestPortals) -> Self {
        Self { portals }
    }
}

impl Messenger for RestMessenger {
    fn counters(&self, portal: String) -> Waiting<Result<Counters, Failure>> {
        let portals = self.portals.clone();
        Box::pin(async move {
            let rest = portals.rest(&portal).await?.once();
            let unread = rest
                .im_unread()
                .await
                .map_err(|error| failed(&portals, &portal, &error))?;
            let kinds = [
                ("chat", unread.chat),
                ("lines", unread.lines),
                ("dialog", unread.dialog),
                ("chat-marked", unread.chat_unread),
                ("dialog-marked", unread.dialog_unread),
            ];
            let dialogs = kinds.into_iter().flat_map(|(kind, entries)| {
                let dialogs = entries.0.into_iter();
                dialogs.map(move |(dialog, many)| (format!("{kind}:{dialog}"), many.0))
            });
            Ok(Counters {
                bell: unread.types.notify,
                dialogs: dialogs.collect(),
            })
        })
    }

    fn look(&self, portal: String, look: Look) -> Waiting<Result<Looked, Failure>> {
        let portals = self.portals.clone();
        Box::pin(async move {
            let rest = portals.rest(&portal).await?.once();
            let looked = look_at(&rest, look).await;
            looked.map_err(|error| failed(&portals, &portal, &error))
        })
    }

    fn act(&self, portal: String, act: Act) -> Waiting<Result<Vec<String>, Failure>> {
        let portals = self.portals.clone();
        Box::pin(async move {
            let rest = portals.rest(&portal).await?;
            let done = do_it(&rest, &act).await;
            done.map_err(|error| not_done(&act, &error, failed(&portals, &portal, &error)))
        })
    }
}

fn failed(portals: &RestPortals, portal: &str, error: &RestError) -> Failure {
    portals.failed(portal, error).with("scope", "im")
}

/// An answer that nobody acknowledged may have arrived; one that the portal does not want has come too late.
fn not_done(act: &Act, error: &RestError, failure: Failure) -> Failure {
    let answers = match act {
        Act::Confirm { .. } | Act::AnswerBell { .. } => true,
        Act::Message { .. } => false,
        Act::ReadBells(_) | Act::ReadDialog { .. } => return failure,
    };
    let kind = error.kind();
    let code = if matches!(
        kind,
        RestErrorKind::Timeout | RestErrorKind::Server | RestErrorKind::NotJson
    ) {
        Code::AnswerUnsure
    } else if answers && matches!(kind, RestErrorKind::Refused | RestErrorKind::NotFound) {
        Code::AnswerGone
    } else {
        return failure;
    };
    Failure { code, ..failure }
}

async fn do_it(rest: &Rest, act: &Act) -> Result<Vec<String>, RestError> {
    match act {
        Act::ReadBells(ids) => {
            match ids.as_slice() {
                [] => {}
                // Without a list it is said that only this one is meant.
                [id] => rest.im_notify_read(*id, true).await?,
                ids => rest.im_notify_read_list(ids, true).await?,
            }
            Ok(Vec::new())
        }
        Act::ReadDialog { dialog, up_to } => rest.im_dialog_read(dialog, Some(*up_to)).await.map(|()| Vec::new()),
        Act::Confirm { id, value } => rest.im_notify_press(*id, value).await,
        Act::AnswerBell { id, text } => rest.im_notify_answer(*id, text).await,
        Act::Message { dialog, text } => rest.im_message_add(dialog, text).await.map(|_| Vec::new()),
    }
}

async fn look_at(rest: &Rest, look: Look) -> Result<Looked, RestError> {
    let mut looked = Looked::default();
    if look.bells {
        let (bells, requests) = bells(rest, if look.thorough { PAGES } else { 1 }).await?;
        looked.snapshot.bells = Some(bells);
        looked.requests += requests;
    }
    if look.dialogs {
        if let Some(feed) = look.feed {
            looked.requests += read_feed(rest, feed, &mut looked).await?;
        }
        let most = if look.thorough { DIALOGS } else { DIALOGS_BETWEEN };
        let page = rest.im_recent_list(0, most).await?;
        looked.requests += 1;
        looked.snapshot.dialogs = Some(page.items.into_iter().map(dialog_row).collect());
    }
    Ok(looked)
}

/// The bell from its beginning until all that is unread was seen.
async fn bells(rest: &Rest, most: u32) -> Result<(Bells, u32), RestError> {
    let mut bells = Bells::default();
    let (mut behind, mut unread, mut requests) = (None, 0, 0);
    while requests < most {
        let page = rest.im_notify_get_marked_up(PAGE, behind).await?;
        requests += 1;
        let names: BTreeMap<u64, String> = page.users.0.into_iter().map(|(_, user)| (user.id, user.name)).collect();
        let last = page.notifications.last().map(|last| (last.id, last.notify_type));
        bells.complete = (page.notifications.len() as u64) < PAGE;
        unread += page.notifications.iter().filter(|row| !row.read).count() as u64;
        bells
            .rows
            .extend(page.notifications.into_iter().map(|row| bell_row(row, &names)));
        if bells.complete || unread >= page.total_unread_count || last == behind {
            break;
        }
        behind = last;
    }
    Ok((bells, requests))
}

/// One page of the queue and no more: asking for the next one makes the portal forget this one, so it has to be stored
/// first.
async fn read_feed(rest: &Rest, feed: Feed, looked: &mut Looked) -> Result<u32, RestError> {
    let mut requests = 0;
    let offset = match feed {
        Feed::Begin => {
            rest.im_event_subscribe().await?;
            requests += 1;
            None
        }
        Feed::From(offset) => Some(offset),
    };
    let page = rest.im_event_get(offset, EVENTS).await?;
    requests += 1;
    let events = page.events.into_iter();
    let events = events.filter_map(|event| feed_event(&event.kind, timestamp(&event.date), event.data));
    let events: Vec<FeedEvent> = events.collect();
    looked.snapshot.feed.extend(events);
    looked.snapshot.offset = page.next_offset;
    Ok(requests)
}

fn bell_row(row: Notification, names: &BTreeMap<u64, String>) -> BellRow {
    let buttons = row.buttons().into_iter().map(|button| NoteButton {
        agrees: button.kind == "accept",
        title: button.title,
        value: button.value,
    });
    BellRow {
        buttons: buttons.collect(),
        id: row.id,
        kind: row.notify_type,
        author: row.author_id,
        author_name: names.get(&row.author_id).cloned().unwrap_or_default(),
        at: timestamp(&row.date),
        tag: row.notify_tag,
        title: row.notify_title,
        text: row.text,
        setting: row.setting_name,
        read: row.read,
    }
}

fn dialog_row(row: RecentDialog) -> DialogRow {
    let group = row.kind != "user" && row.id.parse::<u64>().is_err();
    let author_name = |author: u64| {
        let user = row.user.as_ref().filter(|user| user.id == author);
        user.map(|user| user.name.clone()).unwrap_or_default()
    };
    let last = row.message.as_ref().map(|message| LastMessage {
        id: message.id,
        author: message.author_id,
        author_name: author_name(message.author_id),
        text: message.text.clone(),
        at: timestamp(&message.date),
    });
    DialogRow {
        muted_by: row.muted_by(),
        group,
        last,
        chat: row.chat_id,
        unread: row.counter,
        dialog: row.id,
        title: row.title,
    }
}

/// A moment of the portal, `2026-11-21T23:00:00+03:00`.
fn timestamp(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(|moment| Timestamp(moment.as_millisecond()))
}
