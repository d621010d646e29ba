//! What was measured, and the bars it is held against.

use std::collections::BTreeMap;

use hotstart_stage::memory::{self, Share};
use serde::Serialize;
use serde_json::{Value, json};

use crate::bench::figures::{Bar, Machine, bar, median};
use crate::demo::report::percentile;

/// The opens of the growth bar.
const ALL_OPENS: u32 = 500;

/// Raw samples; every figure is made of these. Times are in milliseconds.
#[derive(Debug, Default, Serialize)]
pub(super) struct Samples {
    /// Hot opens, in order.
    pub(super) hot_ms: Vec<f64>,
    /// Those of them before which the window was hidden.
    pub(super) hot_hidden_ms: Vec<f64>,
    /// Those of them before which the window was shown.
    pub(super) hot_shown_ms: Vec<f64>,
    /// Our cold window.
    pub(super) cold_ms: Vec<f64>,
    /// A new Chromium.
    pub(super) chromium_cold_ms: Vec<f64>,
    /// A running Chromium, given the address by a second call.
    pub(super) chromium_running_call_ms: Vec<f64>,
    /// A running Chromium, given the address over its developer tools.
    pub(super) chromium_running_tools_ms: Vec<f64>,
    /// The open that loads the warm window.
    pub(super) first_open_ms: Option<f64>,
    /// Every process at every measure of memory, by the name of the measure.
    pub(super) memory: BTreeMap<&'static str, Vec<Share>>,
    /// Hot opens so far, and the memory of the whole program in KiB.
    pub(super) growth_kb: Vec<(u32, u64)>,
    /// The same by the names of the processes.
    pub(super) growth_parts_kb: BTreeMap<String, Vec<u64>>,
    /// The memory of the whole program a while after the last of them.
    pub(super) rested_kb: Option<u64>,
    /// How long those opens took.
    pub(super) growth_open_ms: Vec<f64>,
    /// The bases that were warm side by side.
    pub(super) warm_bases: Vec<String>,
    /// Processes of somebody else on this machine that run the same engines, before or after: they share their memory.
    pub(super) others: usize,
    /// The one page load of the warm window.
    pub(super) load: Option<String>,
    /// How long the machine was waited for before a round of opens, in seconds.
    pub(super) settle_s: Vec<f64>,
}

/// Everything of a run.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) samples: Samples,
    /// Hot opens over which growth was measured.
    pub(super) opens: u32,
    pub(super) machine: Machine,
    pub(super) build_s: f64,
    pub(super) measured_s: f64,
    pub(super) quick: bool,
}

impl Samples {
    /// Keeps a measure of memory.
    pub(super) fn keep_memory(&mut self, name: &'static str, shares: Vec<Share>) {
        self.memory.insert(name, shares);
    }

    /// The sum of a measure of memory, in KiB.
    pub(super) fn pss_kb(&self, name: &str) -> Option<u64> {
        self.memory.get(name).map(|shares| memory::total_kb(shares))
    }

    /// A running Chromium by the faster of the two ways, and which that is.
    pub(super) fn chromium_running(&self) -> (&'static str, &[f64]) {
        let (call, tools) = (&self.chromium_running_call_ms, &self.chromium_running_tools_ms);
        match (percentile(call, 50), percentile(tools, 50)) {
            (Some(by_call), Some(by_tools)) if by_call < by_tools => ("second call", call),
            (Some(_), None) => ("second call", call),
            _ => ("developer tools", tools),
        }
    }

    /// Growth in percent: the median of the last 50 opens against that of the opens 50 to 100.
    pub(super) fn growth_percent(&self) -> Option<f64> {
        let last = self.growth_kb.last()?.0;
        let after = self.growth_between(last.checked_sub(49)?.max(101), last)?;
        Some((after / self.growth_between(50, 100)? - 1.0) * 100.0)
    }

    /// The same once the page has rested: what is left then is no garbage. No bar, only beside it.
    pub(super) fn rested_percent(&self) -> Option<f64> {
        let rested = self.rested_kb.and_then(number)?;
        Some((rested / self.growth_between(50, 100)? - 1.0) * 100.0)
    }

    /// The median of the memory read between two opens.
    fn growth_between(&self, from: u32, to: u32) -> Option<f64> {
        let inside = self.growth_kb.iter().filter(|(open, _)| (from..=to).contains(open));
        let kb: Vec<f64> = inside.filter_map(|(_, kb)| number(*kb)).collect();
        median(&kb)
    }
}

impl Figures {
    /// How many times faster a hot open is than these.
    pub(super) fn faster_than(&self, others: &[f64]) -> Option<f64> {
        let (hot, other) = (percentile(&self.samples.hot_ms, 50)?, percentile(others, 50)?);
        (hot > 0.0).then_some(other / hot)
    }

    /// Our memory beside Chromium's.
    pub(super) fn memory_ratio(&self) -> Option<f64> {
        let kb = |name| self.samples.pss_kb(name).and_then(number);
        Some(kb("ours_one_warm")? / kb("chromium_one")?)
    }

