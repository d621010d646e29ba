//! From the push server writing a frame to the call of the service, at a steady pace; and what waited for a base that
//! was away, delivered when it is back.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::{ms_between, now_us, wait_for};
use serde::Serialize;
use serde_json::{Value, json};

use super::lane::{LIMIT, Lane};
use crate::say;

/// Between two events.
const PACE: Duration = Duration::from_millis(20);
/// Seconds at the same pace that are not measured: the session of the base and the caches of the disk begin.
const WARM_UP: u32 = 3;
/// The wait after a failure while a base is away on purpose.
const BACK_OFF: Duration = Duration::from_millis(50);
/// From the last frame to the return of the base; what is not in the queue by then only slows the delivery down.
const REST: Duration = Duration::from_secs(2);

/// Times of single events, in milliseconds.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Relayed {
    /// From the write of the frame to the base.
    pub(super) relay_ms: Vec<f64>,
    /// From the portal to the write of the frame: the push server gathers.
    pub(super) gather_ms: Vec<f64>,
}

/// The delivery of what waited.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Drained {
    /// Events that waited.
    pub(super) events: u64,
    /// From the return of the base to the last of them, in seconds.
    pub(super) seconds: f64,
    /// From the return of the base to the first of them, in seconds.
    pub(super) first_s: f64,
    /// In so many calls.
    pub(super) calls: u64,
    /// Refused calls while the base was away.
    pub(super) refused: u64,
}

impl Drained {
    /// Events a second, the wait for the first one among it.
    pub(super) fn per_second(&self) -> Option<f64> {
        let events = f64::from(u32::try_from(self.events).ok()?);
        (self.seconds > 0.0).then(|| events / self.seconds)
    }
}

/// 50 events a second for so many seconds, through a program that is as the user has it.
pub(super) fn relay(lane: &mut Lane, seconds: u32) -> Result<Relayed> {
    say::title(&format!("50 events a second for {seconds} s"));
    let mut program = lane.start(None)?;
    lane.connected(&mut program)?;
    pace(lane, WARM_UP * 50)?;
    lane.arrived(&mut program, LIMIT)?;
    let from = lane.published().len();
    pace(lane, seconds * 50)?;
    lane.quiet(&mut program, LIMIT)?;
    let relayed = times(lane, from)?;
    program.end().context("the program had to be killed")?;
    Ok(relayed)
}

/// Events at a steady pace: a slow answer of the office does not slow down those that come after it.
fn pace(lane: &mut Lane, events: u32) -> Result<()> {
    let begin = Instant::now();
    for event in 0..events {
        sleep((begin + PACE * event).saturating_duration_since(Instant::now()));
        lane.publish()?;
    }
    Ok(())
}

fn times(lane: &Lane, from: usize) -> Result<Relayed> {
    let writes = lane.office.read("/push/writes")?;
    let writes = writes.get("writes").and_then(Value::as_array);
    let mut written: BTreeMap<&str, u64> = BTreeMap::new();
    for write in writes.context("the office stamps nothing")? {
        let mid = write.get("mid").and_then(Value::as_str).unwrap_or_default();
        let at_us = write.get("at_us").and_then(Value::as_u64).unwrap_or_default();
        // An event may be written again; it counts from its first time.
        written.entry(mid).or_insert(at_us);
    }
    let applied = lane.applied(0)?;
    let applied: BTreeMap<u64, u64> = applied
        .iter()
        .filter_map(|event| Some((event.number()?, event.at_us)))
        .collect();
    let mut relayed = Relayed::default();
    for event in lane.published().iter().skip(from) {
        let written = written.get(event.mid.as_str()).copied();
        let written = written.with_context(|| format!("event {} was not written", event.number))?;
        relayed.gather_ms.push(ms_between(event.at_us, written));
        // A lost one is counted as lost.
        if let Some(applied) = applied.get(&event.number) {
            relayed.relay_ms.push(ms_between(written, *applied));
        }
    }
    Ok(relayed)
}

/// So many events are published while the base refuses every call; then it is back.
pub(super) fn drain(lane: &mut Lane, events: u32) -> Result<Drained> {
    say::title(&format!("{events} events wait for the base"));
    let mut program = lane.start(Some(BACK_OFF))?;
    lane.connected(&mut program)?;
    lane.publish()?;
    lane.arrived(&mut program, LIMIT)?;
    let from = lane.published().len();
    let before = lane.calls()?;
    lane.trouble(json!({"status": 503}))?;
    for _ in 0..events {
        lane.publish()?;
    }
    all_written(lane)?;
    sleep(REST);
    program.check()?;
    ensure!(
        lane.applied(from)?.is_empty(),
        "the base has taken events while it refused them"
    );
    let refused = lane.calls()?;
    let back_us = now_us();
    lane.trouble(json!({}))?;
    lane.quiet(&mut program, LIMIT)?;
    let calls = lane.calls()?;
    let applied = lane.applied(from)?;
    program.end().context("the program had to be killed")?;
    let seconds = |at_us: Option<u64>| at_us.map_or(f64::NAN, |at_us| ms_between(back_us, at_us) / 1000.0);
    Ok(Drained {
        events: u64::try_from(applied.len())?,
        seconds: seconds(applied.iter().map(|event| event.at_us).max()),
        first_s: seconds(applied.iter().map(|event| event.at_us).min()),
        calls: calls.saturating_sub(refused),
        refused: refused.saturating_sub(before),
    })
}

/// Waits until the push server has written everything to the program.
fn all_written(lane: &Lane) -> Result<()> {
    let last = lane.published().last().context("nothing was published")?;
    wait_for("the last frame", LIMIT, || {
        let writes = lane.office.read("/push/writes")?;
        let newest = writes
            .pointer("/writes")
            .and_then(Value::as_array)
            .and_then(|all| all.last());
        let mid = newest.and_then(|write| write.get("mid")).and_then(Value::as_str);
        Ok((mid == Some(last.mid.as_str())).then_some(()))
    })
}
