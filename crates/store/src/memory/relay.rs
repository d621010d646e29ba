//! The relay queue in memory.
use std::collections::BTreeMap;

use hotstart_core::failure::Code;
use hotstart_core::ports::{RelayAnswerable, RelayChange, RelayEvent, RelayItem, RelayReply, RelayStored};

use crate::limits;

/// Events and answers, in their order.
#[derive(Debug, Default)]
pub(super) struct Relay {
    items: Vec<RelayItem>,
    /// By base and id, with what is known of those that have left the queue.
    known: BTreeMap<(String, String), RelayAnswerable>,
    replies: Vec<RelayReply>,
    last: u64,
}

impl Relay {
    /// The base, if an event was added for it.
    pub(super) fn change(&mut self, change: RelayChange) -> Option<String> {
        match change {
            RelayChange::Added(event) => {
                let key = (event.base.clone(), event.id.clone());
                if self.known.contains_key(&key) {
                    return None;
                }
                self.known.insert(key, RelayAnswerable::Settled);
                let base = event.base.clone();
                self.add(event);
                return Some(base);
            }
            RelayChange::Filled(number, data) => self.with(number, |item| {
                item.event.data = data;
                item.event.reads = false;
            }),
            RelayChange::Done(number, reply) => self.done(number, reply),
            RelayChange::Answered(reply) => {
                let of = |item: &&mut RelayItem| item.event.base == reply.base && item.event.id == reply.id;
                let mut wanted = self.pay(&reply);
                for item in self.items.iter_mut().filter(of) {
                    wanted |= std::mem::take(&mut item.event.answer);
                }
                if wanted {
                    self.reply(reply);
                }
            }
            RelayChange::Tried(number, attempts) => self.with(number, |item| item.attempts = attempts),
            RelayChange::Dead(number, code) => self.with(number, |item| item.dead = Some(code)),
            RelayChange::Again(number) => {
                let at = self
                    .items
                    .iter()
                    .position(|item| item.number == number && item.dead.is_some());
                if let Some(at) = at {
                    let item = self.items.remove(at);
                    self.add(item.event);
                }
            }
            RelayChange::Forgotten(number) => {
                self.items.retain(|item| item.number != number || item.dead.is_none());
            }
            RelayChange::Replied(number) => self.replies.retain(|reply| reply.number != number),
            RelayChange::ReplyTried(number, attempts) => {
                for reply in self.replies.iter_mut().filter(|reply| reply.number == number) {
                    reply.attempts = attempts;
                }
            }
            RelayChange::Renamed { from, to } => self.rename(&from, &to),
        }
        None
    }

    pub(super) fn waiting(&self, base: &str, after: u64, most: usize) -> Vec<RelayItem> {
        let waits = |item: &&RelayItem| item.event.base == base && item.dead.is_none() && item.number > after;
        self.items.iter().filter(waits).take(most).cloned().collect()
    }

    pub(super) fn replies(&self, portal: &str, most: usize) -> Vec<RelayReply> {
        let of = |reply: &&RelayReply| reply.portal == portal;
        self.replies.iter().filter(of).take(most).cloned().collect()
    }

    /// What is known of events that a base answers.
    pub(super) fn answerable(&self, base: &str, ids: &[String]) -> Vec<Option<RelayAnswerable>> {
        let one = |id: &String| {
            let mut items = self.items.iter().rev();
            if let Some(item) = items.find(|item| item.event.base == base && item.event.id == *id) {
                return Some(RelayAnswerable::Queued(Box::new(item.clone())));
            }
            self.known.get(&(base.to_owned(), id.clone())).cloned()
        };
        ids.iter().map(one).collect()
    }

    fn done(&mut self, number: u64, reply: Option<RelayReply>) {
        let at = self.items.iter().position(|item| item.number == number);
        let gone = at.map(|at| self.items.remove(at).event);
        match (gone, reply) {
            (Some(gone), Some(reply)) if gone.answer => self.reply(reply),
            (Some(gone), None) if gone.answer => {
                if let Some(entity) = gone.entity {
                    let portal = gone.portal;
                    self.known
                        .insert((gone.base, gone.id), RelayAnswerable::Owed { portal, entity });
                }
            }
            (None, Some(reply)) if self.pay(&reply) => self.reply(reply),
            (Some(_) | None, Some(_) | None) => {}
        }
    }

    fn reply(&mut self, mut reply: RelayReply) {
        self.last += 1;
        reply.number = self.last;
        self.replies.push(reply);
    }

    /// Whether an answer was owed; it is not any more.
    fn pay(&mut self, reply: &RelayReply) -> bool {
        let known = self.known.get_mut(&(reply.base.clone(), reply.id.clone()));
        known.is_some_and(|known| {
            let before = std::mem::replace(known, RelayAnswerable::Settled);
            matches!(before, RelayAnswerable::Owed { .. })
        })
    }

    pub(super) fn stored(&self) -> RelayStored {
        let mut stored = RelayStored::default();
        for item in &self.items {
            if item.dead.is_some() {
                stored.dead.insert(0, item.clone());
            } else {
                count(&mut stored.waiting, &item.event.base);
            }
        }
        for reply in &self.replies {
            count(&mut stored.replies, &reply.portal);
        }
        stored
    }

    /// Gives up the oldest of too many that wait; returns them. Memory is bounded like the disk.
    pub(super) fn trim(&mut self) -> Vec<RelayItem> {
        let waiting = self.items.iter().filter(|item| item.dead.is_none()).count();
        let over = waiting.saturating_sub(limits::RELAY_WAITING);
        let mut given_up = Vec::new();
        for item in self.items.iter_mut().filter(|item| item.dead.is_none()).take(over) {
            item.dead = Some(Code::RelayFull.as_str().to_owned());
            given_up.push(item.clone());
        }
        given_up
    }

    fn add(&mut self, event: RelayEvent) {
        self.last += 1;
        self.items.push(RelayItem {
            number: self.last,
            event,
            attempts: 0,
            dead: None,
        });
    }

    fn rename(&mut self, from: &str, to: &str) {
        let items = self.items.iter_mut().map(|item| &mut item.event.base);
        let replies = self.replies.iter_mut().map(|reply| &mut reply.base);
        for base in items.chain(replies).filter(|base| *base == from) {
            to.clone_into(base);
        }
        let renamed = |((base, id), owed)| ((if base == from { to.to_owned() } else { base }, id), owed);
        self.known = std::mem::take(&mut self.known).into_iter().map(renamed).collect();
    }

    fn with(&mut self, number: u64, change: impl FnOnce(&mut RelayItem)) {
        if let Some(item) = self.items.iter_mut().find(|item| item.number == number) {
            change(item);
        }
    }
}

fn count(counts: &mut Vec<(String, u64)>, name: &str) {
    if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == name) {
        *count += 1;
    } else {
        counts.push((name.to_owned(), 1));
        counts.sort();
    }
}
