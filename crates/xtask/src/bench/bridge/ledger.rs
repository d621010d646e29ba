//! What was published and what the base has applied, held against each other.
//!
//! Every event carries a number of its own. The base knows an event by its id only, as a real one would; so an event
//! that came under two ids is applied twice, and the numbers show it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Published {
    /// Its own number.
    pub(super) number: u64,
    /// The id that the push server gave it.
    pub(super) mid: String,
    /// When it was handed to the push server, in microseconds since 1970.
    pub(super) at_us: u64,
}

/// An event as the base has applied it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Applied {
    /// The idempotency key.
    pub(super) id: String,
    /// What came with it.
    pub(super) data: Value,
    /// When, in microseconds since 1970.
    pub(super) at_us: u64,
    /// How often it was sent.
    pub(super) times: u64,
}

/// What became of the events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    /// Events that were published.
    pub(super) published: u64,
    /// Those of them that were never applied.
    pub(super) lost: u64,
    /// Applications of an event beyond its first one.
    pub(super) doubled: u64,
    /// Applications of something that was not published.
    pub(super) strange: u64,
    /// Deliveries of an event that the base had already, and knew by its id.
    pub(super) resent: u64,
    /// Applications of an event after a later one.
    pub(super) disordered: u64,
}

impl Applied {
    /// The number of the event.
    pub(super) fn number(&self) -> Option<u64> {
        self.data.pointer("/params/number")?.as_u64()
    }

    /// What the control address of the office answers.
    pub(super) fn read(answer: &Value) -> Result<Vec<Self>> {
        let events = answer.get("events").cloned().context("the office shows no events")?;
        serde_json::from_value(events).context("the events of the office")
    }
}

impl Tally {
    /// Holds both sides against each other.
    pub(super) fn of(published: &[Published], applied: &[Applied]) -> Self {
        let known: BTreeSet<u64> = published.iter().map(|event| event.number).collect();
        let mut times: BTreeMap<u64, u64> = BTreeMap::new();
        let mut tally = Self {
            published: count(published.len()),
            ..Self::default()
        };
        let mut newest = 0;
        for event in applied {
            tally.resent += event.times.saturating_sub(1);
            let Some(number) = event.number().filter(|number| known.contains(number)) else {
                tally.strange += 1;
                continue;
            };
            let seen = times.entry(number).or_default();
            *seen += 1;
            if *seen > 1 {
                tally.doubled += 1;
            } else if number < newest {
                tally.disordered += 1;
            }
            newest = newest.max(number);
        }
        tally.lost = count(known.iter().filter(|number| !times.contains_key(number)).count());
        tally
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            published: self.published + other.published,
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            strange: self.strange + other.strange,
            resent: self.resent + other.resent,
            disordered: self.disordered + other.disordered,
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn published(numbers: std::ops::RangeInclusive<u64>) -> Vec<Published> {
        let event = |number| Published {
            number,
            mid: format!("{number:026}"),
            at_us: number,
        };
        numbers.map(event).collect()
    }

    fn applied(events: &[(u64, &str, u64)]) -> Vec<Applied> {
        let event = |(number, id, times): &(u64, &str, u64)| {
            json!({"n": 1, "id": id, "type": "bench/event", "user": "relay", "at_us": 5, "times": times,
                   "data": {"portal": "p", "params": {"number": number}}})
        };
        let events: Vec<Value> = events.iter().map(event).collect();
        Applied::read(&json!({ "events": events })).unwrap()
    }

    #[test]
    fn everything_applied_once_and_in_order_is_well() {
        let tally = Tally::of(&published(1..=3), &applied(&[(1, "a", 1), (2, "b", 4), (3, "c", 1)]));
        let well = Tally {
            published: 3,
            resent: 3,
            ..Tally::default()
        };
        assert_eq!(tally, well, "to send an event again is no fault");
    }

    #[test]
    fn a_lost_event_is_noticed() {
        let tally = Tally::of(&published(1..=3), &applied(&[(1, "a", 1), (3, "c", 1)]));
        assert_eq!((tally.lost, tally.doubled, tally.disordered), (1, 0, 0));
        assert_eq!(Tally::of(&published(1..=3), &[]).lost, 3);
    }

    #[test]
    fn an_event_under_two_ids_is_doubled() {
        let tally = Tally::of(&published(1..=2), &applied(&[(1, "a", 1), (2, "b", 1), (1, "x", 1)]));
        assert_eq!((tally.lost, tally.doubled, tally.disordered), (0, 1, 0));
    }

    #[test]
    fn an_event_behind_a_later_one_and_one_of_nobody_are_told() {
        let tally = Tally::of(
            &published(1..=3),
            &applied(&[(2, "b", 1), (1, "a", 1), (3, "c", 1), (9, "z", 1)]),
        );
        assert_eq!((tally.disordered, tally.strange, tally.lost), (1, 1, 0));
    }

    #[test]
    fn what_can_go_wrong_adds_up() {
        let one = Tally::of(&published(1..=2), &[]);
        let both = one.and(Tally::of(&published(1..=1), &applied(&[(1, "a", 3)])));
        assert_eq!((both.published, both.lost, both.resent), (3, 2, 2));
    }
}
