//! From an entity to its 1C objects and back: what the portal, the mapping and the base say, weighed without asking.
//!
//! ```text
//! entity ─► Cache ─► EntityFacts (one call of REST) ─► candidates: fields, external address, activities, origin
//!                                                        none ─► searches (OData) ─► none ─► creations, or a link by hand
//! object ─► looks (REST filters) ─► holders, each checked by its own candidates
//! ```
mod cache;
mod candidates;
mod card;
mod changed;
mod facts;
mod linking;
mod pasted;
mod reverse;
mod search;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use cache::{Cache, FRESH, KEPT, Known};
pub use candidates::candidates;
pub use card::{EntityCard, EntityIcon, title_of};
pub use changed::changed;
pub use facts::{ConnectorHost, EntityFacts, ExternalDocument, Gathered, Stamp, field_of, own_field};
pub use linking::{LinkWrite, links_to_write};
pub use pasted::pasted;
pub use reverse::{By, Holder, Look, holds, looks};
pub(crate) use search::bases_of_new;
pub use search::{Creation, FoundObject, Search, creations, found, searches};

/// One object that an entity leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The canonical link that opens it.
    pub link: String,
    /// What people call it; its kind where nothing says more.
    pub label: String,
    /// Kind and name: `Документ.ЗаказКлиента`.
    pub kind: String,
    /// The name of its base.
    pub base: String,
    /// Where it stood.
    pub origin: Origin,
}

/// Where a link to an object stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Origin {
    /// In a user field.
    Field {
        /// Its name.
        name: String,
    },
    /// In an activity of an external channel.
    Activity,
    /// In the identifiers of the external system.
    External,
    /// It was found in the base.
    Search {
        /// By this attribute.
        attribute: String,
    },
}
