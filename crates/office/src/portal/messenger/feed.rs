//! `im.v2.Event.*`: a queue of events for each user who subscribed, for one consumer: who reads on takes it from others.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock;
use crate::params::{self, Params};

/// Seconds that an event is kept.
const DAY: i64 = 86_400;
/// The most events of one answer.
const MOST: i64 = 1000;

/// The queues.
#[derive(Debug)]
pub(super) struct Feed {
    last: u64,
    queues: BTreeMap<u64, VecDeque<(u64, Timestamp, Value)>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            last: 2000,
            queues: BTreeMap::new(),
        }
    }
}

impl Feed {
    /// Begins a queue.
    pub(super) fn subscribe(&mut self, user: u64) {
        self.queues.entry(user).or_default();
    }

    /// Ends it and forgets what is in it.
    pub(super) fn unsubscribe(&mut self, user: u64) {
        self.queues.remove(&user);
    }

    /// Keeps an event, if the user subscribed.
    pub(super) fn put(&mut self, user: u64, kind: &str, data: Value, now: Timestamp) {
        let Some(queue) = self.queues.get_mut(&user) else {
            return;
        };
        while queue
            .front()
            .is_some_and(|(_, at, _)| now.as_second() - at.as_second() > DAY)
        {
            queue.pop_front();
        }
        self.last += 1;
        let event = json!({"eventId": self.last, "type": kind, "date": clock::iso(now), "data": data});
        queue.push_back((self.last, now, event));
    }

    /// The events from `offset` on; those before it are acknowledged and gone. Nothing for who did not subscribe.
    pub(super) fn get(&mut self, user: u64, params: &Params) -> Value {
        let offset = params::number(params, "offset").and_then(|offset| u64::try_from(offset).ok());
        let limit = params::number(params, "limit").unwrap_or(100).clamp(1, MOST);
        let limit = usize::try_from(limit).unwrap_or(1);
        let Some(queue) = self.queues.get_mut(&user) else {
            return json!({"events": [], "nextOffset": offset.unwrap_or(0), "hasMore": false});
        };
        let first = offset.unwrap_or(0);
        queue.retain(|(id, ..)| *id >= first);
        let events: Vec<&Value> = queue.iter().take(limit).map(|(.., event)| event).collect();
        let next = queue.iter().take(limit).next_back().map_or(first, |(id, ..)| id + 1);
        json!({"events": events, "nextOffset": next, "hasMore": queue.len() > limit})
    }
}
