//! The same gap before every request of long polling.

use super::*;
use crate::transport::Answer;

fn answer(empty: bool) -> Answer {
    Answer {
        status: if empty { 304 } else { 200 },
        empty,
        last_message_id: None,
        etag_tag: None,
        last_modified: None,
    }
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
