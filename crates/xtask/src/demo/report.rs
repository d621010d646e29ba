//! The report of a run: steps, measures, bars, and how they are shown.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::say;

/// One step of the story.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    /// What happened, in a few words.
    pub(crate) name: String,
    /// Whether it went as it should.
    pub(crate) ok: bool,
    /// How long it took, where that means something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ms: Option<f64>,
    /// The file of its picture, beside the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
    /// What was seen, or why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// Raw samples; every percentile of the report is made of these.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Samples {
    /// From the start of `hotstart-open` to the painted form in the warm window.
    pub(crate) hot_open_ms: Vec<f64>,
    /// The same, of those opens before which the window was hidden.
    pub(crate) hot_open_hidden_ms: Vec<f64>,
    /// The same, of those opens before which the window was shown.
    pub(crate) hot_open_shown_ms: Vec<f64>,
    /// From the start of `hotstart-open` to the painted form in a fresh window.
    pub(crate) cold_open_ms: Vec<f64>,
    /// From the start of `hotstart-open` to its end; the link is in the instance's queue then.
    pub(crate) handoff_ms: Vec<f64>,
    /// From publishing on the push server to the call on the session bus.
    pub(crate) notify_ms: Vec<f64>,
    /// The first open, that loads the warm window.
    pub(crate) first_open_ms: Option<f64>,
    /// From the start of the program to the tray host having its icon.
    pub(crate) start_to_tray_ms: Option<f64>,
    /// Proportional memory of every process, 10 s after the start, no window yet.
    pub(crate) idle_kb: Option<u64>,
    /// The same with one warm window.
    pub(crate) one_warm_kb: Option<u64>,
    /// Page loads of the warm window's base over all hot opens, the first included.
    pub(crate) page_loads: Option<u64>,
    /// Licences in use after the cold windows closed, the warm one still open.
    pub(crate) licences_in_use: Option<u64>,
}

/// A measure and what it may be at most (or at least).
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Bar {
    /// What is measured.
    pub(crate) name: &'static str,
    /// What was measured; nothing if the step did not come to it.
    pub(crate) value: Option<f64>,
    /// `<=` or `>=` or `=`.
    pub(crate) relation: &'static str,
    /// The limit.
    pub(crate) limit: f64,
    /// The unit.
    pub(crate) unit: &'static str,
    /// Whether the measure keeps it.
    pub(crate) ok: bool,
}

/// The nearest-rank percentile; `share` is 0 to 100.
pub(crate) fn percentile(samples: &[f64], share: u32) -> Option<f64> {
    let mut sorted: Vec<f64> = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * share as usize).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

impl Samples {
    /// The bars of the product.
    pub(crate) fn bars(&self) -> Vec<Bar> {
        let (hot, cold) = (percentile(&self.hot_open_ms, 50), percentile(&self.cold_open_ms, 50));
        let faster = hot.zip(cold).map(|(hot, cold)| cold / hot);
        let mb = |kb: Option<u64>| {
            kb.and_then(|kb| u32::try_from(kb).ok())
                .map(|kb| f64::from(kb) / 1024.0)
        };
        let count = |number: Option<u64>| number.and_then(|number| u32::try_from(number).ok()).map(f64::from);
        vec![
            bar("hot open p50", hot, "<=", 60.0, "ms"),
            bar("hot open p95", percentile(&self.hot_open_ms, 95), "<=", 120.0, "ms"),
            bar("hot over cold", faster, ">=", 15.0, "times"),
            bar("page loads of the warm window", count(self.page_loads), "=", 1.0, ""),
            bar("licences in use", count(self.licences_in_use), "=", 1.0, ""),
            bar("hand-off p50", percentile(&self.handoff_ms, 50), "<=", 5.0, "ms"),
            bar("notification p50", percentile(&self.notify_ms, 50), "<=", 50.0, "ms"),
            bar("start to tray", self.start_to_tray_ms, "<=", 500.0, "ms"),
            bar("memory idle (PSS)", mb(self.idle_kb), "<=", 60.0, "MB"),
        ]
    }

    fn report(&self) -> Map<String, Value> {
        let pair =
            |samples: &[f64]| json!({"p50": round(percentile(samples, 50)), "p95": round(percentile(samples, 95))});
        let mut report = Map::new();
        for (name, value) in [
            ("hot_open_ms", pair(&self.hot_open_ms)),
            ("cold_open_ms", pair(&self.cold_open_ms)),
            ("handoff_ms", pair(&self.handoff_ms)),
            ("notify_ms", pair(&self.notify_ms)),
            ("start_to_tray_ms", json!(round(self.start_to_tray_ms))),
            ("pss_kb", json!({"idle": self.idle_kb, "one_warm": self.one_warm_kb})),
            ("page_loads", json!(self.page_loads)),
            ("licences_in_use", json!(self.licences_in_use)),
            ("hot_open_hidden_ms", pair(&self.hot_open_hidden_ms)),
            ("hot_open_shown_ms", pair(&self.hot_open_shown_ms)),
            ("first_open_ms", json!(round(self.first_open_ms))),
        ] {
            report.insert(name.to_owned(), value);
        }
        report
    }
}

