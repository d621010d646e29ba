//! A busy user: 50 events a second. And an idle one: how often a process that has nothing to do wakes up.
//!
//! All clients of a round are fed at the same time, each in its own slice of the interval, and the idle ones sit beside
//! them on connections of their own: none of them keeps a processor busy, so they do not stand in each other's way.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::client::{Client, Place, Side};
use super::process::voluntary_switches;
use super::rig::{Framing, Rig};
use crate::say;

const RATE: u64 = 50;

/// Measures of one framing, one of each round: computing time for an event, microseconds.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(super) struct Paced {
    /// Without a database.
    pub(super) ours: Vec<f64>,
    /// With the database in a file system in memory.
    pub(super) ours_memory_file: Vec<f64>,
    /// With the database on a disk.
    pub(super) ours_durable: Vec<f64>,
    /// The vendor's client.
    pub(super) peer: Vec<f64>,
}

/// Voluntary context switches while nothing arrives but what keeps the connection alive.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(super) struct Idle {
    /// How long was counted.
    pub(super) seconds: f64,
    /// Ours over TLS, text.
    pub(super) ours_tls_text: u64,
    /// Ours, with the server's ping every 10 s.
    pub(super) ours_jsonrpc: u64,
    /// The vendor's client, text.
    pub(super) peer_text: u64,
    /// The vendor's client, with the server's ping every 10 s.
    pub(super) peer_jsonrpc: u64,
}

/// How long it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) rounds: u32,
    pub(super) seconds: u64,
    pub(super) idle: Duration,
}

/// Plays all rounds, with the idle clients beside them.
pub(super) fn play(rig: &mut Rig, extent: Extent) -> Result<(BTreeMap<&'static str, Paced>, Idle)> {
    let idle = [
        rig.client(Side::Ours(Place::Disk), Framing::Text, true)?,
        rig.client(Side::Ours(Place::Disk), Framing::JsonRpc, false)?,
        rig.client(Side::Peer, Framing::Text, false)?,
        rig.client(Side::Peer, Framing::JsonRpc, false)?,
    ];
    let pids = idle.each_ref().map(Client::pid);
    let counter = std::thread::spawn(move || count(&pids, extent.idle));
    let mut measured: BTreeMap<&'static str, Paced> = BTreeMap::new();
    for round in 1..=extent.rounds {
        one(rig, extent, &mut measured)?;
        let last = |values: &[f64]| values.last().copied().unwrap_or_default();
        for (framing, paced) in &measured {
            say::line(&format!(
                "paced {round} of {}, {framing:8}  ours {:6.1} (database in memory {:6.1}, on disk {:6.1})  peer {:6.1} us per event",
                extent.rounds,
                last(&paced.ours),
                last(&paced.ours_memory_file),
                last(&paced.ours_durable),
                last(&paced.peer)
            ));
        }
    }
    let counted = counter.join().ok().context("the counter of the idle has failed")??;
    let [ours_tls_text, ours_jsonrpc, peer_text, peer_jsonrpc] = counted;
    Ok((
        measured,
        Idle {
            seconds: extent.idle.as_secs_f64(),
            ours_tls_text,
            ours_jsonrpc,
            peer_text,
            peer_jsonrpc,
        },
    ))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn one(rig: &mut Rig, extent: Extent, measured: &mut BTreeMap<&'static str, Paced>) -> Result<()> {
    let sides = [
        Side::Ours(Place::Nowhere),
        Side::Ours(Place::MemoryFile),
        Side::Ours(Place::Disk),
        Side::Peer,
    ];
    let mut clients = Vec::new();
    for framing in Framing::ALL {
        for side in sides {
            if side == Side::Ours(Place::MemoryFile) && rig.memory.is_none() {
                continue;
            }
            clients.push((framing, rig.client(side, framing, false)?));
        }
    }
    let before = clients
        .iter()
        .map(|(_, client)| client.cpu())
        .collect::<Result<Vec<_>>>()?;
    let names: Vec<&str> = clients.iter().map(|(_, client)| client.name.as_str()).collect();
    rig.feeder.pace(&names, RATE, extent.seconds)?;
    sleep(Duration::from_millis(300));
    for ((framing, client), before) in clients.iter().zip(&before) {
        let used = client.cpu()?.since(before).as_secs_f64() * 1e6 / (RATE * extent.seconds) as f64;
        let paced = measured.entry(framing.name()).or_default();
        match client.side {
            Side::Ours(Place::Nowhere) => paced.ours.push(used),
            Side::Ours(Place::MemoryFile) => paced.ours_memory_file.push(used),
            Side::Ours(Place::Disk) => paced.ours_durable.push(used),
            Side::Peer => paced.peer.push(used),
        }
    }
    for (_, client) in clients {
        client.end(rig)?;
    }
    Ok(())
}

fn count<const N: usize>(pids: &[u32; N], span: Duration) -> Result<[u64; N]> {
    let all = || -> Result<[u64; N]> {
        let mut counted = [0; N];
        for (counted, pid) in counted.iter_mut().zip(pids) {
            *counted = voluntary_switches(*pid)?;
        }
        Ok(counted)
    };
    let before = all()?;
    let end = Instant::now() + span;
    sleep(end.saturating_duration_since(Instant::now()));
    let mut counted = all()?;
    for (counted, before) in counted.iter_mut().zip(before) {
        *counted -= before;
    }
    Ok(counted)
}
