//! How many commands a portal may give.
use std::collections::BTreeMap;

use super::What;
use crate::Timestamp;

/// A minute, in milliseconds.
const MINUTE: u64 = 60_000;
/// Commands that do something on the screen, each minute: a person cannot follow more.
const SEEN: u32 = 20;
/// Commands for a base, each minute: a robot may go through a list.
const RELAYED: u32 = 600;

/// What was obeyed within the minute, by portal.
#[derive(Debug, Clone, Default)]
pub struct CommandLimit(BTreeMap<String, Minute>);

#[derive(Debug, Clone, Copy, Default)]
struct Minute {
    since: Timestamp,
    seen: u32,
    relayed: u32,
}

impl CommandLimit {
    /// Whether one more may be obeyed; counts it.
    pub fn admits(&mut self, portal: &str, what: &What, now: Timestamp) -> bool {
        let minute = self.0.entry(portal.to_owned()).or_default();
        // A clock that went back begins a new minute as well.
        if now.since(minute.since) >= MINUTE || now < minute.since {
            *minute = Minute {
                since: now,
                ..Minute::default()
            };
        }
        let (count, most) = match what {
            What::Open { .. } | What::Notify { .. } => (&mut minute.seen, SEEN),
            What::Relay { .. } => (&mut minute.relayed, RELAYED),
        };
        if *count >= most {
            return false;
        }
        *count += 1;
        true
    }
}
