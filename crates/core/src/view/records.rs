//! What the page of the journal asks for beside the newest records.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;

/// What is asked of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RecordsCommand {
    /// A report of the period up to now.
    Report {
        /// The period.
        period: Period,
    },
    /// A file with the records of the period, in the folder for downloads.
    Export {
        /// The period.
        period: Period,
        /// How it is written.
        format: ExportFormat,
    },
    /// The report is not looked at any more.
    Close,
}

/// How far back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// The last 24 hours.
    #[default]
    Day,
    /// The last seven days.
    Week,
    /// The last thirty days.
    Month,
    /// Everything that is kept.
    All,
}

impl Period {
    /// Its beginning.
    pub const fn since(self, now: Timestamp) -> Option<Timestamp> {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        match self {
            Self::Day => Some(Timestamp(now.0.saturating_sub(DAY))),
            Self::Week => Some(Timestamp(now.0.saturating_sub(7 * DAY))),
            Self::Month => Some(Timestamp(now.0.saturating_sub(30 * DAY))),
            Self::All => None,
        }
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// A table for a spreadsheet.
    Csv,
    /// For programs.
    Json,
}
