//! The second look at the history: when it begins, what it brings, and when it is enough.

mod lone;
mod polling;
mod unproven;

use super::*;
use crate::event::Gap;

fn polling_config() -> Value {
    let mut config = config();
    config["server"]["long_pooling_secure"] = json!("https://rt.example.ru/sub/");
    config
}

/// Longer than a connection takes to join the live list.
const MOMENT: Duration = Duration::from_millis(260);

/// Online over WebSocket after a restart, with number 5 as the last event read.
fn resumed() -> Rig {
    let mut rig = Rig::resuming(
        Some(Position {
            mid: Mid::new("17953041450000000000000005").ok(),
            channels: Some(Config::parse(&config(), &origin()).unwrap().fingerprint()),
            ..Position::default()
        }),
        Vec::new(),
    );
    rig.put(Input::Start);
    rig.put(Input::Configured(Ok(polling_config())));
    rig.put(Input::Opened(TransportKind::WebSocket));
    assert_eq!(rig.words(), "configure open");
    rig
}

fn origin() -> Origin {
    Origin {
        portal: "https://p.example.ru".parse().unwrap(),
        intranet: false,
    }
}

fn numbers(events: &[Event]) -> Vec<u64> {
    let number = |event: &Event| serde_json::from_str::<Value>(event.params.get()).unwrap()["n"].as_u64();
    events.iter().filter_map(number).collect()
}

#[test]
fn an_event_that_the_server_skipped_comes_before_the_live_one() {
    let mut rig = resumed();
    // 6 was published between the replay (empty) and the moment at which the connection joined; 7 arrives live.
    rig.text(&event(7));
    rig.pass(MOMENT);
    assert_eq!(
        rig.words(),
        "look:5",
        "from the old cursor, and nothing for the owner yet"
    );
    rig.text(&event(8));
    assert_eq!(rig.words(), "");
    rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7)))));
    assert_eq!(numbers(&rig.settle()), [6, 7]);
    rig.put(Input::LookEnded(true));
    assert_eq!(numbers(&rig.settle()), [8]);
    rig.text(&event(9));
    assert_eq!(numbers(&rig.settle()), [9]);
}

#[test]
fn the_look_begins_behind_a_replay() {
    let mut rig = resumed();
    rig.text(&(event(6) + &event(7)));
    assert_eq!(rig.words(), "deliver:2");
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:7", "when the connection has joined for certain");
    rig.text(&event(9));
    rig.put(Input::Looked(Frame::Text(&(event(8) + &event(9)))));
    assert_eq!(numbers(&rig.settle()), [8, 9]);
    rig.put(Input::LookEnded(true));
    assert!(rig.settle().is_empty());
}

#[test]
fn without_a_replay_the_look_begins_after_a_moment() {
    let mut rig = resumed();
    rig.pass(Duration::from_millis(240));
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_millis(20));
    assert_eq!(rig.words(), "look:5");
    // The server holds the request: it has nothing.
    rig.pass(Duration::from_secs(3));
    rig.text(&event(6));
    assert_eq!(rig.words(), "");
    rig.put(Input::LookHeld);
    assert_eq!(
        rig.words(),
        "deliver:1",
        "events need not wait any longer, only the cursor"
    );
}

/// The counters of the events and of the cursor, and the gap, of everything that is delivered and stored now.
fn stored(rig: &mut Rig) -> Vec<(Vec<u64>, String, Option<Gap>)> {
    let mut found = Vec::new();
    for effect in rig.effects() {
        let Effect::Deliver(batch) = effect else {
            panic!("{effect:?}")
        };
        rig.put(Input::Receipt(batch.ticket, true));
        let mid = batch
            .position
            .mid()
            .map(|mid| mid.as_str()[10..].trim_start_matches('0').to_owned());
        found.push((numbers(&batch.events), mid.unwrap_or_default(), batch.gap));
    }
    found
}

#[test]
fn an_answer_that_there_is_nothing_ends_the_look() {
    let mut rig = resumed();
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    rig.put(Input::LookHeld);
    rig.pass(Duration::from_secs(20));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "");
    rig.text(&event(6));
    assert_eq!(stored(&mut rig), [(vec![6], "6".to_owned(), None)]);
}

#[test]
fn an_answer_from_before_the_connection_joined_is_not_enough() {
    let mut rig = resumed();
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    // A slow server: this one was skipped, and the connection may not have joined even now.
    rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7)))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "deliver:2 look:7");
    rig.text(&event(9));
    rig.text(&event(10));
    rig.put(Input::Looked(Frame::Text(&(event(8) + &event(9) + &event(10)))));
    rig.put(Input::LookEnded(true));
    assert_eq!(numbers(&rig.settle()), [8, 9, 10]);
    assert_eq!(rig.words(), "");
}

#[test]
fn newer_servers_and_first_connections_need_no_look() {
    let mut rig = Rig::new();
    let mut five = polling_config();
    five["server"]["version"] = json!(5);
    rig.put(Input::Start);
    rig.put(Input::Configured(Ok(five)));
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.settle();
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.words(), "");
    rig.text(&event(1));
    assert_eq!(numbers(&rig.settle()), [1]);
}

#[test]
fn a_replay_of_the_servers_limit_may_be_cut() {
    let mut rig = resumed();
    let replay: String = (6..206).map(event).collect();
    rig.text(&replay);
    rig.pass(MOMENT);
    rig.put(Input::LookEnded(true));
    let gaps: Vec<Option<Gap>> = rig
        .effects()
        .into_iter()
        .filter_map(|effect| {
            if let Effect::Deliver(batch) = effect {
                Some(batch.gap)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(gaps, [Some(Gap::ReplayLimited)], "with what takes the cursor past it");
}