    /// Every bar of opening.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let it = &self.samples;
        let (_, running) = it.chromium_running();
        let growth = it.growth_percent().filter(|_| self.opens >= ALL_OPENS);
        let (median, late) = (percentile(&it.hot_ms, 50), percentile(&it.hot_ms, 95));
        vec![
            bar("hot_ms.p50", median, "<=", 50.0, None),
            bar("hot_ms.p95", late, "<=", 80.0, None),
            bar(
                "chromium_cold_over_hot",
                self.faster_than(&it.chromium_cold_ms),
                ">=",
                25.0,
                None,
            ),
            bar("chromium_running_over_hot", self.faster_than(running), ">=", 8.0, None),
            bar("ours_one_warm_over_chromium", self.memory_ratio(), "<=", 1.0, None),
            bar("growth_500_opens_percent", growth, "<=", 5.0, None),
        ]
    }

    /// The report: the agreed keys first, then what they were made of.
    pub(super) fn report(&self) -> Value {
        let it = &self.samples;
        let (way, running) = it.chromium_running();
        let bars = self.bars();
        json!({
            "hot_ms": pair(&it.hot_ms),
            "cold_ms": pair(&it.cold_ms),
            "chromium_cold_ms": pair(&it.chromium_cold_ms),
            "chromium_running_ms": pair(running),
            "pss_kb": {
                "ours_one_warm": it.pss_kb("ours_one_warm"),
                "ours_three_warm": it.pss_kb("ours_three_warm"),
                "chromium_one": it.pss_kb("chromium_one"),
            },
            "growth_500_opens_percent": it.growth_percent(),
            "growth_after_rest_percent": it.rested_percent(),
            "growth_opens": self.opens,
            "warm_bases": it.warm_bases,
            "other_engine_processes": it.others,
            "chromium_cold_over_hot": self.faster_than(&it.chromium_cold_ms),
            "chromium_running_over_hot": self.faster_than(running),
            "cold_over_hot": self.faster_than(&it.cold_ms),
            "ours_one_warm_over_chromium": self.memory_ratio(),
            "hot_hidden_ms": pair(&it.hot_hidden_ms),
            "hot_shown_ms": pair(&it.hot_shown_ms),
            "chromium_running_way": way,
            "chromium_running_call_ms": pair(&it.chromium_running_call_ms),
            "chromium_running_tools_ms": pair(&it.chromium_running_tools_ms),
            "growth_open_ms": pair(&it.growth_open_ms),
            "first_open_ms": it.first_open_ms,
            "ok": bars.iter().all(|bar| bar.ok),
            "bars": bars,
            "machine": self.machine,
            "build_s": self.build_s,
            "measured_s": self.measured_s,
            "quick": self.quick,
        })
    }
}

fn pair(samples: &[f64]) -> Value {
    json!({"p50": percentile(samples, 50), "p95": percentile(samples, 95)})
}

/// Memory of a whole program in KiB is far below 2^32.
fn number(kb: u64) -> Option<f64> {
    u32::try_from(kb).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(pss_kb: u64) -> Vec<Share> {
        vec![Share {
            pid: 1,
            name: "one".to_owned(),
            pss_kb,
        }]
    }

    fn figures() -> Figures {
        let mut samples = Samples {
            hot_ms: vec![20.0, 30.0, 40.0],
            chromium_cold_ms: vec![900.0],
            chromium_running_call_ms: vec![400.0],
            chromium_running_tools_ms: vec![210.0],
            growth_kb: (1..=50).map(|ten| (ten * 10, 1_000)).collect(),
            ..Samples::default()
        };
        samples.keep_memory("ours_one_warm", share(150));
        samples.keep_memory("chromium_one", share(300));
        Figures {
            samples,
            opens: 500,
            machine: Machine::default(),
            build_s: 0.0,
            measured_s: 0.0,
            quick: false,
        }
    }

    fn missed(figures: &Figures) -> Vec<&'static str> {
        let bars = figures.bars();
        bars.iter().filter(|bar| !bar.ok).map(|bar| bar.name).collect()
    }

    #[test]
    fn the_faster_way_of_a_running_chromium_counts() {
        let figures = figures();
        assert_eq!(figures.samples.chromium_running().0, "developer tools");
        assert_eq!(missed(&figures), ["chromium_running_over_hot"]);
        let report = figures.report();
        assert_eq!(report["chromium_running_ms"]["p50"], 210.0);
        assert_eq!(report["chromium_cold_over_hot"], 30.0);
        assert_eq!(report["ours_one_warm_over_chromium"], 0.5);
        assert_eq!(report["ok"], false);
    }

    #[test]
    fn growth_is_the_last_fifty_against_the_second_fifty() {
        let mut figures = figures();
        assert_eq!(figures.samples.growth_percent(), Some(0.0));
        for (open, kb) in &mut figures.samples.growth_kb {
            // Neither the way to the first plateau nor a peak in between counts.
            *kb = match *open {
                0..50 => 10,
                50..=100 => 1_000,
                101..=450 => 9_000,
                _ => 1_100,
            };
        }
        let growth = figures.samples.growth_percent().unwrap();
        assert!((growth - 10.0).abs() < 1e-9, "{growth}");
        assert!(missed(&figures).contains(&"growth_500_opens_percent"));
        figures.samples.growth_kb.truncate(8);
        assert_eq!(figures.samples.growth_percent(), None);
    }

    #[test]
    fn what_was_not_measured_misses_its_bar() {
        let mut figures = figures();
        figures.samples = Samples::default();
        assert_eq!(missed(&figures).len(), 6);
        assert_eq!(figures.report()["pss_kb"]["ours_three_warm"], Value::Null);
        let mut few = self::figures();
        few.opens = 120;
        assert!(missed(&few).contains(&"growth_500_opens_percent"));
    }

    #[test]
    fn the_report_has_the_promised_keys() {
        let report = figures().report();
        for key in ["hot_ms", "cold_ms", "chromium_cold_ms", "chromium_running_ms"] {
            assert!(
                report[key].get("p50").is_some() && report[key].get("p95").is_some(),
                "{key}"
            );
        }
        for key in ["ours_one_warm", "ours_three_warm", "chromium_one"] {
            assert!(report["pss_kb"].get(key).is_some(), "{key}");
        }
        assert!(report.get("growth_500_opens_percent").is_some());
    }
}
