//! As many events as a client takes: what each of them costs.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};

use super::client::{Place, Side};
use super::rig::{Framing, Rig};
use crate::say;

/// A feeder that has not got rid of its events by then stands before a dead client.
const LIMIT: Duration = Duration::from_secs(120);

/// Measures of one framing, one of each round.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(super) struct Floods {
    /// Computing time for an event, microseconds.
    pub(super) ours_us: Vec<f64>,
    /// The same of the vendor's client.
    pub(super) peer_us: Vec<f64>,
    /// How fast the feeder got rid of its events.
    pub(super) ours_events_per_s: Vec<f64>,
    /// The same for the vendor's client.
    pub(super) peer_events_per_s: Vec<f64>,
    /// Resident memory afterwards, KiB.
    pub(super) ours_rss_kb: Vec<f64>,
    /// The same of the vendor's client.
    pub(super) peer_rss_kb: Vec<f64>,
}

/// Floods a fresh client of each side in turn, framing by framing, round by round.
pub(super) fn play(rig: &mut Rig, rounds: u32, events: u64) -> Result<BTreeMap<&'static str, Floods>> {
    let mut measured: BTreeMap<&'static str, Floods> = BTreeMap::new();
    for round in 1..=rounds {
        for framing in Framing::ALL {
            let floods = measured.entry(framing.name()).or_default();
            let ours = flood(rig, Side::Ours(Place::Disk), framing, events)?;
            let peer = flood(rig, Side::Peer, framing, events)?;
            say::line(&format!(
                "flood {round} of {rounds}, {:8}  ours {:6.2}  peer {:6.2} us per event",
                framing.name(),
                ours.us,
                peer.us
            ));
            floods.ours_us.push(ours.us);
            floods.peer_us.push(peer.us);
            floods.ours_events_per_s.push(ours.events_per_s);
            floods.peer_events_per_s.push(peer.events_per_s);
            floods.ours_rss_kb.push(ours.rss_kb);
            floods.peer_rss_kb.push(peer.rss_kb);
        }
    }
    Ok(measured)
}

struct Flood {
    us: f64,
    events_per_s: f64,
    rss_kb: f64,
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn flood(rig: &mut Rig, side: Side, framing: Framing, events: u64) -> Result<Flood> {
    let mut client = rig.client(side, framing, false)?;
    let before = client.cpu()?;
    let seconds = rig.feeder.flood(&client.name, events, false, LIMIT)?;
    client.finish(events)?;
    let used = client.cpu()?.since(&before);
    let (_, acknowledged) = rig.feeder.ask(&client.name)?;
    if framing == Framing::JsonRpc && acknowledged != events {
        bail!("{} has acknowledged {acknowledged} of {events} events", client.name);
    }
    let rss_kb = client.memory()?.rss_kb as f64;
    client.end(rig)?;
    let events = events as f64;
    Ok(Flood {
        us: used.as_secs_f64() * 1e6 / events,
        events_per_s: events / seconds,
        rss_kb,
    })
}
