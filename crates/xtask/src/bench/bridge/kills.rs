//! Killing the program again and again, at moments drawn by lot over its whole life: while it starts, connects, commits,
//! delivers, waits. Push server and service are restarted and disturbed in between. In the end it is left alone until
//! everything has come to the base.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hotstart_stage::keeper::Child;
use serde::Serialize;
use serde_json::json;

use super::lane::{BASE, LIMIT, Lane};
use super::ledger::Tally;
use super::lot::Lot;
use crate::say;

/// Waits after failures while the program is killed: a life is shorter than the usual first wait.
const BACK_OFF: Duration = Duration::from_millis(20);
/// How much longer than its start a life may last.
const LONGEST: Duration = Duration::from_millis(700);
/// Nothing more comes after so long.
const PATIENCE: Duration = Duration::from_secs(45);
/// Lives that ended before they were killed: more than these, and the bench is not what it says.
const OWN_ENDS: u64 = 3;

/// How one lane is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Kills.
    pub(super) kills: u64,
    /// After this nothing new is begun.
    pub(super) end: Instant,
}

/// What a lane has seen.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Killed {
    /// Processes that were running when they were killed.
    pub(super) kills: u64,
    /// Processes that ended by themselves before that.
    pub(super) own_ends: u64,
    /// Sockets of the push server that were asked for.
    pub(super) connections: usize,
    /// From the start to the first event at the base, undisturbed, in milliseconds.
    pub(super) ready_ms: f64,
    /// Disturbances by their names.
    pub(super) faults: std::collections::BTreeMap<&'static str, u64>,
    /// What became of the events.
    pub(super) tally: Tally,
    /// How long it took.
    pub(super) seconds: f64,
}

/// What happens in a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Publish,
    /// The push server starts again: connections are cut, and refused for so many milliseconds.
    RestartPush(u64),
    /// Push connections end.
    Disconnect,
    /// The service refuses so many calls, as one that starts again does.
    Refuse(u64),
    /// So many calls are applied, and their answers are lost.
    LoseAnswers(u64),
    /// Every request of the base takes so long.
    Slow(u64),
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Publish => "published",
            Self::RestartPush(_) => "push_restarts",
            Self::Disconnect => "disconnects",
            Self::Refuse(_) => "service_restarts",
            Self::LoseAnswers(_) => "lost_answers",
            Self::Slow(_) => "slow_service",
        }
    }

    fn play(self, lane: &mut Lane) -> Result<()> {
        match self {
            Self::Publish => lane.publish(),
            Self::RestartPush(down_ms) => lane
                .office
                .send("/push/restart", &json!({"down_ms": down_ms}))
                .map(drop),
            Self::Disconnect => lane.office.send("/disconnect", &json!({})).map(drop),
            Self::Refuse(count) => lane.trouble(json!({"status": 503, "count": count})),
            Self::LoseAnswers(count) => lane.trouble(json!({"lose_answers": count})),
            Self::Slow(delay_ms) => lane.office.set(BASE, json!({"delay_ms": delay_ms})).map(drop),
        }
    }
}

/// How long a process lives, and what happens meanwhile, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Life {
    length: Duration,
    acts: Vec<(Duration, Act)>,
}

impl Life {
    /// A quarter ends within the start, a quarter around its end, half in the work after it.
    fn draw(lot: &mut Lot, ready: Duration) -> Self {
        let length = match lot.number(1, 4) {
            1 => lot.time(Duration::from_millis(1), ready),
            2 => lot.time(ready / 2, ready * 3 / 2),
            _ => lot.time(ready, ready + LONGEST),
        };
        let mut acts = Vec::new();
        for _ in 0..lot.number(0, 5) {
            acts.push((lot.time(Duration::ZERO, length), Act::Publish));
        }
        // In every second life the end comes amidst commits and calls.
        if lot.once_in(2) {
            let begin = length.saturating_sub(lot.time(Duration::ZERO, Duration::from_millis(40)));
            acts.extend((0..lot.number(1, 12)).map(|_| (begin, Act::Publish)));
        }
        // More than one call takes, now and then.
        if lot.once_in(25) {
            let begin = length / 2;
            acts.extend((0..lot.number(150, 300)).map(|_| (begin, Act::Publish)));
        }
        if lot.once_in(6) {
            let act = match lot.number(1, 6) {
                1 => Act::RestartPush(lot.number(0, 150)),
                2 => Act::Disconnect,
                3 => Act::Refuse(lot.number(1, 8)),
                4 => Act::LoseAnswers(lot.number(1, 2)),
                _ => Act::Slow(lot.number(0, 2) * 30),
            };
            acts.push((lot.time(Duration::ZERO, length), act));
        }
        acts.sort_by_key(|(at, _)| *at);
        Self { length, acts }
    }
}

