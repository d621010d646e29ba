//! Servers up to 2.0 read the history, send it, and only then let a connection join those who hear live messages. What
//! is published in between must come all the same, and in its place.

use bitrix24_pull::session::Closed;

use crate::{
    server::{Cursor, Letter, Server},
    world::{Due, Plan, World},
};

/// Connects, breaks off, and has one event published in the gap of every connection that follows, and others behind it.
fn break_and_publish_in_the_gap(seed: u64, version: u32, websocket: bool, polling: bool) -> World {
    let mut plan = Plan::calm(seed, version);
    plan.websocket = websocket;
    plan.polling = polling;
    plan.longest_gap = 200;
    plan.latency = (2, 20);
    let mut world = World::new(plan);
    let publish = || Due::Publish {
        private: true,
        shared: false,
    };
    world.at(0, Due::Start);
    world.at(20_000, publish());
    world.run(30_000);
    assert!(world.is_online() && world.book.committed() == 1, "{}", world.story(40));
    world.plan.in_gap = 100;
    world.end_line(Closed::Broken);
    let end = world.time + 60_000;
    let before = world.published_in_gaps;
    world.run_until(end, |world| world.published_in_gaps > before);
    world.plan.in_gap = 0;
    // Live events close behind it would take the cursor past it.
    for wait in [201, 230, 300, 1000, 8000] {
        world.after(wait, publish());
    }
    world.run(120_000);
    world
}

#[test]
fn an_event_in_the_gap_comes_in_its_place() {
    for version in [3, 4] {
        for websocket in [true, false] {
            let mut gaps = 0;
            for seed in 0..25 {
                let mut world = break_and_publish_in_the_gap(seed, version, websocket, true);
                gaps += world.published_in_gaps;
                world.judge();
                assert_eq!(world.violation, None, "seed {seed}\n{}", world.story(80));
                assert_eq!(world.missing(), [0; 0], "seed {seed}\n{}", world.story(80));
                assert_eq!(world.book.committed(), 6 + world.published_in_gaps, "seed {seed}");
                assert_eq!(world.book.gaps().count(), 0, "nothing is in doubt, seed {seed}");
            }
            assert!(gaps >= 20, "the gap was hit {gaps} times");
        }
    }
}

#[test]
fn without_the_second_look_it_is_lost() {
    for version in [3, 4] {
        let (mut gaps, mut lost) = (0, 0);
        for seed in 0..25 {
            let world = break_and_publish_in_the_gap(seed, version, true, false);
            gaps += world.published_in_gaps;
            lost += usize::from(world.violation.is_some()) + world.missing().len();
        }
        assert!(
            gaps >= 20 && lost >= gaps,
            "this test proves nothing: of {gaps} events {lost} were lost"
        );
    }
}

#[test]
fn the_simulated_server_replays_what_is_behind_the_cursor() {
    for version in 1..=5 {
        let mut server = Server::new(version, false);
        let letter = |number| Letter {
            number,
            channels: vec!["c".into(), "d".into()],
            module: "im",
            command: "message",
            params: None,
            fleeting: number == 3,
            expiry: if number == 4 { 10 } else { 100 },
            from_client: false,
            ballast: 0,
            revision: 19,
        };
        let items: Vec<_> = (1..=5).map(|number| server.take(&letter(number), 1000)).collect();
        let numbers = |channels: &[String], cursor: &Cursor| -> Vec<u64> {
            let history = server.history(channels, cursor, 60_000);
            history.iter().map(|item| item.number).collect()
        };
        let one = ["c".to_owned()];
        let behind = Cursor::After(items[0].order);
        let kept = if version <= 3 { vec![2, 3, 5] } else { vec![2, 5] };
        assert_eq!(numbers(&one, &behind), kept, "4 is too old by then");
        assert_eq!(numbers(&one, &Cursor::None), [0; 0]);
        assert_eq!(
            numbers(&["c".into(), "d".into()], &Cursor::After(items[1].order)).len(),
            (kept.len() - 1) * 2
        );
        assert_eq!(numbers(&["x".into()], &behind), [0; 0]);
    }
}
