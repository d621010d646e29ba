//! The durable queue of events on their way to 1C, as the store keeps it.
use bitrix24::Entity;
use serde_json::{Map, Value};

use crate::Timestamp;

/// An event on its way to a base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayEvent {
    /// The alias of the base.
    pub base: String,
    /// The idempotency key: the same event has the same one, however often and by whatever way it comes.
    pub id: String,
    /// What it is, as module and command: `im/notifyAdd`, `hotstart/order`, `crm/company.update`.
    pub kind: String,
    /// The portal it comes from.
    pub portal: String,
    /// What it is about, where it names one thing.
    pub entity: Option<Entity>,
    /// The fields of the entity are still to be read, with the rights of the connection.
    pub reads: bool,
    /// What 1C is given.
    pub data: Value,
    /// The answer of 1C is wanted on the portal.
    pub answer: bool,
    /// When it was taken into the queue.
    pub at: Timestamp,
}

/// An event in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayItem {
    /// Its place: numbers only grow, over all bases, and none is given twice.
    pub number: u64,
    /// The event.
    pub event: RelayEvent,
    /// How often the base has failed with it.
    pub attempts: u32,
    /// Why it was given up; none while it waits.
    pub dead: Option<String>,
}

/// Values of an answer on their way back to an entity of a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayReply {
    /// Its place.
    pub number: u64,
    /// The event that was answered.
    pub id: String,
    /// The base that has answered.
    pub base: String,
    /// The portal.
    pub portal: String,
    /// The entity.
    pub entity: Entity,
    /// Fields and their values.
    pub fields: Map<String, Value>,
    /// How often it failed.
    pub attempts: u32,
}

/// A change of the queue. A number that is not there any more changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayChange {
    /// An event joins the end, unless its base has had this id.
    Added(RelayEvent),
    /// The fields were read: this is what 1C is given.
    Filled(u64, Value),
    /// The base has it for good. What it answered may be wanted on the portal; an answer that is wanted and is not here is
    /// owed from now on.
    Done(u64, Option<RelayReply>),
    /// The base has answered it, without a word of whether it has it, or after that word. Only the first answer counts.
    Answered(RelayReply),
    /// The base failed with it so many times.
    Tried(u64, u32),
    /// It is given up; the code says why.
    Dead(u64, String),
    /// It was given up and goes to the end of the queue.
    Again(u64),
    /// It was given up and is not wanted any more.
    Forgotten(u64),
    /// An answer is on the portal, or was given up.
    Replied(u64),
    /// The portal failed with an answer so many times.
    ReplyTried(u64, u32),
    /// A base has another alias now, and its events with it.
    Renamed {
        /// The former alias.
        from: String,
        /// The new one.
        to: String,
    },
}

/// What is known of an event that a base answers; nothing of one that the base never had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayAnswerable {
    /// It is in the queue: it waits, or was given up.
    Queued(Box<RelayItem>),
    /// The base has it, and its answer is still owed.
    Owed {
        /// The portal.
        portal: String,
        /// The entity.
        entity: Entity,
    },
    /// It has left the queue, and no answer is wanted any more.
    Settled,
}

/// What the store knows of the relay when the program starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelayStored {
    /// Bases with waiting events, and how many.
    pub waiting: Vec<(String, u64)>,
    /// The newest events that were given up, newest first.
    pub dead: Vec<RelayItem>,
    /// Portals with answers that wait, and how many.
    pub replies: Vec<(String, u64)>,
}

impl RelayEvent {
    /// Reads the written form of an entity.
    pub fn read_entity(text: &str) -> Option<Entity> {
        Entity::parse(text)
    }
}
