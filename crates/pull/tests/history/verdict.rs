//! The checker: what was published, what was stored, and whether the two fit.

use std::collections::BTreeMap;

use bitrix24_pull::Gap;

use crate::{
    server::{Item, Letter},
    world::World,
};

/// One published message.
#[derive(Debug, Clone)]
struct Fact {
    order: (u64, u64),
    mid: String,
    channels: Vec<String>,
    /// When it was published.
    at: u64,
    /// The server keeps it and it is an event of the portal.
    required: bool,
    /// It has a place among the others: the server keeps it for long.
    ordered: bool,
    /// When the server forgets it.
    until: u64,
    /// The server has lost it.
    lost: bool,
    reordered: bool,
    committed: Option<u64>,
}

/// The connection with which reading began.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    conn: u64,
    opened: u64,
    life: u64,
    polling: bool,
}

/// What happened, as far as the checks need it.
#[derive(Default)]
pub(crate) struct Book {
    facts: BTreeMap<u64, Fact>,
    next: u64,
    first: Option<Beginning>,
    /// The same of this life, from which the session may reckon although nothing is stored yet.
    earliest: Option<Beginning>,
    /// The beginning is durable.
    begun: bool,
    /// JSON-RPC: since when there is a cursor.
    cursor_since: Option<u64>,
    joined: BTreeMap<u64, u64>,
    ended: BTreeMap<u64, u64>,
    gaps: Vec<(Gap, u64)>,
    /// Newest event stored, by channel.
    newest: BTreeMap<String, (u64, u64)>,
    pub(crate) looks_failed: bool,
    pub(crate) looks_hung: bool,
    /// What a look brings after the time in which it is answered may have been overtaken.
    pub(crate) looks_slow: bool,
    /// The network fell silent while long polling, or somebody else answered: a lone event is let through after two seconds, out of its order if
    /// another one was skipped just before it.
    pub(crate) silent_polling: bool,
}

impl Book {
    pub(crate) fn next_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn published(&mut self, letter: &Letter, item: &Item, now: u64) {
        let fact = Fact {
            order: item.order,
            mid: item.mid.clone(),
            channels: item.channels.clone(),
            at: now,
            required: item.kept && letter.module == "im",
            ordered: letter.expiry > 1000,
            until: item.until,
            lost: false,
            reordered: false,
            committed: None,
        };
        self.facts.insert(letter.number, fact);
    }

    pub(crate) fn is_committed(&self, number: u64) -> bool {
        self.facts.get(&number).is_some_and(|fact| fact.committed.is_some())
    }

    pub(crate) fn committed(&self) -> usize {
        self.facts.values().filter(|fact| fact.committed.is_some()).count()
    }

    pub(crate) fn gaps(&self) -> impl Iterator<Item = Gap> {
        self.gaps.iter().map(|(gap, _)| *gap)
    }

    pub(crate) fn commit(&mut self, number: u64, json_rpc: bool, now: u64) -> Result<(), String> {
        let beginning = self.beginning(json_rpc);
        let excused = self.looks_failed
            || self.looks_hung
            || self.looks_slow
            || self.silent_polling
            || self.gaps().any(|gap| gap == Gap::ReplayLimited);
        let Some(fact) = self.facts.get_mut(&number) else {
            return Err(format!("events: {number} was never published"));
        };
        if fact.committed.is_some() {
            return Err(format!("twice: {number} is committed again"));
        }
        fact.committed = Some(now);
        // What was published before the first connection heard anything comes if it comes.
        if !fact.ordered || !fact.required || fact.reordered || fact.at <= beginning {
            return Ok(());
        }
        // While a channel is being replaced, what is also in the other one comes by that one.
        for channel in fact.channels.iter().filter(|_| fact.channels.len() == 1) {
            let newest = self.newest.entry(channel.clone()).or_default();
            if fact.order < *newest && !excused {
                return Err(format!("order: {number} comes behind {newest:?}"));
            }
            *newest = fact.order.max(*newest);
        }
        Ok(())
    }

    pub(crate) fn gap(&mut self, gap: Gap, now: u64) {
        self.gaps.push((gap, now));
    }

    pub(crate) fn reordered(&mut self, items: &[Item]) {
        for item in items {
            if let Some(fact) = self.facts.get_mut(&item.number) {
                fact.reordered = true;
            }
        }
    }

    pub(crate) fn lost(&mut self, numbers: &[u64]) {
        for number in numbers {
            if let Some(fact) = self.facts.get_mut(number) {
                fact.lost = true;
            }
        }
    }

    /// A connection stands for the client; `fresh`: nothing is stored yet.
    pub(crate) fn opened(&mut self, conn: u64, now: u64, fresh: bool, life: u64, polling: bool) {
        if fresh {
            let beginning = Beginning {
                conn,
                opened: now,
                life,
                polling,
            };
            self.first = Some(beginning);
            if self.earliest.is_none_or(|first| first.life != life) {
                self.earliest = Some(beginning);
            }
        }
    }

