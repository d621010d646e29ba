//! Random runs. `HISTORY_SEEDS` says how many, `HISTORY_FROM` where they begin; `HISTORY_SEED` picks one and tells its
//! story, of which `HISTORY_LINES` are shown.

use std::collections::BTreeMap;

use bitrix24_pull::session::Limits;

use crate::{
    chance::Chance,
    faults::Fault,
    server::Format,
    world::{Due, Plan, World},
};

const USUAL: u64 = 300;

fn plan(seed: u64, chance: &mut Chance) -> Plan {
    let version = *chance.pick(&[1, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5]);
    let mut plan = Plan::calm(seed, version);
    if version == 4 && chance.percent(25) {
        plan.format = Format::Text;
    }
    plan.limited = version == 4 && chance.percent(30);
    plan.polling = chance.percent(85);
    plan.websocket = !plan.polling || chance.percent(80);
    // Without an address for the second look the servers' own fault cannot be mended.
    let mendable = plan.polling || version > 4;
    plan.longest_gap = if mendable { *chance.pick(&[5, 50, 200]) } else { 0 };
    plan.in_gap = *chance.pick(&[0, 30, 80]);
    plan.one_by_one = version <= 2 && chance.percent(50);
    plan.refuses_early = chance.percent(50);
    plan.plain = false;
    let slow = chance.within(1, 150);
    plan.latency = (1, slow);
    if chance.percent(20) {
        plan.limits.unacknowledged = usize::try_from(chance.within(2, 20)).unwrap();
    }
    if plan.polling && chance.percent(30) {
        plan.limits = Limits {
            max_message: 8 << 10,
            max_replay: 32 << 10,
            ..plan.limits
        };
    }
    plan
}

/// A world in which everything is decided by the seed; after ten quiet minutes at its end.
pub(crate) fn live(seed: u64) -> World {
    let mut chance = Chance::new(seed ^ 0xc0ff_ee00);
    let plan = plan(seed, &mut chance);
    let mut world = World::new(plan);
    let lasts = chance.within(3, 25) * 60_000;
    if chance.percent(60) {
        for _ in 0..chance.within(1, 8) {
            let at = chance.within(0, 20_000);
            world.at(
                at,
                Due::Publish {
                    private: true,
                    shared: false,
                },
            );
        }
    }
    let begin = if chance.percent(50) { 30_000 } else { 500 };
    world.at(begin, Due::Start);
    world.at(begin, Due::ServerPing);
    world.owner.slowest = *chance.pick(&[1, 30, 500]);
    if chance.percent(15) {
        world.inject(Fault::Captive);
    }
    // A few kinds at a time, so that one does not hide another.
    let kinds: Vec<Fault> = (0..chance.within(1, 7)).map(|_| *chance.pick(&Fault::ALL)).collect();
    for _ in 0..chance.within(2, 25) {
        let at = chance.within(begin, begin + lasts);
        let fault = *chance.pick(&kinds);
        world.at(at, Due::Inject(fault));
    }
    for _ in 0..chance.within(10, 150) {
        let at = chance.within(begin, begin + lasts);
        let (private, shared) = *chance.pick(&[(true, false), (true, false), (false, true), (true, true)]);
        world.at(at, Due::Publish { private, shared });
    }
    world.run(begin + lasts);
    world.heal();
    let end = world.time + 300_000;
    if !world.run_until(end, World::is_online) && world.violation.is_none() {
        let state = world.session.status().state.clone();
        world.fail(format!("wedge: {state:?} after five quiet minutes"));
    }
    for wait in [1_000, 90_000, 91_000, 180_000] {
        world.after(
            wait,
            Due::Publish {
                private: true,
                shared: false,
            },
        );
        world.after(
            wait + 50,
            Due::Publish {
                private: false,
                shared: true,
            },
        );
    }
    world.run(600_000);
    // It may just be going over to new channels.
    let end = world.time + 60_000;
    world.run_until(end, |world| world.is_online() && world.owner.waiting.is_empty());
    if world.violation.is_none() {
        world.judge();
    }
    world
}

#[test]
fn whatever_happens_nothing_is_lost_or_repeated() {
    if let Ok(seed) = std::env::var("HISTORY_SEED") {
        let world = live(seed.parse().unwrap());
        let plan = format!("{:?}", world.plan);
        assert_eq!(
            world.violation,
            None,
            "{plan}\n{}",
            world.story(std::env::var("HISTORY_LINES").map_or(250, |lines| lines.parse().unwrap()))
        );
        return;
    }
    let seeds = std::env::var("HISTORY_SEEDS").map_or(USUAL, |seeds| seeds.parse().unwrap());
    let mut wrong: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let (mut events, mut hours) = (0, 0);
    let from = std::env::var("HISTORY_FROM").map_or(0, |from| from.parse().unwrap());
    for seed in from..from + seeds {
        let world = live(seed);
        events += world.book.committed();
        hours += world.time;
        if let Some(violation) = world.violation {
            let kind = violation.split([':', '[']).next().unwrap_or_default().to_owned();
            wrong.entry(kind).or_default().push(seed);
        }
    }
    println!("{seeds} seeds, {events} events, {} hours", hours / 3_600_000);
    let told: Vec<String> = wrong
        .iter()
        .map(|(kind, seeds)| {
            format!(
                "{kind}: {} runs, such as {:?}",
                seeds.len(),
                &seeds[..seeds.len().min(8)]
            )
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "HISTORY_SEED=n tells the story of a run\n{}",
        told.join("\n")
    );
}
