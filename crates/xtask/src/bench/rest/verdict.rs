//! The bars, the report and the table.

use serde_json::{Map, Value, json};

use super::Figures;
use super::readers::{Reader, Sample};
use crate::bench::figures::{Bar, bar, median};
use crate::bench::verdict::print_end;
use crate::say;

impl Figures {
    fn median(&self, reader: Reader, of: impl Fn(&Sample) -> f64) -> Option<f64> {
        let (_, samples) = self.reads.iter().find(|(one, _)| *one == reader)?;
        median(&samples.iter().map(of).collect::<Vec<_>>())
    }

    fn seconds(&self, reader: Reader) -> Option<f64> {
        self.median(reader, |sample| sample.seconds)
    }

    fn rss_kb(&self, reader: Reader) -> Option<f64> {
        self.median(reader, memory)
    }

    /// The peer that takes less time.
    fn faster(&self) -> Option<Reader> {
        let peers = [Reader::FastBitrix24, Reader::B24pysdk];
        let times = peers.into_iter().filter_map(|peer| Some((peer, self.seconds(peer)?)));
        times.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(peer, _)| peer)
    }

    /// Ours against the faster peer, and against the ideal of the office.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let share = |of: &dyn Fn(Reader) -> Option<f64>| Some(of(Reader::Ours)? / of(self.faster()?)?);
        let off = (self.limited.seconds / self.limited.ideal_seconds - 1.0).abs() * 100.0;
        let unanswered = self.limited.calls.saturating_sub(self.limited.answered) + self.limited.refusals;
        vec![
            bar("deals_seconds.share", share(&|one| self.seconds(one)), "<=", 0.5, None),
            bar("deals_rss.share", share(&|one| self.rss_kb(one)), "<=", 0.2, Some(0.1)),
            bar("limited_off_percent", Some(off), "<=", 5.0, None),
            bar(
                "limited_refusals",
                u32::try_from(unanswered).ok().map(f64::from),
                "<=",
                0.0,
                None,
            ),
        ]
    }

    /// The report: a part for each reader, then the rest.
    pub(super) fn report(&self) -> Value {
        let bars = self.bars();
        let readers = self.reads.iter().map(|(reader, samples)| {
            let figures = json!({
                "seconds": self.seconds(*reader),
                "rss_kb": middle(samples.iter().map(|sample| sample.rss_kb)),
                "process_seconds": self.median(*reader, |sample| sample.process_seconds),
                "items": samples.first().map(|sample| sample.items),
                "rounds": samples.len(),
            });
            (reader.name().to_owned(), figures)
        });
        let mut report: Map<String, Value> = readers.collect();
        report.insert("limited".to_owned(), json!(self.limited));
        report.insert("faster_peer".to_owned(), json!(self.faster()));
        report.insert("ok".to_owned(), bars.iter().all(|bar| bar.ok).into());
        report.insert("bars".to_owned(), json!(bars));
        report.insert("machine".to_owned(), json!(self.machine));
        report.insert("build_s".to_owned(), self.build_s.into());
        report.insert("measured_s".to_owned(), self.measured_s.into());
        report.insert("quick".to_owned(), self.quick.into());
        report.into()
    }
}

/// Prints the table.
pub(super) fn print(figures: &Figures) {
    say::title(&format!("{} deals (medians)", figures.deals));
    say::line(&format!("{:20}{:>12}{:>12}{:>14}", "", "s", "MB", "s with start"));
    for (reader, _) in &figures.reads {
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        say::line(&format!(
            "{:20}{:>12.3}{:>12.1}{:>14.3}",
            reader.name(),
            number(figures.seconds(*reader)),
            number(figures.rss_kb(*reader)) / 1024.0,
            number(figures.median(*reader, |sample| sample.process_seconds)),
        ));
    }
    let limited = &figures.limited;
    say::line(&format!(
        "{} of {} single calls in {:.1} s, at best {:.1} s; {} refused",
        limited.answered, limited.calls, limited.seconds, limited.ideal_seconds, limited.refusals
    ));
    print_end(&figures.machine, &figures.bars(), figures.build_s, figures.measured_s);
}

/// The median, whole as it was booked.
fn middle(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

fn memory(sample: &Sample) -> f64 {
    u32::try_from(sample.rss_kb).map_or(f64::NAN, f64::from)
}
