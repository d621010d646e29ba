//! What clients of 1C answer over the bridge: in the same form as the HTTP service of a base, and judged the same way.
//!
//! A base may answer any event that was queued for it, before or after its acknowledgement; the first answer counts, and
//! a later one changes nothing. What the base never had it cannot answer, so it writes to no entity that no event named.
use bitrix24::Entity;
use serde_json::Value;

use super::lane::fate;
use super::results::{ItemResult, Status};
use super::{Fate, Pace};
use crate::ports::{RelayAnswerable, RelayItem};

/// What a base says of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The id of the event.
    pub id: String,
    /// What it says.
    pub result: ItemResult,
}

/// What an answer leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// An event in the queue has this fate now.
    Queued(Box<RelayItem>, Fate),
    /// It was acknowledged before; its answer is wanted there.
    Late {
        /// The portal.
        portal: String,
        /// The entity.
        entity: Entity,
        /// What was answered.
        answer: Value,
    },
    /// Nothing: this was said before.
    Known,
    /// The base never had this event.
    Foreign,
}

/// Reads the items of `{"results":[{"id","status","answer"?}]}`; the first word about an event counts. None where an item
/// names no event.
pub fn given(results: &[Value]) -> Option<Vec<Given>> {
    let mut all: Vec<Given> = Vec::new();
    for said in results {
        let id = said["id"].as_str().filter(|id| !id.is_empty())?;
        if all.iter().all(|known| known.id != id) {
            all.push(Given {
                id: id.to_owned(),
                result: ItemResult::of(said),
            });
        }
    }
    Some(all)
}

/// Judges what a base says of an event by what is known of it.
pub fn settle(result: ItemResult, known: Option<RelayAnswerable>, pace: &Pace) -> Settled {
    match known {
        None => Settled::Foreign,
        Some(RelayAnswerable::Settled) => Settled::Known,
        Some(RelayAnswerable::Owed { portal, entity }) => match result {
            ItemResult {
                status: Status::Done,
                answer: Some(answer),
            } => Settled::Late { portal, entity, answer },
            ItemResult { .. } => Settled::Known,
        },
        // What was given up cannot fail any more, but the base may have it after all.
        Some(RelayAnswerable::Queued(item)) if item.dead.is_some() && result.status != Status::Done => Settled::Known,
        Some(RelayAnswerable::Queued(item)) => {
            let fate = fate(&item, result, pace);
            Settled::Queued(item, fate)
        }
    }
}
