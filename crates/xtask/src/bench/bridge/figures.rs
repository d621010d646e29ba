//! What was measured, and the bars it is held against.

use serde::Serialize;
use serde_json::{Value, json};

use super::kills::Killed;
use super::ledger::Tally;
use super::paced::{Drained, Relayed};
use crate::bench::figures::{Bar, Machine, bar};
use crate::demo::report::percentile;

/// Raw samples; every figure is made of these.
#[derive(Debug, Default, Serialize)]
pub(super) struct Samples {
    pub(super) relayed: Relayed,
    pub(super) drained: Drained,
    /// From the start of `hotstart-open` to the event at the polling client.
    pub(super) running_open_ms: Vec<f64>,
    /// Lanes of the headless program.
    pub(super) headless: Vec<Killed>,
    /// The lane whose base is a client that asks the bridge.
    pub(super) polled: Vec<Killed>,
    /// The lane of the tray application.
    pub(super) tray: Vec<Killed>,
    /// What became of the events of the steady pace and of those that waited.
    pub(super) steady: Tally,
    /// Seconds from the first kill to the last event of the last lane.
    pub(super) kills_s: f64,
}

/// Everything of a run.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) samples: Samples,
    pub(super) seed: u64,
    pub(super) machine: Machine,
    pub(super) build_s: f64,
    pub(super) measured_s: f64,
    pub(super) quick: bool,
}

impl Figures {
    /// Killed headless programs.
    pub(super) fn kills(&self) -> u64 {
        self.samples.headless.iter().map(|lane| lane.kills).sum()
    }

    /// Killed tray applications.
    pub(super) fn kills_tray(&self) -> u64 {
        self.samples.tray.iter().map(|lane| lane.kills).sum()
    }

    /// All events of the run.
    pub(super) fn tally(&self) -> Tally {
        let it = &self.samples;
        let lanes = it.headless.iter().chain(&it.polled).chain(&it.tray);
        lanes.fold(it.steady, |sum, lane| sum.and(lane.tally))
    }

    /// Every bar of bridge and relay.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let it = &self.samples;
        let (relay, running) = (&it.relayed.relay_ms, &it.running_open_ms);
        let tally = self.tally();
        // Nothing was proved where nothing was sent.
        let seen = |number: u64| whole(number).filter(|_| tally.published > 0);
        vec![
            bar("relay_ms.p50", percentile(relay, 50), "<=", 20.0, None),
            bar("relay_ms.p99", percentile(relay, 99), "<=", 100.0, None),
            bar("running_open_ms.p50", percentile(running, 50), "<=", 30.0, None),
            bar("drain_per_s", it.drained.per_second(), ">=", 500.0, None),
            bar("kills", whole(self.kills()), ">=", 1000.0, None),
            bar("kills_tray", whole(self.kills_tray()), ">=", 20.0, None),
            bar("lost", seen(tally.lost), "<=", 0.0, None),
            bar("doubled", seen(tally.doubled + tally.strange), "<=", 0.0, None),
            bar("kills_minutes", Some(it.kills_s / 60.0), "<=", 10.0, None),
        ]
    }

    /// The report: the agreed keys first, then what they were made of.
    pub(super) fn report(&self) -> Value {
        let it = &self.samples;
        let bars = self.bars();
        let tally = self.tally();
        let pair = |samples: &[f64], high: u32, name: &str| json!({"p50": percentile(samples, 50), name: percentile(samples, high)});
        json!({
            "relay_ms": pair(&it.relayed.relay_ms, 99, "p99"),
            "running_open_ms": pair(&it.running_open_ms, 95, "p95"),
            "drain_per_s": it.drained.per_second(),
            "kills": self.kills(),
            "kills_tray": self.kills_tray(),
            "lost": tally.lost,
            "doubled": tally.doubled,
            "kills_polled": it.polled.iter().map(|lane| lane.kills).sum::<u64>(),
            "gather_ms": pair(&it.relayed.gather_ms, 99, "p99"),
            "events": tally,
            "drain": it.drained,
            "kills_s": it.kills_s,
            "seed": self.seed,
            "lanes": {"headless": it.headless, "polled": it.polled, "tray": it.tray},
            "ok": bars.iter().all(|bar| bar.ok),
            "bars": bars,
            "machine": self.machine,
            "build_s": self.build_s,
            "measured_s": self.measured_s,
            "quick": self.quick,
        })
    }
}

/// Counts of a run are far below 2^32.
fn whole(number: u64) -> Option<f64> {
    u32::try_from(number).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let lane = |kills, published| Killed {
            kills,
            tally: Tally {
                published,
                resent: 3,
                ..Tally::default()
            },
            ..Killed::default()
        };
        let samples = Samples {
            relayed: Relayed {
                relay_ms: vec![5.0, 6.0, 90.0],
                gather_ms: vec![200.0],
            },
            drained: Drained {
                events: 5000,
                seconds: 2.0,
                ..Drained::default()
            },
            running_open_ms: vec![9.0, 12.0, 40.0],
            headless: vec![lane(500, 3000), lane(500, 3000)],
            polled: vec![lane(60, 300)],
            tray: vec![lane(20, 100)],
            steady: Tally {
                published: 6000,
                ..Tally::default()
            },
            kills_s: 200.0,
        };
        Figures {
            samples,
            seed: 1,
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
    fn a_good_run_keeps_every_bar() {
        let figures = figures();
        assert_eq!(missed(&figures), Vec::<&str>::new());
        let report = figures.report();
        assert_eq!(report["ok"], true);
        assert_eq!(report["relay_ms"], json!({"p50": 6.0, "p99": 90.0}));
        assert_eq!(report["running_open_ms"], json!({"p50": 12.0, "p95": 40.0}));
        assert_eq!(report["drain_per_s"], 2500.0);
        assert_eq!((&report["kills"], &report["kills_tray"]), (&json!(1000), &json!(20)));
        assert_eq!((&report["lost"], &report["doubled"]), (&json!(0), &json!(0)));
    }

    #[test]
    fn one_lost_event_of_one_lane_misses_the_bar() {
        let mut figures = figures();
        figures.samples.headless[1].tally.lost = 1;
        assert_eq!(missed(&figures), ["lost"]);
        assert_eq!(figures.report()["lost"], 1);
    }

    #[test]
    fn one_doubled_or_strange_event_misses_the_bar() {
        let mut figures = figures();
        figures.samples.tray[0].tally.doubled = 1;
        assert_eq!(missed(&figures), ["doubled"]);
        assert_eq!(figures.report()["doubled"], 1);
        figures.samples.tray[0].tally = Tally {
            strange: 1,
            ..Tally::default()
        };
        assert_eq!(missed(&figures), ["doubled"]);
    }

    #[test]
    fn what_was_not_measured_is_missed() {
        let mut figures = figures();
        figures.samples = Samples::default();
        let missed = missed(&figures);
        for name in [
            "relay_ms.p50",
            "running_open_ms.p50",
            "drain_per_s",
            "kills",
            "kills_tray",
            "lost",
            "doubled",
        ] {
            assert!(missed.contains(&name), "{name}");
        }
    }
}
