//! The measures of the demo, several rounds of them.
//!
//! It measures what the bars name (hot and cold opens, hand-off, notifications, start, memory) and nothing else; the
//! rounds follow each other in fresh desks, and the medians over all samples are printed and written.

use anyhow::Result;

use super::report::Samples;
use super::story::{Extent, Story};
use super::{opening, report, start};
use crate::tree::Tree;
use crate::{programs, say, setup};

/// Plays the measured scenes `rounds` times.
pub(crate) fn run(tree: &Tree, rounds: u32) -> Result<()> {
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            pages: true,
            ..setup::Needs::default()
        },
    )?;
    let programs = programs::build(tree, "release", &programs::ALL)?;
    let folder = tree.fresh_output("bench")?;
    let extent = Extent {
        hot: 40,
        cold: 5,
        notifications: 20,
        idle: 10,
        pictures: false,
    };
    let (mut all, mut steps, mut idle, mut warm, mut tray) = (Samples::default(), Vec::new(), vec![], vec![], vec![]);
    for round in 1..=rounds {
        say::title(&format!("round {round} of {rounds}"));
        let mut story = Story::set(&programs, &folder, extent)?;
        if start::play(&mut story) {
            opening::play(&mut story);
            story.step("notifications", super::events::measured);
        }
        let (played, samples) = story.finish()?;
        steps.extend(played);
        all.hot_open_ms.extend(samples.hot_open_ms);
        all.hot_open_hidden_ms.extend(samples.hot_open_hidden_ms);
        all.hot_open_shown_ms.extend(samples.hot_open_shown_ms);
        all.cold_open_ms.extend(samples.cold_open_ms);
        all.handoff_ms.extend(samples.handoff_ms);
        all.notify_ms.extend(samples.notify_ms);
        tray.extend(samples.start_to_tray_ms);
        idle.extend(samples.idle_kb);
        warm.extend(samples.one_warm_kb);
        all.page_loads = all.page_loads.max(samples.page_loads);
        all.licences_in_use = all.licences_in_use.max(samples.licences_in_use);
    }
    all.start_to_tray_ms = report::percentile(&tray, 50);
    all.idle_kb = middle(idle);
    all.one_warm_kb = middle(warm);
    report::write(&folder, &steps, &all)?;
    report::print(&[], &all, true);
    super::judge(&steps)
}

fn middle(mut numbers: Vec<u64>) -> Option<u64> {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied()
}
