//! How the figures are shown: a table for a person, a file for everything else. What every measure says of itself in the
//! same way is here too.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;

use super::figures::{Bar, Figures, Machine, beside, median};
use super::herd;
use crate::say;
use crate::tree::Tree;

/// Writes `<name>.json`; where it is.
pub(super) fn write(tree: &Tree, name: &str, report: &Value) -> Result<PathBuf> {
    let folder = tree.path("target/bench");
    fs_err::create_dir_all(&folder)?;
    let file = folder.join(format!("{name}.json"));
    fs_err::write(&file, serde_json::to_string_pretty(report)? + "\n")?;
    Ok(file)
}

/// Writes `<name>.json`, and `<name>-samples.json` with the raw samples beside it; where the first one is.
pub(super) fn write_both(tree: &Tree, name: &str, report: &Value, samples: &impl Serialize) -> Result<PathBuf> {
    let file = write(tree, name, report)?;
    let samples = serde_json::to_string_pretty(samples)? + "\n";
    fs_err::write(file.with_file_name(format!("{name}-samples.json")), samples)?;
    Ok(file)
}

/// Fails if a bar is missed.
pub(super) fn judge(bars: &[Bar], quick: bool) -> Result<()> {
    let missed: Vec<&str> = bars.iter().filter(|bar| !bar.ok).map(|bar| bar.name).collect();
    if quick {
        say::line("small numbers: nothing is judged");
    } else if !missed.is_empty() {
        bail!("missed: {}", missed.join(", "));
    }
    Ok(())
}

/// Prints the table.
pub(super) fn print(figures: &Figures) {
    say::title("figures (medians)");
    say::line(&format!("{:44}{:>10}{:>10}{:>8}", "", "ours", "peer", "ratio"));
    let row = |what: &str, ours: f64, peer: f64| {
        say::line(&format!("{what:44}{ours:>10.2}{peer:>10.2}{:>8.1}", peer / ours));
    };
    for (framing, floods) in &figures.floods {
        if let Some(it) = beside(framing, &floods.ours_us, &floods.peer_us) {
            row(&format!("flood, {framing}, us per event"), it.ours, it.peer);
        }
    }
    for (framing, paced) in &figures.paced {
        let peer = median(&paced.peer).unwrap_or_default();
        for (place, values) in [
            ("no database", &paced.ours),
            ("database in memory", &paced.ours_memory_file),
            ("database on disk", &paced.ours_durable),
        ] {
            if let Some(ours) = median(values) {
                row(&format!("50 a second, {framing}, {place}, us"), ours, peer);
            }
        }
    }
    for (framing, floods) in &figures.floods {
        if let Some(it) = beside(framing, &floods.ours_rss_kb, &floods.peer_rss_kb) {
            row(
                &format!("resident after a flood, {framing}, MB"),
                it.ours / 1024.0,
                it.peer / 1024.0,
            );
        }
    }
    let idle = &figures.idle;
    say::line(&format!(
        "idle for {} s, voluntary switches: ours {} (TLS), {} (JSON-RPC); peer {}, {} (JSON-RPC)",
        idle.seconds, idle.ours_tls_text, idle.ours_jsonrpc, idle.peer_text, idle.peer_jsonrpc
    ));
    let worst = |figure| herd::worst(&figures.herd, figure).unwrap_or(f64::NAN);
    say::line(&format!(
        "a thousand clients, worst seed: {} in 100 ms; after the outage {} in 100 ms, p95 {} s",
        worst("peak_per_100ms"),
        worst("outage_peak_per_100ms"),
        worst("outage_return_p95_s")
    ));
    print_end(&figures.machine, &figures.bars(), figures.build_s, figures.measured_s);
}

/// Prints what every table ends with: where it was measured, each bar with what was seen, how long it took.
pub(super) fn print_end(machine: &Machine, bars: &[Bar], build_s: f64, measured_s: f64) {
    say::line(&machine.words());
    say::title("bars");
    for bar in bars {
        let value = bar.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        let aim = bar.aim.map(|aim| format!(" (aim {aim})")).unwrap_or_default();
        let verdict = if bar.ok { say::green("ok") } else { say::red("missed") };
        say::line(&format!(
            "{:30}{value:>12}   {} {}{aim}  {verdict}",
            bar.name, bar.relation, bar.limit
        ));
    }
    say::line(&format!("built in {build_s:.0} s, measured in {measured_s:.0} s"));
}

/// A figure of a table; a dash if it was not measured.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}