    pub(crate) fn connection_joined(&mut self, conn: u64, now: u64) {
        self.joined.entry(conn).or_insert(now);
    }

    pub(crate) fn connection_ended(&mut self, conn: u64, now: u64) {
        self.ended.entry(conn).or_insert(now);
    }

    /// A position became durable.
    pub(crate) fn stored(&mut self, named: bool, now: u64) {
        self.begun = true;
        if named && self.cursor_since.is_none() {
            self.cursor_since = Some(now);
        }
    }

    /// From when on nothing may be missed. The first connection has no cursor: what is published before it hears live
    /// messages is from before the beginning. A JSON-RPC server is told no moment, so there it is the first message.
    fn beginning(&self, json_rpc: bool) -> u64 {
        // The same for the first request of long polling, which is repeated as it is until something comes.
        if json_rpc || self.first.is_some_and(|first| first.polling) {
            return self.cursor_since.unwrap_or(u64::MAX);
        }
        let Some(first) = self.first.filter(|_| self.begun) else {
            return u64::MAX;
        };
        let joined = self.joined.get(&first.conn).or_else(|| self.ended.get(&first.conn));
        joined.copied().unwrap_or(u64::MAX).max(first.opened)
    }

    /// What was there before reading began is no news.
    pub(crate) fn check_age(&self, number: u64) -> Option<String> {
        let (fact, first) = (self.facts.get(&number)?, self.earliest?);
        let old = fact.at + 2500 < first.opened;
        old.then(|| format!("old: {number} is from {} ms, before the beginning", fact.at))
    }

    pub(crate) fn is_older_than_begin(&self, mid: &str) -> bool {
        let begin = self.first.map_or(0, |first| first.opened);
        self.facts.values().any(|fact| fact.mid == mid && fact.at <= begin)
    }

    fn is_excused(&self, fact: &Fact) -> bool {
        self.gaps.iter().any(|(_, at)| *at >= fact.at)
    }

    fn missing(&self, json_rpc: bool, now: u64) -> impl Iterator<Item = (&u64, &Fact)> {
        let beginning = self.beginning(json_rpc);
        self.facts.iter().filter(move |(_, fact)| {
            fact.required && fact.committed.is_none() && fact.at > beginning && fact.until > now && !fact.lost
        })
    }

    /// A message that a position leaves behind although it is not stored.
    fn overtaken(&self, channels: &[String], position: (u64, u64), json_rpc: bool, now: u64) -> Option<u64> {
        self.missing(json_rpc, now)
            .find(|(_, fact)| {
                fact.order <= position
                    && !fact.reordered
                    && fact.channels.iter().any(|channel| channels.contains(channel))
                    && !self.is_excused(fact)
            })
            .map(|(number, _)| *number)
    }
}

impl World {
    /// Hands a message to the server, and it reaches whoever listens.
    pub(crate) fn publish(&mut self, letter: &Letter) {
        let item = self.server.take(letter, self.time);
        self.book.published(letter, &item, self.time);
        let ends: Vec<&str> = letter.channels.iter().map(|channel| &channel[28..]).collect();
        let line = format!("+{} {} {:?} in {ends:?}", letter.number, letter.command, item.order);
        self.note(|| line);
        self.broadcast(&item);
    }

    /// A position is stored: whether it leaves something behind.
    pub(crate) fn check_position(&mut self, channels: &[String], position: (u64, u64)) {
        let lost = self
            .book
            .overtaken(channels, position, self.plan.version > 4, self.time);
        // A replay in pieces may have gone beyond a hundred messages before that can be told.
        let lost = lost.filter(|_| !self.plan.limited);
        if let Some(lost) = lost {
            self.fail(format!("cursor: at {position:?}, ahead of {lost}"));
        }
    }

    /// Numbers of messages that the server held for the client, and that were never stored.
    pub(crate) fn missing(&self) -> Vec<u64> {
        let missing = self.book.missing(self.plan.version > 4, self.time);
        missing.map(|(number, _)| *number).collect()
    }

    /// The last word on a run.
    pub(crate) fn judge(&mut self) {
        let missing = self.book.missing(self.plan.version > 4, self.time);
        let silent: Vec<u64> = missing
            .filter(|(_, fact)| !self.book.is_excused(fact))
            .map(|(number, _)| *number)
            .collect();
        if !silent.is_empty() {
            self.fail(format!("lost: {silent:?}, and nobody was told"));
        }
        let unreasonable = self.book.gaps().find(|gap| match gap {
            Gap::ChannelsReplaced => self.portal.replaced.is_empty(),
            Gap::ReplayLimited => self.plan.version == 3,
            Gap::Unverified => !self.book.looks_failed && !self.book.looks_hung,
        });
        if let Some(gap) = unreasonable {
            self.fail(format!("gap: {gap:?} without a reason"));
        }
        if !self.is_online() {
            self.fail(format!("wedge: {:?} at the end", self.session.status().state));
        }
        if !self.owner.waiting.is_empty() {
            self.fail("bounds: deliveries wait at the end");
        }
    }
}
