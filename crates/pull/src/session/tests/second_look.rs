//! The second look at the history, over WebSocket and long polling.

use super::*;
use crate::{event::Gap, transport::Answer};

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

fn answer(empty: bool) -> Answer {
    Answer {
        status: if empty { 304 } else { 200 },
        empty,
        last_message_id: None,
        etag_tag: None,
        last_modified: None,
    }
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
    rig.pass(Duration::from_secs(3));
    assert_eq!(rig.words(), "forget-look deliver:1");
}

#[test]
fn a_look_that_fails_holds_nothing_up_and_is_told() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    rig.put(Input::LookEnded(false));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    assert_eq!((numbers(&batch.events), batch.gap), (vec![7], Some(Gap::Unverified)));
}

#[test]
fn a_lone_answer_of_a_look_may_have_overtaken_others() {
    let mut rig = resumed();
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    // The look heard 7 live, while 6 is still on its way over the socket.
    rig.put(Input::Looked(Frame::Text(&event(7))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "look:5", "again, and nothing for the owner yet");
    rig.text(&event(6));
    rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7)))));
    rig.put(Input::LookEnded(true));
    assert_eq!(numbers(&rig.settle()), [6, 7]);
}

#[test]
fn a_lone_answer_that_comes_again_is_all_there_was() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    for words in ["look:5", "look:5"] {
        assert_eq!(rig.words(), words);
        rig.put(Input::Looked(Frame::Text(&event(6))));
        rig.put(Input::LookEnded(true));
    }
    assert_eq!(numbers(&rig.settle()), [6, 7]);
}

#[test]
fn what_is_held_back_when_the_connection_ends_is_asked_for_again() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    rig.put(Input::Closed(Closed::Broken));
    assert_eq!(rig.words(), "look:5 close:1000 forget-look");
    rig.pass(WAIT);
    assert!(rig.query().contains("mid=17953041450000000000000005"));
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

/// Online by long polling, with number 5 as the last event read.
fn polling() -> Rig {
    let mut rig = resumed();
    rig.put(Input::Closed(Closed::TooLarge));
    rig.pass(WAIT);
    rig.put(Input::Opened(TransportKind::LongPolling));
    assert_eq!(rig.words(), "close:1000 open-polling");
    rig
}

#[test]
fn a_lone_answer_is_asked_for_again_from_the_same_cursor() {
    let mut rig = polling();
    rig.text(&event(7));
    rig.put(Input::Answered(answer(false)));
    assert_eq!(rig.words(), "poll:5");
    rig.text(&(event(6) + &event(7)));
    rig.put(Input::Answered(answer(false)));
    assert_eq!(numbers(&rig.settle()), [6, 7]);
    assert_eq!(rig.words(), "poll:7", "after everything was stored");
}

#[test]
fn a_lone_answer_that_the_server_does_not_keep_is_let_through() {
    let mut rig = polling();
    rig.text(&event(7));
    rig.put(Input::Answered(answer(false)));
    assert_eq!(rig.words(), "poll:5");
    rig.pass(Duration::from_secs(3));
    assert_eq!(numbers(&rig.settle()), [7]);
    // The request goes on as the usual one.
    rig.put(Input::Answered(answer(true)));
    assert!(rig.words().contains("open"), "the replay is read, so WebSocket goes on");
}

#[test]
fn after_a_replay_that_was_too_large_websocket_goes_on() {
    let mut rig = polling();
    rig.text(&(event(6) + &event(7)));
    rig.put(Input::Answered(answer(false)));
    assert_eq!(numbers(&rig.settle()), [6, 7]);
    assert_eq!(rig.words(), "poll:7");
    rig.put(Input::Answered(answer(true)));
    assert_eq!(rig.words(), "close:1000 open");
}

#[test]
fn a_server_that_does_not_hold_requests_is_not_hammered() {
    let mut rig = polling();
    rig.text(&(event(6) + &event(7)));
    rig.put(Input::Answered(answer(false)));
    rig.settle();
    assert_eq!(rig.words(), "poll:7");
    for _ in 0..3 {
        rig.text(&(event(6) + &event(7)));
        rig.put(Input::Answered(answer(false)));
        assert_eq!(rig.words(), "");
        rig.pass(Duration::from_secs(4));
        assert_eq!(rig.words(), "");
        rig.pass(Duration::from_millis(1010));
        assert_eq!(rig.words(), "poll:7");
    }
}

#[test]
fn a_refused_request_of_long_polling_ends_the_channels() {
    let mut rig = polling();
    rig.put(Input::Closed(Closed::Refused {
        status: 400,
        retry_after: None,
    }));
    assert_eq!(rig.words(), "close:1000");
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure");
}

#[test]
fn silence_between_two_requests_is_nobodys_fault() {
    let mut rig = polling();
    rig.text(&(event(6) + &event(7)));
    rig.put(Input::Answered(answer(false)));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    rig.pass(Duration::from_secs(120));
    assert_eq!(rig.words(), "", "the owner stores slowly");
    assert_eq!(rig.state(), &State::Online);
    rig.put(Input::Receipt(batch.ticket, true));
    assert_eq!(rig.words(), "poll:7");
    rig.pass(Duration::from_secs(26));
    assert_eq!(rig.words(), "ping");
    rig.pass(Duration::from_secs(6));
    assert_eq!(rig.reason(), Some(&Reason::Silent));
}
