//! The page of links between entities and objects: what it shows and asks for.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::FailureView;
use crate::ports::Process;
use crate::resolve::{Candidate, EntityCard};
use crate::settings::{PortalMapping, Preset};

/// What the page of links shows beside the mapping, which stands in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinksView {
    /// What an entity that was typed would open.
    pub preview: Option<Preview>,
    /// An entity that waits for a link to be pasted.
    pub by_hand: Option<EntityCard>,
    /// The smart processes of portals that were asked for them.
    pub processes: Vec<PortalProcesses>,
    /// What became of the fields for links.
    pub fields: Option<FieldsView>,
    /// Links that are being written for entities that 1C knows.
    pub writing: Option<WritingView>,
    /// What the notes of the inbox are about, while it is shown.
    pub cards: Vec<NoteCard>,
}

/// What a note is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteCard {
    /// The id of the note.
    pub note: String,
    /// The entity.
    pub card: EntityCard,
}

/// What an entity would open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The portal.
    pub portal: String,
    /// The entity, once the portal has answered.
    pub card: Option<EntityCard>,
    /// The answer is on its way.
    pub running: bool,
    /// It was known without asking the portal.
    pub cached: bool,
    /// The objects: one opens at once, of several one is chosen.
    pub objects: Vec<Candidate>,
    /// What can be made, where there are none.
    pub creations: Vec<CreationView>,
    /// Why there is no answer.
    pub failure: Option<FailureView>,
}

/// An object that can be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreationView {
    /// Kind and name.
    pub object: String,
    /// The name of the base.
    pub base: String,
}

/// The smart processes of a portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortalProcesses {
    /// The portal.
    pub portal: String,
    /// Its processes.
    pub processes: Vec<Process>,
}

/// What became of the fields for links.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldsView {
    /// The portal.
    pub portal: String,
    /// They are being made.
    pub running: bool,
    /// Each type that was asked for.
    pub made: Vec<FieldView>,
    /// Why none was made.
    pub failure: Option<FailureView>,
}

/// What became of the field on one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldView {
    /// The type: `deal`, `128`.
    pub entity: String,
    /// The name of the field there.
    pub name: Option<String>,
    /// The value that a robot gives it, so that a click opens the object.
    pub pattern: String,
    /// It was there already.
    pub known: bool,
    /// Why there is none.
    pub failure: Option<FailureView>,
}

/// How far the writing of links is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WritingView {
    /// The portal.
    pub portal: String,
    /// The type that is worked on; none at the end.
    pub entity: Option<String>,
    /// Entities that were looked at.
    pub seen: u32,
    /// Links that were written.
    pub written: u32,
    /// Links that the portal did not take.
    pub failed: u32,
    /// Where it stands.
    pub state: WritingState,
    /// Why it stopped, or why the last link was not taken.
    pub failure: Option<FailureView>,
}

/// Where the writing of links stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum WritingState {
    /// On the way.
    Running,
    /// Stopped by the user; it can go on.
    Cancelled,
    /// Stopped by a failure; it can go on.
    Failed,
    /// Done.
    Finished,
}

/// What the page of links asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "ask", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LinksCommand {
    /// Keep the mapping of a portal.
    SetMapping {
        /// All of it.
        mapping: PortalMapping,
    },
    /// Add what a common configuration has to the mapping of a portal.
    AddPreset {
        /// The portal.
        portal: String,
        /// The alias of the base.
        base: String,
        /// The configuration.
        preset: Preset,
    },
    /// Say what an entity would open.
    Preview {
        /// The portal.
        portal: String,
        /// The entity: `deal:123`, the address of its page, or a link.
        text: String,
    },
    /// Open the entity of an object.
    EntityOf {
        /// A link to the object.
        link: String,
    },
    /// Ask for a link of an entity that is pasted by hand.
    AskByHand {
        /// The portal.
        portal: String,
        /// The entity, as in a preview.
        text: String,
    },
    /// Write a link that was pasted to the entity.
    LinkByHand {
        /// The portal.
        portal: String,
        /// Type and id.
        entity: String,
        /// What was pasted; nothing lets go of it.
        text: Option<String>,
    },
    /// Learn the smart processes of a portal.
    LoadProcesses {
        /// The portal.
        portal: String,
    },
    /// Make the field for links.
    MakeFields {
        /// The portal.
        portal: String,
        /// On these types.
        types: Vec<String>,
    },
    /// Write links for entities that 1C knows, or go on with it.
    WriteLinks {
        /// The portal.
        portal: String,
        /// Of these types.
        types: Vec<String>,
    },
    /// Stop writing.
    CancelWriting,
}
