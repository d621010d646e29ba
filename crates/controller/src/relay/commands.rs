//! Commands that come through a portal, and events that a base wants: both join the transaction of their event, so that
//! what is acknowledged to the portal is in the queue.
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::Source;
use hotstart_core::notification::{PortalEvent, Snapshot};
use hotstart_core::ports::{RelayChange, Transaction};
use hotstart_core::relay::{Author, Order, What, event_id, events_of, order, without_command};
use hotstart_core::texts::Key;
use serde_json::{Value, json};

use crate::controller::Controller;

/// The most letters of a title and of a text that a command may bring.
const TITLE: usize = 120;
const TEXT: usize = 500;

/// A command that is older than this many milliseconds is not heeded when the bell is looked through.
const RECENT_MS: u64 = 24 * 60 * 60 * 1000;

/// What is left of an event for the inbox.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    /// These parameters instead of its own.
    pub(crate) params: Option<Value>,
    /// Nothing is left.
    pub(crate) nothing: bool,
    /// Where a click leads instead.
    pub(crate) link: Option<String>,
}

impl Controller {
    /// Heeds an event that a base wants, or that is a command.
    pub(crate) fn heed(&mut self, event: &PortalEvent<'_>, now: Timestamp, transaction: &mut Transaction) -> Rest {
        let events = events_of(&self.state.settings, event, now);
        transaction.relay.extend(events.into_iter().map(RelayChange::Added));
        self.heed_command(event, now, transaction)
    }

    /// Commands among the notifications that a look at the bell has found, for where the channel was silent: each once,
    /// and none of yesterday.
    pub(crate) fn heed_bells(&mut self, portal: &str, snapshot: &Snapshot) -> Transaction {
        let now = self.now();
        let mut transaction = Transaction::default();
        let rows = snapshot.bells.iter().flat_map(|bells| &bells.rows);
        let mut rows: Vec<_> = rows.filter(|row| !row.read).collect();
        rows.sort_by_key(|row| row.id);
        for row in rows {
            let params = json!({
                "id": row.id, "userId": row.author, "settingName": row.setting, "text": row.text,
            });
            let event = PortalEvent {
                portal,
                mid: "",
                module: "im",
                command: "notifyAdd",
                params: &params,
                from_client: false,
                server_time: row.at,
            };
            let recent = row.at.is_some_and(|at| now.since(at) < RECENT_MS);
            let is_command = recent && order(&self.state.settings, &event, now).is_some();
            if is_command && !self.relay.heard_before(&format!("{portal}/notify/{}", row.id)) {
                self.heed_command(&event, now, &mut transaction);
            }
        }
        transaction
    }

    fn heed_command(&mut self, event: &PortalEvent<'_>, now: Timestamp, transaction: &mut Transaction) -> Rest {
        let settings = &self.state.settings;
        let Some(read) = order(settings, event, now) else {
            return Rest::default();
        };
        let read = read.and_then(|order| {
            if self.relay.limit.admits(&order.portal, &order.command.what, now) {
                Ok(order)
            } else {
                Err(Failure::new(Code::CommandLimit).with("portal", event.portal))
            }
        });
        match read {
            Ok(order) => self.obey(&order, event, now, transaction),
            Err(failure) => {
                tracing::info!(
                    portal = event.portal,
                    code = failure.code_text(),
                    "a command was not obeyed"
                );
                let record = self.entry("command", event.portal, "desk", &event_id(event), now);
                let language = self.state.settings.language;
                transaction
                    .journal
                    .push(record.with_failure(Outcome::Refused, &failure, language));
                // The user still sees what came.
                Rest::default()
            }
        }
    }

    fn obey(&mut self, order: &Order, event: &PortalEvent<'_>, now: Timestamp, transaction: &mut Transaction) -> Rest {
        let link = order.link();
        let (target, what) = match &order.command.what {
            What::Open { .. } => ("desk".to_owned(), "open".to_owned()),
            What::Notify { .. } => ("desk".to_owned(), "notify".to_owned()),
            What::Relay { operation, .. } => {
                let base = order.event(now).map(|event| event.base).unwrap_or_default();
                (base, operation.clone())
            }
        };
        let author = match &order.author {
            Author::User(id) => format!("user {id}"),
            Author::Application(id) => id.clone(),
        };
        let record = JournalRecord {
            details: format!("{what} ({author})"),
            ..self.entry(
                "command",
                event.portal,
                &target,
                link.as_deref().unwrap_or(&order.id),
                now,
            )
        };
        transaction.journal.push(record);
        let by_line = !event.command.starts_with("hotstart.");
        let left = by_line.then(|| without_command(event.params)).flatten();
        let mut rest = Rest {
            nothing: left.is_none(),
            params: left,
            link: None,
        };
        match &order.command.what {
            What::Relay { .. } => transaction.relay.extend(order.event(now).map(RelayChange::Added)),
            What::Open { .. } if !order.stale => {
                self.relay
                    .to_open
                    .push((event.portal.to_owned(), order.id.clone(), link.unwrap_or_default()));
            }
            // Nobody waits for it any more: it is for the inbox.
            What::Open { .. } => {
                let note = self.note_of(order, link.as_deref().unwrap_or_default(), "", link.clone(), now);
                transaction.notes.push(note);
            }
            What::Notify { .. } if by_line && !rest.nothing => rest.link = link,
            What::Notify { title, text } => {
                let about = order
                    .command
                    .entity
                    .map(|entity| entity.to_string())
                    .unwrap_or_default();
                let text = if text.is_empty() { &about } else { text };
                let note = self.note_of(order, text, title, link.clone(), now);
                transaction.notes.push(note);
            }
        }
        rest
    }

    fn note_of(&self, order: &Order, text: &str, title: &str, link: Option<String>, now: Timestamp) -> Note {
        let plain = |text: &str, most: usize| -> String {
            let visible = text.chars().filter(|letter| !letter.is_control() || *letter == '\n');
            visible.take(most).collect::<String>().trim().to_owned()
        };
        let title = plain(title, TITLE);
        Note {
            id: format!("command:{}", order.id),
            portal: order.portal.clone(),
            title: if title.is_empty() {
                self.say(Key::MenuInbox, &[])
            } else {
                title
            },
            text: plain(text, TEXT),
            link,
            tag: None,
            at: now,
            read: false,
            toast: self.state.settings.notifications.toasts,
            kind: NoteKind::Own,
            buttons: Vec::new(),
        }
    }

    /// The events of a portal are stored: what their commands open opens now.
    pub(crate) fn open_ordered(&mut self, portal: &str, stored: bool) {
        let (mine, others) = std::mem::take(&mut self.relay.to_open)
            .into_iter()
            .partition(|(of, ..)| of == portal);
        self.relay.to_open = others;
        let mine: Vec<(String, String, String)> = mine;
        // What is not stored comes again.
        for (_, id, link) in mine.into_iter().filter(|_| stored) {
            if !self.relay.opened_before(&id) {
                self.open_link(link, Source::PortalCommand, None);
            }
        }
    }
}
