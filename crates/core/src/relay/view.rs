//! The relay as the settings window shows it.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::failure::FailureView;

/// What waits for 1C, and what was given up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RelayView {
    /// Bases for which something waits, or that are away.
    pub bases: Vec<RelayBaseView>,
    /// Answers of 1C that wait for a portal.
    #[ts(type = "number")]
    pub answers: u64,
    /// The newest events that were given up, newest first.
    pub dead: Vec<DeadEvent>,
}

/// The way to one base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RelayBaseView {
    /// Its alias.
    pub base: String,
    /// Events that wait.
    #[ts(type = "number")]
    pub waiting: u64,
    /// It did not answer last; it is tried again.
    pub away: bool,
}

/// An event that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeadEvent {
    /// Its number, to send it again.
    #[ts(type = "number")]
    pub number: u64,
    /// The base it was for.
    pub base: String,
    /// What it is, as module and command.
    pub kind: String,
    /// What it is about.
    pub entity: Option<String>,
    /// When it came.
    pub at: Timestamp,
    /// Why it was given up.
    pub failure: FailureView,
}
