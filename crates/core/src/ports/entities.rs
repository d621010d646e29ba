//! What is asked of a portal about its entities, and of a base about its objects.
use bitrix24::{Entity, EntityType};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{EntityFields, Waiting};
use crate::failure::Failure;
use crate::resolve::{FoundObject, Gathered, Holder, LinkWrite, Look, Search, Stamp};
use crate::settings::BaseSettings;

/// The entities of portals. Each method says how many calls of REST it makes.
pub trait Entities: Send + Sync + 'static {
    /// What leads from an entity to 1C: one call. With a stamp the portal is first asked whether anything has changed
    /// since, and all the rest only then: one call or two.
    fn facts(&self, portal: String, entity: Entity, known: Option<Stamp>) -> Waiting<Result<Gathered, Failure>>;
    /// Entities that may lead to an object: one call, and one more where a smart process is looked at for the first time.
    fn holders(&self, portal: String, looks: Vec<Look>) -> Waiting<Result<Vec<Holder>, Failure>>;
    /// The names of entities of any type: one call for each fifty types, those that are missing left out.
    fn titles(&self, portal: String, entities: Vec<Entity>) -> Waiting<Result<Vec<(Entity, String)>, Failure>>;
    /// Writes links, at most fifty: one call. Each has an outcome of its own; a field that the entity does not have
    /// fails with [`Code::FieldMissing`](crate::failure::Code::FieldMissing).
    fn write_links(&self, portal: String, writes: Vec<LinkWrite>)
    -> Waiting<Result<Vec<Result<(), Failure>>, Failure>>;
    /// The smart processes of a portal: one call.
    fn processes(&self, portal: String) -> Waiting<Result<Vec<Process>, Failure>>;
    /// Makes the field for links (type url) on entities of these types, where it is missing: three calls at most.
    fn make_fields(&self, portal: String, wanted: FieldWanted) -> Waiting<Result<Vec<MadeField>, Failure>>;
    /// The next entities of a type that an external system knows, behind this id, at most fifty, with their identifiers
    /// and the field for links: one call, and one more where a smart process is looked at for the first time.
    fn known_outside(
        &self,
        portal: String,
        entity_type: EntityType,
        field: String,
        after: u64,
    ) -> Waiting<Result<Vec<EntityFields>, Failure>>;
}

/// The objects of bases.
pub trait Objects: Send + Sync + 'static {
    /// Searches in a base over OData, in one session that is ended afterwards; a few objects for each search.
    fn find(&self, base: BaseSettings, searches: Vec<Search>) -> Waiting<Result<Vec<FoundObject>, Failure>>;
}

/// A field for links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldWanted {
    /// A name of the common kind: `UF_CRM_HOTSTART`.
    pub name: String,
    /// What people read, in Russian and in English.
    pub label: (String, String),
    /// On which types.
    pub types: Vec<EntityType>,
}

/// What became of the field on one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeField {
    /// The type.
    pub entity_type: EntityType,
    /// The name that it has there; or why there is none.
    pub result: Result<String, Failure>,
    /// It was there already.
    pub known: bool,
}

/// A smart process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Process {
    /// The number of its entities: `128`.
    pub entity: String,
    /// The number in the names of its user fields.
    #[ts(type = "number")]
    pub id: u64,
    /// What people call it.
    pub title: String,
}
