//! However messages are put into frames, in whatever pieces an answer arrives, the owner gets the same.

use bitrix24_pull::{
    Mid, Position, TransportKind,
    session::{Effect, Input, Limits, Now, Session},
    transport::Answer,
    wire::Frame,
};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::{
    chance::Chance,
    frames::{self, Wire},
    server::{Format, Item, Letter, Server},
    world::{Plan, World},
};

/// What the owner gets: ids in order, the last position, and what was to be remembered.
#[derive(Debug, PartialEq)]
struct Got {
    events: Vec<Mid>,
    seen: Vec<Mid>,
    position: Option<Position>,
}

fn items(version: u32, count: u64) -> Vec<Item> {
    let mut server = Server::new(version, false);
    let letters = (1..=count).map(|number| Letter {
        number,
        channels: vec!["c".repeat(32)],
        module: if number % 7 == 3 { "Online" } else { "im" },
        command: "message",
        params: None,
        fleeting: false,
        expiry: 1000,
        from_client: number % 5 == 2,
        ballast: usize::try_from(number % 3 * 40).unwrap(),
        revision: 19,
    });
    letters
        .map(|letter| server.take(&letter, letter.number * 400))
        .collect()
}

/// The lengths of groups that a set of cuts makes.
fn groups<'a>(items: &'a [Item], cuts: &[usize]) -> Vec<&'a [Item]> {
    let mut ends: Vec<usize> = cuts
        .iter()
        .map(|cut| cut % (items.len() + 1))
        .chain([items.len()])
        .collect();
    ends.sort_unstable();
    let mut from = 0;
    let mut groups = Vec::new();
    for end in ends {
        groups.push(&items[from..end]);
        from = end;
    }
    groups
}

fn read(plan: &Plan, kind: TransportKind, wires: &[Wire]) -> Got {
    let mut config = World::new(plan.clone()).portal.answer(0);
    if kind == TransportKind::WebSocket {
        // Without the second look, which is another matter.
        config["server"]["long_pooling_secure"] = serde_json::Value::Null;
    }
    let now = Now {
        instant: std::time::Instant::now(),
        wall: Timestamp::from_second(1_795_304_000).unwrap(),
    };
    let mut session = crate::client::session(plan, &mut Chance::new(1), (None, Vec::new()), now);
    session.handle(Input::Start, now);
    session.handle(Input::Configured(Ok(config)), now);
    session.handle(Input::Opened(kind), now);
    let mut got = Got {
        events: Vec::new(),
        seen: Vec::new(),
        position: None,
    };
    collect(&mut session, &mut got, now);
    for wire in wires {
        let frame = match wire {
            Wire::Text(text) => Frame::Text(text),
            Wire::Binary(bytes) => Frame::Binary(bytes.clone()),
        };
        session.handle(Input::Frame(frame), now);
        collect(&mut session, &mut got, now);
    }
    if kind == TransportKind::LongPolling {
        let answer = Answer {
            status: 200,
            empty: false,
            last_message_id: None,
            etag_tag: None,
            last_modified: None,
        };
        session.handle(Input::Answered(answer), now);
        collect(&mut session, &mut got, now);
    }
    got
}

fn collect(session: &mut Session, got: &mut Got, now: Now) {
    while let Some(effect) = session.next_effect() {
        if let Effect::Deliver(batch) = effect {
            got.events
                .extend(batch.events.into_iter().filter_map(|event| event.mid));
            got.seen.extend(batch.seen);
            got.position = Some(batch.position);
            session.handle(Input::Receipt(batch.ticket, true), now);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_grouping_gives_the_same(
        version in 1_u32..=5,
        text in any::<bool>(),
        polling in any::<bool>(),
        count in 2_u64..40,
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
        again in any::<usize>(),
    ) {
        let mut plan = Plan::calm(0, version);
        if version == 4 && text {
            plan.format = Format::Text;
        }
        plan.limits = Limits::default();
        let kind = if polling { TransportKind::LongPolling } else { TransportKind::WebSocket };
        let items = items(version, count);
        let whole = read(&plan, kind, &[frames::frame(plan.format, &items)]);
        prop_assert_eq!(whole.events.len(), items.len());
        let mut wires: Vec<Wire> = groups(&items, &cuts).iter().map(|group| frames::frame(plan.format, group)).collect();
        prop_assert_eq!(&read(&plan, kind, &wires), &whole);
        // A frame that arrives twice changes nothing either.
        let at = again % wires.len();
        wires.insert(at, wires[at].clone());
        prop_assert_eq!(&read(&plan, kind, &wires), &whole);
    }
}
