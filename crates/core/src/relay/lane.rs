//! The way to one base: what its answers mean, and when it is tried again.
use serde_json::Value;

use super::results::{ItemResult, Status, results};
use super::{Pace, Trouble};
use crate::failure::{Code, Failure};
use crate::ports::RelayItem;

/// How a base has behaved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// Calls without an answer in a row.
    failures: u32,
    /// So many events go at once, while it is looked for the one that the base cannot bear.
    narrow: Option<usize>,
    /// The user was told that the base is away.
    told: bool,
}

/// What becomes of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The base has it, and said this.
    Done(Option<Value>),
    /// It is tried again; so often the base has failed with it.
    Again(u32),
    /// It is given up.
    Dead(Failure),
}

/// What a call has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// By the numbers of events; one that is not here is as it was.
    pub fates: Vec<(u64, Fate)>,
    /// Milliseconds until the next try.
    pub wait_ms: u64,
    /// What the user is not told yet: that the base is away and why, or that it is back.
    pub news: Option<Result<(), Failure>>,
}

impl Lane {
    /// How many events go at once now.
    pub fn room(&self, pace: &Pace) -> usize {
        self.narrow.unwrap_or(pace.batch).clamp(1, pace.batch.max(1))
    }

    /// Whether the base did not answer last.
    pub const fn is_away(&self) -> bool {
        self.failures > 0
    }

    /// Judges what came of a call with these events.
    pub fn judge(&mut self, sent: &[RelayItem], outcome: Result<Value, Trouble>, pace: &Pace, lot: f64) -> Verdict {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(Trouble::Away(failure)) => return self.away(failure, pace, lot),
            Err(Trouble::Broken(failure)) => return self.broken(sent, failure, pace, lot),
        };
        let Some(results) = results(sent, &answer) else {
            // Whatever answers there is not our service (the page of a proxy, another service).
            let name = sent.first().map_or("", |item| item.event.base.as_str());
            let failure = Failure::new(Code::ServiceFailed)
                .with("base", name)
                .with("detail", "service.unexpected");
            return self.away(failure, pace, lot);
        };
        self.failures = 0;
        let back = std::mem::take(&mut self.told);
        if let Some(narrow) = self.narrow {
            let wider = narrow.saturating_mul(2);
            self.narrow = (wider < pace.batch).then_some(wider);
        }
        let fates: Vec<(u64, Fate)> = sent
            .iter()
            .zip(results)
            .map(|(item, result)| (item.number, fate(item, result, pace)))
            .collect();
        let tries = fates.iter().filter_map(|(_, fate)| match fate {
            Fate::Again(attempts) => Some(*attempts),
            Fate::Done(_) | Fate::Dead(_) => None,
        });
        Verdict {
            wait_ms: tries.max().map_or(0, |attempts| pace.delay(attempts, lot)),
            fates,
            news: back.then_some(Ok(())),
        }
    }

    /// The portal did not give the fields that are to be read: the base is not to blame, its events wait.
    pub fn unread(&mut self, pace: &Pace, lot: f64) -> u64 {
        self.failures = self.failures.saturating_add(1);
        pace.delay(self.failures, lot)
    }

    /// The portal gave them.
    pub const fn read(&mut self) {
        self.failures = 0;
    }

    fn away(&mut self, failure: Failure, pace: &Pace, lot: f64) -> Verdict {
        self.failures = self.failures.saturating_add(1);
        let news = !std::mem::replace(&mut self.told, true);
        Verdict {
            fates: Vec::new(),
            wait_ms: pace.delay(self.failures, lot),
            news: news.then_some(Err(failure)),
        }
    }

    /// Half as many events next time, until one alone is to blame.
    fn broken(&mut self, sent: &[RelayItem], failure: Failure, pace: &Pace, lot: f64) -> Verdict {
        if sent.len() > 1 {
            self.narrow = Some(sent.len() / 2);
            return Verdict {
                fates: Vec::new(),
                wait_ms: pace.delay(1, lot),
                news: None,
            };
        }
        self.narrow = Some(1);
        let result = ItemResult {
            status: Status::Failed,
            answer: None,
        };
        let fates: Vec<(u64, Fate)> = sent
            .iter()
            .map(|item| (item.number, fate(item, result.clone(), pace)))
            .collect();
        let attempts = sent.iter().map(|item| item.attempts + 1).max().unwrap_or(1);
        let news = !std::mem::replace(&mut self.told, true);
        Verdict {
            fates,
            wait_ms: pace.delay(attempts, lot),
            news: news.then_some(Err(failure)),
        }
    }
}

/// What becomes of an event of which the base says this.
pub(super) fn fate(item: &RelayItem, result: ItemResult, pace: &Pace) -> Fate {
    let told = |code| {
        let failure = Failure::new(code).with("base", &item.event.base);
        let detail = result.answer.as_ref().and_then(Value::as_str).unwrap_or_default();
        // The words of a base are for the journal, and no longer than a line there.
        failure.with("detail", detail.chars().take(200).collect::<String>())
    };
    match result.status {
        Status::Done => Fate::Done(result.answer),
        Status::Refused => Fate::Dead(told(Code::RelayRefused)),
        Status::Failed if item.attempts + 1 >= pace.attempts => Fate::Dead(told(Code::RelayFailed)),
        Status::Failed => Fate::Again(item.attempts + 1),
    }
}
