//! What the portal can be asked to send, as the control interface spells it.

use serde::Deserialize;
use serde_json::{Map, Value};

/// How long an event is kept unless it says otherwise: a day.
pub(crate) const EXPIRY: u32 = 86_400;

/// An event as it is asked for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Post {
    /// To whom; without one the event goes to everybody over the shared channel.
    pub(crate) user: Option<u64>,
    /// The module; lower-cased, as PHP does.
    pub(crate) module_id: String,
    /// The command.
    pub(crate) command: String,
    /// Its parameters; empty ones are an empty list in PHP.
    #[serde(default)]
    pub(crate) params: Value,
    /// Seconds that it is kept.
    #[serde(default = "default_expiry")]
    pub(crate) expiry: u32,
    /// Version 5: user id to what only this user's parameters get.
    #[serde(default)]
    pub(crate) user_params: Map<String, Value>,
    /// Version 5: what the parameters of all get.
    #[serde(default)]
    pub(crate) dictionary: Map<String, Value>,
}

impl Post {
    /// An event for a user or, without one, for everybody.
    pub(crate) fn new(user: Option<u64>, module_id: &str, command: &str, params: Value) -> Self {
        Self {
            user,
            module_id: module_id.to_owned(),
            command: command.to_owned(),
            params,
            expiry: EXPIRY,
            user_params: Map::new(),
            dictionary: Map::new(),
        }
    }
}

/// A notification as it is asked for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Notice {
    /// To whom.
    pub(crate) user: u64,
    /// What it says; BB-codes as on a portal.
    pub(crate) text: String,
    /// Where a click leads.
    #[serde(default)]
    pub(crate) link: String,
    /// A heading.
    #[serde(default)]
    pub(crate) title: String,
    /// From whom; 0 = the system.
    #[serde(default)]
    pub(crate) from: u64,
    /// What it replaces.
    #[serde(default)]
    pub(crate) tag: String,
    /// What the user can switch it off by.
    #[serde(default = "default_setting")]
    pub(crate) setting: String,
    /// Shown once, kept nowhere.
    #[serde(default)]
    pub(crate) only_flash: bool,
    /// With buttons to agree or not.
    #[serde(default)]
    pub(crate) confirm: bool,
}

/// A chat message as it is asked for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Letter {
    /// To whom.
    pub(crate) user: u64,
    /// From whom.
    #[serde(default = "default_author")]
    pub(crate) from: u64,
    /// What it says.
    pub(crate) text: String,
    /// The group chat that it is in; without one it is a dialogue.
    pub(crate) chat: Option<u64>,
    /// False: no toast is wanted.
    #[serde(default = "yes")]
    pub(crate) notify: bool,
}

fn default_expiry() -> u32 {
    EXPIRY
}

fn default_setting() -> String {
    "main|rating_vote".to_owned()
}

fn default_author() -> u64 {
    2
}

fn yes() -> bool {
    true
}
