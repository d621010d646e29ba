//! The table for a person.

use super::figures::Figures;
use super::kills::Killed;
use crate::bench::verdict::{number, print_end};
use crate::demo::report::percentile;
use crate::say;

/// Prints the table.
pub(super) fn print(figures: &Figures) {
    let it = &figures.samples;
    say::title("figures");
    say::line(&format!(
        "{:52}{:>8}{:>9}{:>9}{:>9}",
        "milliseconds", "samples", "p50", "p95", "p99"
    ));
    for (what, samples) in [
        ("from the push server's frame to the base", &it.relayed.relay_ms),
        ("  before it: the push server gathers", &it.relayed.gather_ms),
        ("from the click to the running client", &it.running_open_ms),
    ] {
        say::line(&format!(
            "{what:52}{:>8}{:>9}{:>9}{:>9}",
            samples.len(),
            number(percentile(samples, 50)),
            number(percentile(samples, 95)),
            number(percentile(samples, 99))
        ));
    }
    let drained = &it.drained;
    say::line(&format!(
        "{} events that waited: {:.2} s in {} calls, the first after {:.2} s; {} calls refused before",
        drained.events, drained.seconds, drained.calls, drained.first_s, drained.refused
    ));
    say::line(&format!(
        "{:14}{:>7}{:>9}{:>7}{:>9}{:>9}{:>10}{:>8}{:>8}",
        "killed", "kills", "events", "lost", "doubled", "resent", "connected", "ready", "s"
    ));
    for (name, lane) in lanes("headless", &it.headless)
        .chain(lanes("polled", &it.polled))
        .chain(lanes("tray", &it.tray))
    {
        let tally = lane.tally;
        say::line(&format!(
            "{name:14}{:>7}{:>9}{:>7}{:>9}{:>9}{:>10}{:>8.0}{:>8.0}",
            lane.kills,
            tally.published,
            tally.lost,
            tally.doubled,
            tally.resent,
            lane.connections,
            lane.ready_ms,
            lane.seconds
        ));
    }
    let tally = figures.tally();
    say::line(&format!(
        "{} events in all: {} lost, {} doubled, {} sent again, {} out of order, {} of nobody; seed {}",
        tally.published, tally.lost, tally.doubled, tally.resent, tally.disordered, tally.strange, figures.seed
    ));
    print_end(&figures.machine, &figures.bars(), figures.build_s, figures.measured_s);
}

fn lanes<'a>(name: &'a str, lanes: &'a [Killed]) -> impl Iterator<Item = (String, &'a Killed)> {
    lanes
        .iter()
        .zip(1..)
        .map(move |(lane, number)| (format!("{name} {number}"), lane))
}
