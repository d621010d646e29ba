//! How the figures are shown: a table for a person, files for everything else.

use std::path::PathBuf;

use anyhow::Result;

use super::figures::Figures;
use crate::demo::report::percentile;
use crate::say;
use crate::tree::Tree;

/// Writes `open.json` and the raw samples; where the report is.
pub(super) fn write(tree: &Tree, figures: &Figures) -> Result<PathBuf> {
    let folder = tree.path("target/bench");
    fs_err::create_dir_all(&folder)?;
    let file = folder.join("open.json");
    fs_err::write(&file, serde_json::to_string_pretty(&figures.report())? + "\n")?;
    let samples = serde_json::to_string_pretty(&figures.samples)? + "\n";
    fs_err::write(folder.join("open-samples.json"), samples)?;
    Ok(file)
}

/// Prints the table.
pub(super) fn print(figures: &Figures) {
    let it = &figures.samples;
    say::title("figures");
    say::line(&format!(
        "{:44}{:>7}{:>10}{:>10}{:>12}",
        "from the click to the painted form, ms", "opens", "p50", "p95", "hot is .. x"
    ));
    for (what, samples) in [
        ("hot", &it.hot_ms),
        ("  hidden window", &it.hot_hidden_ms),
        ("  visible window", &it.hot_shown_ms),
        ("cold window of ours", &it.cold_ms),
        ("running Chromium, developer tools", &it.chromium_running_tools_ms),
        ("running Chromium, second call", &it.chromium_running_call_ms),
        ("new Chromium", &it.chromium_cold_ms),
        ("hot, 50 ms after the one before", &it.growth_open_ms),
    ] {
        say::line(&format!(
            "{what:44}{:>7}{:>10}{:>10}{:>12}",
            samples.len(),
            number(percentile(samples, 50)),
            number(percentile(samples, 95)),
            number(figures.faster_than(samples))
        ));
    }
    say::line(&format!("{:44}{:>7}{:>10}", "memory (PSS)", "", "MB"));
    let several = format!("ours, warm: {}", it.warm_bases.join(", "));
    for (what, name) in [
        ("ours, one warm page", "ours_one_warm"),
        (several.as_str(), "ours_three_warm"),
        ("Chromium, one page", "chromium_one"),
    ] {
        let mb = it.pss_kb(name).and_then(|kb| u32::try_from(kb).ok());
        let processes = it.memory.get(name).map_or(0, Vec::len);
        say::line(&format!(
            "{what:44}{:>7}{:>10}   in {processes} processes",
            "",
            number(mb.map(|kb| f64::from(kb) / 1024.0))
        ));
    }
    if it.others > 0 {
        say::line(&say::red(&format!(
            "{} processes of other programs run the same engines and share their memory: these figures are too small",
            it.others
        )));
    }
    say::line(&figures.machine.words());
    super::super::verdict::print_bars(&figures.bars());
    say::line(&format!(
        "built in {:.0} s, measured in {:.0} s",
        figures.build_s, figures.measured_s
    ));
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}
