//! What was measured, and the bars it is held against.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::flood::Floods;
use super::herd;
use super::memory::Seen;
use super::paced::{Idle, Paced};
use crate::tree::{self, Tree};

/// Everything of a run.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) floods: BTreeMap<&'static str, Floods>,
    pub(super) paced: BTreeMap<&'static str, Paced>,
    pub(super) idle: Idle,
    pub(super) memory: Seen,
    pub(super) herd: Value,
    pub(super) machine: Machine,
    pub(super) build_s: f64,
    pub(super) measured_s: f64,
    pub(super) quick: bool,
}

/// Ours beside the vendor's, in microseconds for an event.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Beside {
    /// Median of the rounds.
    pub(super) ours: f64,
    /// Median of the rounds.
    pub(super) peer: f64,
    /// How many times less ours needs.
    pub(super) ratio: f64,
    /// The framing on which this was measured.
    pub(super) framing: &'static str,
}

/// A figure and what it may be.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Bar {
    /// Key of the figure.
    pub(super) name: &'static str,
    /// What was measured.
    pub(super) value: Option<f64>,
    /// `<=` or `>=`.
    pub(super) relation: &'static str,
    /// The limit.
    pub(super) limit: f64,
    /// What would be better still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aim: Option<f64>,
    /// Whether it is kept.
    pub(super) ok: bool,
}

/// Where it was measured.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Machine {
    processor: String,
    processors: usize,
    kernel: String,
    node: String,
    commit: String,
    load_before: String,
    load_after: String,
}

impl Figures {
    /// The flood on the framing that speaks least for us.
    pub(super) fn flood(&self) -> Option<Beside> {
        let all = self
            .floods
            .iter()
            .map(|(framing, floods)| beside(framing, &floods.ours_us, &floods.peer_us));
        least(all)
    }

    /// 50 events a second on the framing that speaks least for us.
    pub(super) fn paced(&self) -> Option<Beside> {
        let all = self
            .paced
            .iter()
            .map(|(framing, paced)| beside(framing, &paced.ours, &paced.peer));
        least(all)
    }

    /// The same with the database on a disk, at its dearest.
    pub(super) fn paced_durable_us(&self) -> Option<f64> {
        let medians = self.paced.values().filter_map(|paced| median(&paced.ours_durable));
        medians.max_by(f64::total_cmp)
    }

    /// Every bar of the push connection.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let ratio = |beside: Option<Beside>| beside.map(|beside| beside.ratio);
        let kb = self
            .memory
            .after
            .and_then(|memory| u32::try_from(memory.rss_kb).ok())
            .map(f64::from);
        let slope = self
            .memory
            .slope_kb_per_million
            .filter(|_| self.memory.slope_events >= 5_000_000);
        let switches = u32::try_from(self.idle.ours_tls_text).ok().map(f64::from);
        vec![
            bar("flood_us_per_event.ratio", ratio(self.flood()), ">=", 3.0, Some(6.0)),
            bar("paced50_us_per_event.ratio", ratio(self.paced()), ">=", 4.0, Some(6.0)),
            bar("listen_rss_kb", kb, "<=", 15.0 * 1024.0, None),
            bar("rss_slope_kb_per_million", slope, "<=", 1024.0, Some(0.0)),
            bar("idle_switches_60s", switches, "<=", 12.0, Some(4.0)),
            bar(
                "herd_peak_per_100ms",
                herd::median(&self.herd, "peak_per_100ms"),
                "<=",
                20.0,
                None,
            ),
            bar(
                "outage_return_p95_s",
                herd::median(&self.herd, "outage_return_p95_s"),
                "<=",
                30.0,
                None,
            ),
        ]
    }

    /// The report: the agreed keys first, then what they were made of.
    pub(super) fn report(&self) -> Value {
        let bars = self.bars();
        let framings = self.floods.iter().map(|(framing, floods)| {
            let paced = self.paced.get(framing);
            let details = json!({
                "flood": beside(framing, &floods.ours_us, &floods.peer_us),
                "flood_rounds": floods,
                "paced50": paced.and_then(|paced| beside(framing, &paced.ours, &paced.peer)),
                "paced50_memory_file_us": paced.and_then(|paced| median(&paced.ours_memory_file)),
                "paced50_durable_us": paced.and_then(|paced| median(&paced.ours_durable)),
                "paced50_rounds": paced,
            });
            ((*framing).to_owned(), details)
        });
        json!({
            "flood_us_per_event": self.flood(),
            "paced50_us_per_event": self.paced(),
            "paced50_durable_us": self.paced_durable_us(),
            "listen_rss_kb": self.memory.after.map(|memory| memory.rss_kb),
            "rss_slope_kb_per_million": self.memory.slope_kb_per_million,
            "idle_switches_60s": self.idle.ours_tls_text,
            "herd_peak_per_100ms": herd::median(&self.herd, "peak_per_100ms"),
            "outage_return_p95_s": herd::median(&self.herd, "outage_return_p95_s"),
            "ok": bars.iter().all(|bar| bar.ok),
            "bars": bars,
            "framings": framings.collect::<Map<_, _>>(),
            "idle": self.idle,
            "memory": self.memory,
            "herd": self.herd,
            "machine": self.machine,
            "build_s": self.build_s,
            "measured_s": self.measured_s,
            "quick": self.quick,
        })
    }
}