/// Kills the program of a lane as planned, then waits until all is at the base.
pub(super) fn play(lane: &mut Lane, plan: Plan, lot: &mut Lot) -> Result<Killed> {
    let begin = Instant::now();
    let mut killed = Killed::default();
    let ready = ready(lane)?;
    killed.ready_ms = ready.as_secs_f64() * 1000.0;
    while killed.kills < plan.kills && Instant::now() < plan.end {
        let life = Life::draw(lot, ready);
        if live(lane, &life, &mut killed)? {
            killed.kills += 1;
            if killed.kills % 100 == 0 {
                say::line(&format!("{}: {} kills", lane.name(), killed.kills));
            }
        } else {
            killed.own_ends += 1;
            ensure!(
                killed.own_ends <= OWN_ENDS,
                "the program ends by itself again and again"
            );
        }
    }
    killed.connections = lane.connections()?;
    lane.trouble(json!({}))?;
    lane.office.set(BASE, json!({"delay_ms": 0}))?;
    let mut program = lane.start(Some(BACK_OFF))?;
    lane.quiet(&mut program, PATIENCE)?;
    // What would come a second time comes now.
    sleep(Duration::from_secs(1));
    program.check()?;
    program.end().context("the program had to be killed by the stage")?;
    killed.tally = lane.tally()?;
    killed.seconds = begin.elapsed().as_secs_f64();
    Ok(killed)
}

/// A first life without an end: the place in the history is kept from here on. How long a later start takes until the
/// base has what had waited for it.
fn ready(lane: &mut Lane) -> Result<Duration> {
    let mut program = lane.start(Some(BACK_OFF))?;
    lane.connected(&mut program)?;
    lane.publish()?;
    lane.arrived(&mut program, LIMIT)?;
    program.end().context("the program had to be killed by the stage")?;
    lane.publish()?;
    let begin = Instant::now();
    let mut program = lane.start(Some(BACK_OFF))?;
    lane.arrived(&mut program, LIMIT)?;
    let ready = begin.elapsed();
    program.end().context("the program had to be killed by the stage")?;
    Ok(ready)
}

/// One life. Whether it ended by being killed.
fn live(lane: &mut Lane, life: &Life, killed: &mut Killed) -> Result<bool> {
    let begin = Instant::now();
    let mut program = lane.start(Some(BACK_OFF))?;
    for (at, act) in &life.acts {
        sleep((begin + *at).saturating_duration_since(Instant::now()));
        act.play(lane)?;
        if *act != Act::Publish {
            *killed.faults.entry(act.name()).or_default() += 1;
        }
    }
    sleep((begin + life.length).saturating_duration_since(Instant::now()));
    kill(&mut program)
}

/// `kill -9`; false if it had ended by itself.
fn kill(program: &mut Child) -> Result<bool> {
    if !program.is_running() {
        return Ok(false);
    }
    program.os.kill()?;
    let Some(status) = program.wait(Duration::from_secs(10)) else {
        bail!("a killed process does not end");
    };
    // One that ended by itself in the last moment has a code of its own.
    Ok(status.code().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: Duration = Duration::from_millis(100);

    fn lives(count: u32) -> Vec<Life> {
        let mut lot = Lot::of(6, "lives");
        (0..count).map(|_| Life::draw(&mut lot, READY)).collect()
    }

    #[test]
    fn lives_are_the_same_for_the_same_seed() {
        assert_eq!(lives(50), lives(50));
    }

    #[test]
    fn kills_come_over_the_whole_life() {
        let lives = lives(1000);
        let within = |from: u32, to: u32| {
            let inside = |life: &&Life| life.length >= READY * from / 10 && life.length < READY * to / 10;
            lives.iter().filter(inside).count()
        };
        for tenth in 0..15 {
            let count = within(tenth, tenth + 1);
            assert!(count >= 10, "{count} in the tenth {tenth} of the start");
        }
        assert!(within(15, 80) > 250, "in the work after the start");
    }

    #[test]
    fn everything_happens_in_order_and_within_the_life() {
        let lives = lives(1000);
        for life in &lives {
            assert!(life.acts.is_sorted_by_key(|(at, _)| *at));
            assert!(life.acts.iter().all(|(at, _)| *at <= life.length));
        }
        let names: std::collections::BTreeSet<&str> = lives
            .iter()
            .flat_map(|life| life.acts.iter().map(|(_, act)| act.name()))
            .collect();
        assert_eq!(names.len(), 6, "{names:?}");
    }
}
