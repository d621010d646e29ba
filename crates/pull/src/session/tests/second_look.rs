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

/// A look is under way, and 7 was heard live behind 6, which the server skipped.
fn looking() -> Rig {
    let mut rig = resumed();
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    rig.text(&event(7));
    rig.text(&event(8));
    rig
}

#[test]
fn a_look_that_is_answered_late_is_waited_for() {
    for late in [5, 7, 20] {
        let mut rig = looking();
        if late > 5 {
            // The server took the request and is slow.
            rig.pass(Duration::from_secs(5));
            rig.put(Input::LookHeld);
            assert_eq!(
                stored(&mut rig),
                [(vec![7, 8], "5".to_owned(), None)],
                "the cursor stays"
            );
        }
        rig.pass(Duration::from_secs(late - 5));
        assert_eq!(rig.words(), "");
        rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7) + &event(8)))));
        rig.put(Input::LookEnded(true));
        let expected = if late > 5 { vec![6] } else { vec![6, 7, 8] };
        let cursor = || "8".to_owned();
        let found = stored(&mut rig);
        assert_eq!(found[0], (expected, cursor(), None));
        rig.text(&event(9));
        assert_eq!(stored(&mut rig), [(vec![9], "9".to_owned(), None)]);
        assert_eq!(
            rig.session.next_timeout(),
            Some(rig.now.instant + Duration::from_secs(25))
        );
    }
}

#[test]
fn a_look_that_was_held_brings_what_a_second_one_confirms() {
    let mut rig = looking();
    rig.put(Input::LookHeld);
    assert_eq!(stored(&mut rig), [(vec![7, 8], "5".to_owned(), None)]);
    rig.put(Input::Looked(Frame::Text(&event(9))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "look:5", "heard live, and 6 may be missing before it");
    rig.put(Input::Looked(Frame::Text(
        &(event(6) + &event(7) + &event(8) + &event(9)),
    )));
    rig.put(Input::LookEnded(true));
    assert_eq!(numbers(&rig.settle()), [6, 9]);
    assert_eq!(rig.words(), "");
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
fn a_look_that_is_never_answered_is_tried_again_and_then_told() {
    let mut rig = looking();
    for words in ["forget-look", "look:5", "forget-look", "look:5"] {
        assert_eq!(rig.words(), "", "before {words}");
        // Each attempt has fifteen seconds, and the pause is that of the rig.
        rig.pass(if words == "look:5" {
            WAIT
        } else {
            Duration::from_secs(15)
        });
        assert_eq!(rig.words(), words, "events are held back");
        rig.put(Input::Pong);
    }
    rig.pass(Duration::from_secs(15));
    assert_eq!(rig.words(), "forget-look deliver:2");
    assert_eq!(rig.pauses(), [Pause::Look { attempt: 0 }, Pause::Look { attempt: 1 }]);
}

#[test]
fn a_look_that_is_held_for_ever_is_tried_again() {
    let mut rig = looking();
    rig.put(Input::LookHeld);
    assert_eq!(stored(&mut rig), [(vec![7, 8], "5".to_owned(), None)]);
    for _ in 0..58 {
        rig.pass(Duration::from_secs(1));
        rig.put(Input::Pong);
    }
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_secs(3));
    assert_eq!(rig.words(), "forget-look");
    rig.pass(WAIT);
    assert_eq!(rig.words(), "look:5", "from where it was in doubt");
    rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7) + &event(8)))));
    rig.put(Input::LookEnded(true));
    assert_eq!(stored(&mut rig), [(vec![6], "8".to_owned(), None)]);
}

#[test]
fn a_connection_that_ends_during_a_look_goes_on_from_before_it() {
    for held in [false, true] {
        let mut rig = looking();
        if held {
            rig.put(Input::LookHeld);
            assert_eq!(stored(&mut rig), [(vec![7, 8], "5".to_owned(), None)]);
        }
        rig.put(Input::Closed(Closed::Broken));
        assert_eq!(rig.words(), "close:1000 forget-look");
        rig.pass(WAIT);
        assert!(rig.query().contains("mid=17953041450000000000000005"));
        rig.put(Input::Opened(TransportKind::WebSocket));
        rig.text(&(event(6) + &event(7) + &event(8)));
        let expected = if held { vec![6] } else { vec![6, 7, 8] };
        assert_eq!(stored(&mut rig), [(expected, "8".to_owned(), None)]);
    }
}

#[test]
fn only_so_much_goes_ahead_of_a_look() {
    let mut rig = looking();
    rig.put(Input::LookHeld);
    rig.settle();
    let mut number = 9;
    while rig.state() == &State::Online {
        let frame: String = (number..number + 100).map(event).collect();
        number += 100;
        rig.text(&frame);
        rig.settle();
        assert!(number < 10_000);
    }
    assert!(number > 4000);
    rig.pass(WAIT);
    assert!(rig.query().contains("mid=17953041450000000000000005"));
}

#[test]
fn what_a_look_brings_must_be_understood() {
    let mut rig = looking();
    rig.put(Input::Looked(Frame::Text("x")));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "");
    rig.pass(WAIT);
    assert_eq!(rig.words(), "look:5");
}

#[test]
fn a_look_that_fails_is_tried_again_and_then_told() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    for _ in 0..2 {
        assert_eq!(rig.words(), "look:5");
        rig.put(Input::LookEnded(false));
        assert_eq!(rig.words(), "", "it is tried again");
        rig.pass(WAIT);
    }
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
    assert_eq!(rig.words(), "deliver:1 look:6", "whether 7 is live is not known yet");
    rig.put(Input::Looked(Frame::Text(&event(7))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "look:6");
    rig.put(Input::Looked(Frame::Text(&event(7))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "deliver:1");
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
