//! What the journal says of a period: how much was done, how fast, what went wrong and what helps. Pure: records in, a
//! value out, which a program prints and a page shows.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::journal::{JournalRecord, Outcome};
use crate::texts::Language;

mod advice;
mod kind;

#[cfg(test)]
mod tests;

/// Objects that are named for an error, and kinds of objects that are listed.
const NAMED: usize = 5;
const LISTED: usize = 50;

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Report {
    /// The beginning of the period; none for everything that is kept.
    pub since: Option<Timestamp>,
    /// Its end.
    pub until: Timestamp,
    /// All operations together.
    pub total: Figures,
    /// By operation, the most frequent first.
    pub operations: Vec<Line>,
    /// By kind of object (`Документ.ЗаказКлиента`, `deal`), the most frequent first.
    pub objects: Vec<Line>,
    /// By base or portal that it went to, the most frequent first.
    pub targets: Vec<Line>,
    /// What went wrong, the most frequent first.
    pub errors: Vec<ErrorLine>,
    /// Events that wait for a base at the end of the period.
    pub queue: Vec<QueueLine>,
}

/// Counts and times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Figures {
    /// All.
    #[ts(type = "number")]
    pub count: u64,
    /// Done.
    #[ts(type = "number")]
    pub done: u64,
    /// Refused before anything was touched; neither a success nor a failure.
    #[ts(type = "number")]
    pub refused: u64,
    /// Failed.
    #[ts(type = "number")]
    pub failed: u64,
    /// How many of a thousand that were tried were done, rounded down, so that 1000 means all of them; none while
    /// nothing was tried.
    pub success_per_mille: Option<u16>,
    /// Half of what was done took no longer, in milliseconds.
    #[ts(type = "number | null")]
    pub p50_ms: Option<u64>,
    /// So did 95 of a hundred.
    #[ts(type = "number | null")]
    pub p95_ms: Option<u64>,
}

/// The figures of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Line {
    /// What they are of.
    pub name: String,
    /// The figures.
    #[serde(flatten)]
    #[ts(flatten)]
    pub figures: Figures,
}

/// One kind of error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorLine {
    /// The stable code.
    pub code: String,
    /// How often.
    #[ts(type = "number")]
    pub count: u64,
    /// When last.
    pub last: Timestamp,
    /// What was affected, the newest first, a few of them.
    pub objects: Vec<String>,
    /// What to do about it.
    pub advice: String,
}

/// The queue of one base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueueLine {
    /// The alias of the base.
    pub base: String,
    /// Events that wait.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Events that were given up.
    #[ts(type = "number")]
    pub dead: u64,
}

impl Report {
    /// Reads `records` (in any order) of the period; what is older or younger is left out.
    pub fn of(
        records: &[JournalRecord],
        since: Option<Timestamp>,
        until: Timestamp,
        queue: Vec<QueueLine>,
        language: Language,
    ) -> Self {
        let within =
            |record: &&JournalRecord| since.is_none_or(|since| record.timestamp >= since) && record.timestamp <= until;
        let records: Vec<&JournalRecord> = records.iter().filter(within).collect();
        Self {
            since,
            until,
            total: Figures::of(records.iter().copied()),
            operations: lines(&records, |record| Some(record.operation.clone())),
            objects: lines(&records, |record| kind::of(&record.object_id)),
            targets: lines(&records, |record| {
                (!record.target_system.is_empty()).then(|| record.target_system.clone())
            }),
            errors: errors(&records, language),
            queue,
        }
    }
}

impl Figures {
    fn of<'a>(records: impl Iterator<Item = &'a JournalRecord>) -> Self {
        let mut figures = Self::default();
        let mut times = Vec::new();
        for record in records {
            figures.count += 1;
            match record.status {
                Outcome::Done => {
                    figures.done += 1;
                    times.push(record.duration_ms);
                }
                Outcome::Refused => figures.refused += 1,
                Outcome::Failed => figures.failed += 1,
            }
        }
        times.sort_unstable();
        figures.p50_ms = percentile(&times, 50);
        figures.p95_ms = percentile(&times, 95);
        figures.success_per_mille = (figures.done * 1000)
            .checked_div(figures.done + figures.failed)
            .and_then(|share| u16::try_from(share).ok());
        figures
    }
}

/// The smallest value that is no less than so many of a hundred.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

fn lines(records: &[&JournalRecord], name: impl Fn(&JournalRecord) -> Option<String>) -> Vec<Line> {
    let mut groups: BTreeMap<String, Vec<&JournalRecord>> = BTreeMap::new();
    for record in records {
        if let Some(name) = name(record) {
            groups.entry(name).or_default().push(record);
        }
    }
    let line = |(name, records): (String, Vec<&JournalRecord>)| Line {
        name,
        figures: Figures::of(records.into_iter()),
    };
    let mut lines: Vec<Line> = groups.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.figures.count));
    lines.truncate(LISTED);
    lines
}

fn errors(records: &[&JournalRecord], language: Language) -> Vec<ErrorLine> {
    let mut groups: BTreeMap<&str, Vec<&JournalRecord>> = BTreeMap::new();
    for record in records {
        if let Some(code) = record.error_code.as_deref() {
            groups.entry(code).or_default().push(record);
        }
    }
    let mut found: Vec<ErrorLine> = groups
        .into_iter()
        .filter_map(|(code, mut records)| {
            records.sort_by_key(|record| std::cmp::Reverse(record.timestamp));
            let newest = records.first()?;
            let mut objects: Vec<String> = Vec::new();
            for object in records.iter().map(|record| &record.object_id) {
                if objects.len() < NAMED && !object.is_empty() && !objects.contains(object) {
                    objects.push(object.clone());
                }
            }
            Some(ErrorLine {
                code: code.to_owned(),
                count: u64::try_from(records.len()).unwrap_or(u64::MAX),
                last: newest.timestamp,
                advice: advice::of(newest, code, language),
                objects,
            })
        })
        .collect();
    found.sort_by_key(|line| std::cmp::Reverse(line.count));
    found
}
