//! Memory of `hotstartctl listen` over TLS with its store on a disk: after many events, and after very many.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::client::{Place, Side};
use super::process::Memory;
use super::rig::{Framing, Rig};
use crate::say;

/// Events of one order to the feeder.
const ORDER: u64 = 500_000;
/// How often memory is read.
const EVERY: u64 = 100_000;
/// What comes before the slope: buffers find their size.
const WARM_UP: u64 = 500_000;
/// A machine on which it takes longer gets no slope.
const PATIENCE: Duration = Duration::from_secs(270);

/// What was seen.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(super) struct Seen {
    /// Events before the first figure.
    pub(super) events: u64,
    /// Memory after them, the client at rest.
    pub(super) after: Option<Memory>,
    /// Events over which growth was measured.
    pub(super) slope_events: u64,
    /// Growth, KiB for a million events.
    pub(super) slope_kb_per_million: Option<f64>,
    /// Events so far and resident memory in KiB.
    pub(super) samples: Vec<(u64, u64)>,
    /// How fast it went.
    pub(super) events_per_s: f64,
}

/// Sends `first` events, reads the memory, and goes on for `more`.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn play(rig: &mut Rig, first: u64, more: u64) -> Result<Seen> {
    let mut client = rig.client(Side::Ours(Place::Disk), Framing::Text, true)?;
    rig.feeder.flood(&client.name, first, false, PATIENCE)?;
    client.finish(first)?;
    let mut seen = Seen {
        events: first,
        after: Some(client.memory()?),
        ..Seen::default()
    };
    let begin = Instant::now();
    let mut sent = first;
    while sent < first + more && begin.elapsed() < PATIENCE {
        let order = ORDER.min(first + more - sent);
        let limit = PATIENCE.saturating_sub(begin.elapsed()) + Duration::from_secs(60);
        let pid = client.pid();
        let samples = &mut seen.samples;
        rig.feeder
            .flood_watched(&client.name, order, true, limit, EVERY.min(order / 5), |at| {
                samples.push((at, Memory::of(pid)?.rss_kb));
                Ok(())
            })?;
        sent += order;
        say::line(&format!(
            "{} events over TLS, {} KiB resident",
            sent,
            client.memory()?.rss_kb
        ));
    }
    seen.events_per_s = (sent - first) as f64 / begin.elapsed().as_secs_f64();
    client.finish(sent)?;
    seen.slope_events = sent - first;
    let settled: Vec<_> = seen
        .samples
        .iter()
        .filter(|(at, _)| *at >= WARM_UP.min(first + more / 5))
        .map(|(at, kb)| (*at as f64, *kb as f64))
        .collect();
    seen.slope_kb_per_million = slope(&settled).map(|slope| slope * 1e6);
    client.end(rig)?;
    Ok(seen)
}

/// Least squares.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let mean = |sum: f64| sum / count;
    let (x, y) = (
        mean(points.iter().map(|(x, _)| x).sum()),
        mean(points.iter().map(|(_, y)| y).sum()),
    );
    let over: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let under: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    (points.len() > 2 && under > 0.0).then(|| over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_line_is_its_own() {
        let points: Vec<(f64, f64)> = (0..10).map(|x| (f64::from(x), 3.0 + 0.5 * f64::from(x))).collect();
        assert!((slope(&points).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(slope(&points[..2]), None);
        assert_eq!(slope(&[(1.0, 1.0); 5]), None);
    }
}
