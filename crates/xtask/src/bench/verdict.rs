//! How the figures are shown: a table for a person, a file for everything else.

use std::path::PathBuf;

use anyhow::Result;

use super::figures::{Bar, Figures, beside, median};
use super::herd;
use crate::say;
use crate::tree::Tree;

/// Writes the report; where it is.
pub(super) fn write(tree: &Tree, figures: &Figures) -> Result<PathBuf> {
    let folder = tree.path("target/bench");
    fs_err::create_dir_all(&folder)?;
    let file = folder.join("pull.json");
    fs_err::write(&file, serde_json::to_string_pretty(&figures.report())? + "\n")?;
    Ok(file)
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
    say::line(&figures.machine.words());
    print_bars(&figures.bars());
    say::line(&format!(
        "built in {:.0} s, measured in {:.0} s",
        figures.build_s, figures.measured_s
    ));
}

/// Prints each bar with what was seen.
pub(super) fn print_bars(bars: &[Bar]) {
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
}
