//! The three that read, each as a process of its own that says what it has read, how long it took and how much memory
//! it held.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use hotstart_stage::Office;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::setup;
use crate::tree::{self, Tree};

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reader {
    /// The crate of this repository, in `benches/rest`.
    Ours,
    /// `fast-bitrix24`.
    FastBitrix24,
    /// `b24pysdk`, the vendor's.
    B24pysdk,
}

/// One reading.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Sample {
    /// How many.
    pub(super) items: u64,
    /// The sum of their ids.
    pub(super) id_sum: u64,
    /// From the first request to the last deal, without the start of the program.
    pub(super) seconds: f64,
    /// The largest resident set.
    pub(super) rss_kb: u64,
    /// From the start of the process to its end.
    #[serde(default)]
    pub(super) process_seconds: f64,
}

/// Single calls within the limits.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Limited {
    pub(super) calls: u64,
    pub(super) answered: u64,
    pub(super) seconds: f64,
    /// What the office says is the shortest time in which so many calls can be let in.
    pub(super) ideal_seconds: f64,
    /// Calls that the office turned away.
    pub(super) refusals: u64,
}

impl Reader {
    /// In the order in which they read.
    pub(super) const ALL: [Self; 3] = [Self::Ours, Self::FastBitrix24, Self::B24pysdk];

    /// Its name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::FastBitrix24 => "fast_bitrix24",
            Self::B24pysdk => "b24pysdk",
        }
    }

    /// Lets it read every deal.
    pub(super) fn read(self, tree: &Tree, programs: &Path, office: &Office) -> Result<Sample> {
        let mut command = match self {
            Self::Ours => tree.command(programs.join("hotstart-rest")),
            Self::FastBitrix24 | Self::B24pysdk => {
                let mut command = tree.command(setup::interpreter(tree, "benches/rest"));
                command.arg(tree.path("benches/rest/peer.py"));
                command
            }
        };
        command.arg(if self == Self::Ours { "deals" } else { self.name() });
        let begin = Instant::now();
        let said = tree::output(at(command, office)).with_context(|| self.name())?;
        let took = begin.elapsed().as_secs_f64();
        let mut sample: Sample = last_line(&said)?;
        sample.process_seconds = took;
        Ok(sample)
    }
}

/// Makes so many calls at once, while the office keeps the limits of the cloud.
pub(super) fn limited(tree: &Tree, programs: &Path, office: &Office, calls: u64) -> Result<Limited> {
    office.send("/portal/limits", &json!({"bucket": {}}))?;
    let mut command = tree.command(programs.join("hotstart-rest"));
    command.args(["calls", &calls.to_string()]);
    let said: Value = last_line(&tree::output(at(command, office))?)?;
    let report = office.read(&format!("/portal/limits?calls={calls}"))?;
    office.send("/portal/limits", &json!({}))?;
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_f64);
    let count = |value: &Value, name: &str| value.get(name).and_then(Value::as_u64);
    Ok(Limited {
        calls,
        answered: count(&said, "calls").context("no number of calls")?,
        seconds: number(&said, "seconds").context("no seconds")?,
        ideal_seconds: number(&report, "ideal_seconds").context("the office names no ideal")?,
        refusals: count(&report, "refusals").context("the office counts no refusals")?,
    })
}

/// With the webhook, and without a proxy: the office is on this computer.
fn at(mut command: std::process::Command, office: &Office) -> std::process::Command {
    for variable in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(variable).env_remove(variable.to_uppercase());
    }
    command.env("WEBHOOK", &office.addresses().webhook);
    command
}

fn last_line<T: serde::de::DeserializeOwned>(said: &str) -> Result<T> {
    let line = said.lines().next_back().context("it said nothing")?;
    serde_json::from_str(line).with_context(|| format!("it said {line:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_says_is_its_last_line() {
        let said = "a warning\n{\"items\":3,\"id_sum\":6,\"seconds\":0.5,\"rss_kb\":900}\n";
        let sample: Sample = last_line(said).unwrap();
        assert_eq!((sample.items, sample.id_sum, sample.rss_kb), (3, 6, 900));
        assert!(last_line::<Sample>("").is_err());
        assert!(last_line::<Sample>("{}").is_err());
    }

    #[test]
    fn names_are_those_of_the_report() {
        for reader in Reader::ALL {
            assert_eq!(serde_json::to_value(reader).unwrap(), reader.name());
        }
    }
}