/// Writes `report.json` and `samples.json`.
pub(crate) fn write(folder: &Path, steps: &[Step], samples: &Samples) -> Result<()> {
    let mut report = Map::new();
    report.insert("steps".to_owned(), json!(steps));
    report.extend(samples.report());
    report.insert("bars".to_owned(), json!(samples.bars()));
    fs_err::write(folder.join("report.json"), serde_json::to_string_pretty(&report)?)?;
    fs_err::write(folder.join("samples.json"), serde_json::to_string_pretty(samples)?)?;
    Ok(())
}

/// Prints the steps, then the measures beside their bars.
pub(crate) fn print(steps: &[Step], samples: &Samples, judged: bool) {
    say::line("");
    for step in steps {
        let mark = if step.ok { say::green("ok  ") } else { say::red("FAIL") };
        let ms = step.ms.map_or_else(|| " ".repeat(12), |ms| format!("{ms:>9.1} ms"));
        say::line(&format!(
            "{mark} {:<52}{ms}  {}",
            step.name,
            step.note.as_deref().unwrap_or_default()
        ));
    }
    if !judged {
        return;
    }
    say::line(&format!("\n{:<34}{:>12}   {:<18}", "measure", "seen", "bar"));
    for bar in samples.bars() {
        let seen = bar
            .value
            .map_or_else(|| "nothing".to_owned(), |value| format!("{value:.1} {}", bar.unit));
        let line = format!(
            "{:<34}{seen:>12}   {} {} {}",
            bar.name, bar.relation, bar.limit, bar.unit
        );
        say::line(&if bar.ok {
            say::green(&line)
        } else {
            say::red(&format!("{line}  MISSED"))
        });
    }
    say::line("");
}

fn bar(name: &'static str, value: Option<f64>, relation: &'static str, limit: f64, unit: &'static str) -> Bar {
    let ok = value.is_some_and(|value| match relation {
        "<=" => value <= limit,
        ">=" => value >= limit,
        _ => (value - limit).abs() < f64::EPSILON,
    });
    Bar {
        name,
        value: round(value),
        relation,
        limit,
        unit,
        ok,
    }
}

fn round(value: Option<f64>) -> Option<f64> {
    value.map(|value| (value * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_themselves() {
        let samples = [9.0, 1.0, 5.0, 3.0];
        assert_eq!(percentile(&samples, 50), Some(3.0));
        assert_eq!(percentile(&samples, 95), Some(9.0));
        assert_eq!(percentile(&[7.0], 50), Some(7.0));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn a_bar_that_was_not_measured_is_missed() {
        let bars = Samples::default().bars();
        assert!(bars.iter().all(|bar| !bar.ok && bar.value.is_none()));
    }

    #[test]
    fn bars_are_judged_by_the_raw_samples() {
        let samples = Samples {
            hot_open_ms: vec![60.0; 20],
            cold_open_ms: vec![900.0; 5],
            page_loads: Some(1),
            licences_in_use: Some(2),
            idle_kb: Some(61_441),
            ..Samples::default()
        };
        let ok = |name: &str| samples.bars().iter().find(|bar| bar.name == name).unwrap().ok;
        assert!(ok("hot open p50") && ok("hot over cold") && ok("page loads of the warm window"));
        assert!(!ok("licences in use") && !ok("memory idle (PSS)"));
    }

    #[test]
    fn the_report_has_the_promised_keys() {
        let folder = tempfile::tempdir().unwrap();
        let step = Step {
            name: "one".into(),
            ok: true,
            ms: None,
            picture: None,
            note: None,
        };
        write(folder.path(), &[step], &Samples::default()).unwrap();
        let text = fs_err::read_to_string(folder.path().join("report.json")).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap();
        for key in [
            "steps",
            "hot_open_ms",
            "cold_open_ms",
            "handoff_ms",
            "notify_ms",
            "start_to_tray_ms",
            "pss_kb",
            "page_loads",
            "licences_in_use",
        ] {
            assert!(report.get(key).is_some(), "{key}");
        }
        assert_eq!(report["steps"][0], json!({"name": "one", "ok": true}));
    }
}