impl Machine {
    /// Looks around before the measuring.
    pub(super) fn look(tree: &Tree) -> Self {
        let line = |program: &str, arguments: &[&str]| {
            let mut command = tree.command(program);
            command.args(arguments);
            tree::output(command)
                .map(|text| text.trim().to_owned())
                .unwrap_or_default()
        };
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
        Self {
            processor: model
                .map_or("", |model| model.trim_start_matches([':', ' ', '\t']))
                .to_owned(),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: line("uname", &["-sr"]),
            node: line("node", &["--version"]),
            commit: line("git", &["describe", "--always", "--dirty"]),
            load_before: load(),
            load_after: String::new(),
        }
    }

    /// Notes how busy the machine was in the end.
    pub(super) fn leave(mut self) -> Self {
        self.load_after = load();
        self
    }

    /// For a person.
    pub(super) fn words(&self) -> String {
        format!(
            "{} ({} processors), {}, Node {}, load {} before, {} after",
            self.processor, self.processors, self.kernel, self.node, self.load_before, self.load_after
        )
    }
}

/// How many wanted a processor in the last minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_ascii_whitespace().next().unwrap_or_default().to_owned()
}

/// The middle value; of an even number of values, the lower of the two in the middle.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

/// The medians of both sides.
pub(super) fn beside(framing: &'static str, ours: &[f64], peer: &[f64]) -> Option<Beside> {
    let (ours, peer) = (median(ours)?, median(peer)?);
    (ours > 0.0).then_some(Beside {
        ours,
        peer,
        ratio: peer / ours,
        framing,
    })
}

fn least(all: impl Iterator<Item = Option<Beside>>) -> Option<Beside> {
    all.flatten().min_by(|one, other| one.ratio.total_cmp(&other.ratio))
}

/// A figure beside its limit; one that was not measured misses it.
pub(super) fn bar(name: &'static str, value: Option<f64>, relation: &'static str, limit: f64, aim: Option<f64>) -> Bar {
    let ok = value.is_some_and(|value| {
        if relation == "<=" {
            value <= limit
        } else {
            value >= limit
        }
    });
    Bar {
        name,
        value,
        relation,
        limit,
        aim,
        ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let floods = |ours: f64, peer: f64| Floods {
            ours_us: vec![ours],
            peer_us: vec![peer],
            ..Floods::default()
        };
        Figures {
            floods: BTreeMap::from([("text", floods(4.0, 20.0)), ("jsonrpc", floods(5.0, 20.0))]),
            paced: BTreeMap::from([(
                "text",
                Paced {
                    ours: vec![90.0, 100.0, 300.0],
                    peer: vec![600.0],
                    ..Paced::default()
                },
            )]),
            idle: Idle::default(),
            memory: Seen {
                slope_events: 200_000,
                slope_kb_per_million: Some(0.0),
                ..Seen::default()
            },
            herd: json!({"peak_per_100ms": {"median": 17.0, "max": 21.0}, "outage_return_p95_s": {"median": 31.0}}),
            machine: Machine::default(),
            build_s: 0.0,
            measured_s: 0.0,
            quick: false,
        }
    }

    #[test]
    fn the_framing_that_speaks_least_for_us_counts() {
        let figures = figures();
        let flood = figures.flood().unwrap();
        assert_eq!((flood.framing, flood.ours), ("jsonrpc", 5.0));
        assert!((flood.ratio - 4.0).abs() < 1e-9);
        let paced = figures.paced().unwrap();
        assert!((paced.ratio - 6.0).abs() < 1e-9, "medians of the rounds: {paced:?}");
    }

    #[test]
    fn a_figure_that_was_not_measured_misses_its_bar() {
        let figures = figures();
        let missed: Vec<&str> = figures
            .bars()
            .iter()
            .filter(|bar| !bar.ok)
            .map(|bar| bar.name)
            .collect();
        assert_eq!(
            missed,
            ["listen_rss_kb", "rss_slope_kb_per_million", "outage_return_p95_s"]
        );
        let report = figures.report();
        assert_eq!(report["ok"], false);
        assert_eq!(report["flood_us_per_event"]["ratio"], 4.0);
        assert_eq!(report["listen_rss_kb"], Value::Null);
    }
}
