//! What of the portals goes to 1C, and who may give commands.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything about the relay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct RelaySettings {
    /// Bases that get events; one that is not here gets none.
    pub bases: Vec<RelayBase>,
    /// Who may give commands through a portal; nobody else is obeyed.
    pub authors: Vec<CommandAuthor>,
    /// What a relay for the whole company takes from the portals' queues of offline events.
    pub offline: Vec<OfflineEvents>,
}

impl RelaySettings {
    /// What is set for a base.
    pub fn base(&self, alias: &str) -> Option<&RelayBase> {
        let wanted = alias.to_lowercase();
        self.bases.iter().find(|base| base.base.to_lowercase() == wanted)
    }
}

/// What a base gets, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RelayBase {
    /// The alias of the base.
    pub base: String,
    /// How the events get there.
    #[serde(default)]
    pub way: RelayWay,
    /// Which events it gets besides the commands for it; none for commands only.
    #[serde(default)]
    pub events: Vec<EventPattern>,
    /// Where values of its answers go on the portal.
    #[serde(default)]
    pub answers: Vec<AnswerField>,
}

/// How events get to a base.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum RelayWay {
    /// The HTTP service of the base is called.
    #[default]
    Service,
    /// A client of the base asks the bridge.
    Client,
}

/// Which events are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventPattern {
    /// The portal; every one without.
    #[serde(default)]
    pub portal: Option<String>,
    /// Module and command, where `*` stands for any letters: `im/notifyAdd`, `crm/company.*`.
    pub pattern: String,
}

/// Where a value of an answer goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerField {
    /// The type of the entity: `deal`, or the number of a smart process.
    pub entity: String,
    /// The name of the value in the answer: `number`.
    pub from: String,
    /// The name of the field on the portal: `UF_CRM_ORDER_NUMBER`.
    pub field: String,
}

/// Somebody who may give commands: a user, or an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommandAuthor {
    /// The portal.
    pub portal: String,
    /// The id of the user who writes the notification, or whose webhook does.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The id of the application on whose channel the command comes.
    #[serde(default)]
    pub application: Option<String>,
}

/// Offline events of one portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfflineEvents {
    /// The portal; its connection is an application whose user is an administrator.
    pub portal: String,
    /// Types of entities whose changes are taken: `company`, `deal`, or numbers of smart processes.
    pub entities: Vec<String>,
}
