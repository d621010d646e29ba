//! The table for a person.

use super::figures::Figures;
use crate::bench::verdict::{number, print_end};
use crate::demo::report::percentile;
use crate::say;

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
    print_end(&figures.machine, &figures.bars(), figures.build_s, figures.measured_s);
}
