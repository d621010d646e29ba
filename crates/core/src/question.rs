//! Questions to the user: asked in the settings window, answered by a choice, nothing is contacted before the answer.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One question that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The number by which the answer finds it.
    #[ts(type = "number")]
    pub id: u64,
    /// One line.
    pub title: String,
    /// What is asked, and about what (an address, a command).
    pub text: String,
    /// What may be answered; the last one is always the one that does nothing.
    pub choices: Vec<Choice>,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Its stable name: `allow`, `always`, `cancel`, or a link to open.
    pub key: String,
    /// What the button says.
    pub label: String,
    /// A second line: the kind, the base.
    pub hint: Option<String>,
}
