//! The owner with its durable store: commits late, gives up, is killed; and what must hold at every commit.

use std::collections::{HashSet, VecDeque};

use bitrix24_pull::{
    Mid, Position, State,
    session::{Batch, Input},
};

use crate::{
    server,
    world::{Due, World},
};

/// The store and what waits before it.
#[derive(Default)]
pub(crate) struct Owner {
    /// Durable.
    pub(crate) position: Option<Position>,
    /// Durable.
    pub(crate) seen: Vec<Mid>,
    pub(crate) seen_set: HashSet<String>,
    /// Received and not yet committed.
    pub(crate) waiting: VecDeque<Batch>,
    committing: bool,
    /// Nothing is committed before then.
    pub(crate) stalled_until: u64,
    /// The next commits fail.
    pub(crate) failing: u64,
    /// Slowest commit.
    pub(crate) slowest: u64,
}

/// Order of a position among the server's messages.
pub(crate) fn order_of(position: &Position) -> Option<(u64, u64)> {
    if let Some(mid) = position.mid() {
        return server::order_of_mid(mid.as_str());
    }
    let fields = serde_json::to_value(position).unwrap();
    server::order_of_moment(fields["tag"].as_str()?, fields["time"].as_str()?)
}

/// The channels of a position, as a hash.
pub(crate) fn channels_of(position: &Position) -> Option<String> {
    let fields = serde_json::to_value(position).unwrap();
    fields["channels"].as_str().map(str::to_owned)
}

impl World {
    pub(crate) fn deliver(&mut self, batch: Batch) {
        let numbers: Vec<u64> = batch.events.iter().filter_map(number_of).collect();
        let (gap, order) = (batch.gap, order_of(&batch.position));
        self.note(|| format!("delivery {numbers:?} {gap:?} up to {order:?}"));
        if numbers.len() != batch.events.len() {
            self.fail("events: one that nobody published");
        }
        for event in &batch.events {
            if event.mid.as_ref().is_none_or(|mid| !batch.seen.contains(mid)) {
                self.fail("events: one whose id is not to be stored with it");
            }
        }
        for number in numbers {
            if self.book.is_committed(number) {
                self.fail(format!("twice: {number} was committed before"));
            }
            let held = |held: &Batch| held.events.iter().any(|event| number_of(event) == Some(number));
            if self.owner.waiting.iter().any(held) {
                self.fail(format!("twice: {number} is with the owner"));
            }
            if let Some(old) = self.book.check_age(number) {
                self.fail(old);
            }
        }
        self.owner.waiting.push_back(batch);
        let most = self.plan.limits.unacknowledged + 4;
        if self.owner.waiting.len() > most {
            self.fail(format!("bounds: {} deliveries wait", self.owner.waiting.len()));
        }
        self.commit_later();
    }

    fn commit_later(&mut self) {
        if !self.owner.committing && !self.owner.waiting.is_empty() {
            self.owner.committing = true;
            let wait = self.chance.within(0, self.owner.slowest.max(1));
            let at = (self.time + wait).max(self.owner.stalled_until);
            let life = self.life;
            self.at(at, Due::Commit(life));
        }
    }

    pub(crate) fn commit(&mut self, life: u64) {
        if life != self.life {
            return;
        }
        self.owner.committing = false;
        let now = self.now();
        if self.owner.failing > 0 && !self.owner.waiting.is_empty() {
            self.owner.failing -= 1;
            // This one and everything behind it.
            self.note(|| "the owner gives up".to_owned());
            for batch in std::mem::take(&mut self.owner.waiting) {
                self.session.handle(Input::Receipt(batch.ticket, false), now);
            }
            return;
        }
        // Several together, as a store does it that gathers.
        let most = self.chance.within(1, 4);
        let mut tickets = Vec::new();
        for _ in 0..most {
            let Some(batch) = self.owner.waiting.pop_front() else {
                break;
            };
            self.store(&batch);
            tickets.push(batch.ticket);
        }
        if self.chance.percent(10) {
            tickets.reverse();
        }
        for ticket in tickets {
            self.session.handle(Input::Receipt(ticket, true), now);
        }
        self.commit_later();
    }

    /// One transaction.
    fn store(&mut self, batch: &Batch) {
        let before = self.owner.position.as_ref().and_then(order_of);
        let after = order_of(&batch.position);
        self.note(|| format!("stored up to {after:?}"));
        match (before, after) {
            (Some(before), Some(after)) if after < before => {
                self.fail(format!("cursor: goes back from {before:?} to {after:?}"));
            }
            (Some(before), None) => self.fail(format!("cursor: forgets {before:?}")),
            (Some(_) | None, Some(_)) | (None, None) => {}
        }
        for mid in &batch.seen {
            self.owner.seen_set.insert(mid.as_str().to_owned());
        }
        self.owner.seen.extend(batch.seen.iter().cloned());
        for event in &batch.events {
            if let Some(number) = number_of(event) {
                match self.book.commit(number, self.plan.version > 4, self.time) {
                    Ok(()) => {}
                    Err(wrong) => self.fail(wrong),
                }
            }
        }
        if let Some(gap) = batch.gap {
            self.book.gap(gap, self.time);
        }
        self.owner.position = Some(batch.position.clone());
        self.book.stored(after.is_some(), self.time);
        let channels = channels_of(&batch.position).and_then(|hash| self.portal.fingerprints.get(&hash).cloned());
        if let (Some(after), Some(channels)) = (after, channels) {
            self.check_position(&channels, after);
        }
    }

    /// The client dies and is started again from what is stored.
    pub(crate) fn kill(&mut self) {
        self.note(|| "KILL".to_owned());
        self.life += 1;
        self.owner.waiting.clear();
        self.owner.committing = false;
        self.request = None;
        if let Some(line) = self.line.take() {
            self.hang_up(line.conn);
        }
        if let Some(look) = self.look.take() {
            self.hang_up(look);
        }
        let resume = (self.owner.position.clone(), self.owner.seen.clone());
        let now = self.now();
        self.session = crate::client::session(&self.plan, &mut self.chance, resume, now);
        let wait = if self.chance.percent(70) {
            self.chance.within(0, 2000)
        } else {
            self.chance.within(0, 120_000)
        };
        self.after(wait, Due::Start);
    }

    /// Nothing is confirmed to the server that is not stored.
    pub(crate) fn check_receipt(&mut self, mid: &str) {
        if !self.owner.seen_set.contains(mid) && !self.book.is_older_than_begin(mid) {
            self.fail(format!("mack: {mid} is not stored"));
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        self.session.status().state == State::Online
    }
}

fn number_of(event: &bitrix24_pull::Event) -> Option<u64> {
    let params: serde_json::Value = serde_json::from_str(event.params.get()).ok()?;
    params["n"].as_u64()
}
