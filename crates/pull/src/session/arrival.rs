//! What arrives: from a frame to the batch for the owner.

use std::time::Duration;

use super::{Effect, Now, Phase, Session, command, ledger::Taken};
use crate::{
    event::{Event, SenderType},
    status::TransportKind,
    wire::{self, Frame, Message},
};

/// Presence older than this says nothing any more (as official clients have it).
const PRESENCE_LASTS: Duration = Duration::from_secs(240);

impl Session {
    pub(super) fn frame(&mut self, frame: Frame<'_>, now: Now) {
        self.heard(now);
        if !matches!(self.phase, Phase::Online { .. }) {
            return;
        }
        let messages = self.decode(frame);
        if !messages.is_empty() {
            self.worked();
            if let Some(messages) = self.hold_back(messages, now) {
                let news = self.take(messages, now);
                self.polling.note_news(news);
                if self.status.transport == Some(TransportKind::WebSocket) {
                    self.ledger.end_history();
                }
            }
        }
        self.confirm_receipts();
    }

    /// The messages of a frame; everything else it says is dealt with here.
    pub(super) fn decode(&mut self, frame: Frame<'_>) -> Vec<Message> {
        let decoded = wire::decode(frame);
        for fault in &decoded.faults {
            tracing::debug!(%fault, "a message was not understood");
        }
        for signal in decoded.signals {
            self.signal(signal);
        }
        decoded.messages
    }

    /// Books messages and gives what is new to the owner. Whether there was anything new.
    pub(super) fn take(&mut self, messages: Vec<Message>, now: Now) -> bool {
        let mut taken = self.ledger.begin_batch();
        let mut commands = Vec::new();
        for message in messages {
            self.note_revision(message.body.revision);
            let Some(replayed) = self.ledger.take(&message, &mut taken) else {
                continue;
            };
            let from_client = message
                .sender
                .as_ref()
                .is_some_and(|sender| sender.kind == SenderType::Client);
            if message.body.module == "pull" && !from_client {
                if command::replaces_a_channel(&message.body.command) {
                    // Events of the new channel are made from here on, and what arrives behind this in the other one
                    // must not take the cursor past them.
                    self.ledger.freeze();
                    let made = message.body.server_time.or_else(|| self.server_now(now));
                    self.note_replacement(made);
                }
                commands.push((message.body.command, message.body.params));
            } else if let Some(event) = self.event(message, replayed, now) {
                taken.events.push(event);
            }
        }
        if !taken.events.is_empty() {
            self.status.last_event = Some(now.wall);
        }
        let news = self.deliver(taken);
        for (command, params) in commands {
            self.command(&command, &params, now);
        }
        news
    }

    /// Gives what was taken to the owner, together with the delivery before it if that is still here. Whether there was
    /// anything new.
    fn deliver(&mut self, taken: Taken) -> bool {
        let joined = match self.effects.back_mut() {
            Some(Effect::Deliver(before)) => self.ledger.join_batch(before, taken),
            Some(_) | None => Err(taken),
        };
        joined.unwrap_or_else(|taken| {
            let batch = self.ledger.close_batch(taken);
            let news = batch.is_some();
            self.effects.extend(batch.map(Effect::Deliver));
            news
        })
    }

    /// Whether more frames may be taken before what came of the last ones is carried out.
    pub(crate) fn may_gather(&self) -> bool {
        self.wants_frames() && self.effects.iter().all(|effect| matches!(effect, Effect::Deliver(_)))
    }

    /// Says what is stored, to servers that wait for it.
    pub(super) fn confirm_receipts(&mut self) {
        for mid in self.ledger.take_receipts() {
            if matches!(self.phase, Phase::Online { .. }) {
                self.effects.push_back(Effect::Send(wire::outgoing::mack(&mid)));
            }
        }
    }

    /// The event for the owner; nothing for presence that is out of date.
    fn event(&self, message: Message, replayed: bool, now: Now) -> Option<Event> {
        let made = message.body.server_time.or(message.created);
        let age = made.map(|made| {
            let age = now.wall.duration_since(made) - self.shift;
            Duration::try_from(age).unwrap_or_default()
        });
        if message.body.module == "online" && age.is_some_and(|age| age >= PRESENCE_LASTS) {
            return None;
        }
        Some(Event {
            mid: message.mid,
            module: message.body.module,
            command: message.body.command,
            params: message.body.params,
            sender: message.sender,
            server_time: made,
            age,
            replayed,
        })
    }
}
