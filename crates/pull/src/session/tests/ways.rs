//! Which transport is chosen, and when it changes.

use super::*;
use crate::transport::Answer;

fn both() -> Value {
    let mut config = config();
    config["server"]["long_pooling_secure"] = json!("https://rt.example.ru/sub/");
    config
}

fn connecting(config: Value) -> Rig {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    rig.put(Input::Configured(Ok(config)));
    rig
}

fn held() -> Answer {
    Answer {
        status: 304,
        empty: true,
        last_message_id: None,
        etag_tag: None,
        last_modified: None,
    }
}

fn fail(rig: &mut Rig, why: NotOpened) -> String {
    rig.put(Input::NotOpened(why));
    rig.effects();
    rig.pass(WAIT);
    rig.words()
}

const REFUSED: NotOpened = NotOpened::Refused {
    status: 403,
    retry_after: None,
};

#[test]
fn a_way_without_websocket_falls_back_and_comes_back() {
    let mut rig = connecting(both());
    assert_eq!(rig.words(), "configure open");
    assert_eq!(fail(&mut rig, NotOpened::TimedOut), "open");
    assert_eq!(fail(&mut rig, NotOpened::TimedOut), "open");
    assert_eq!(fail(&mut rig, NotOpened::TimedOut), "open-polling");
    rig.put(Input::Opened(TransportKind::LongPolling));
    rig.settle();
    assert_eq!(rig.session.status().transport, Some(TransportKind::LongPolling));
    assert!(rig.pauses().contains(&Pause::Restore { worked: false }));
    rig.pass(WAIT);
    assert_eq!(rig.words(), "close:1000 open", "WebSocket is tried again");
    rig.put(Input::NotOpened(NotOpened::TimedOut));
    assert_eq!(
        rig.words(),
        "close:1000 open-polling",
        "and long polling goes on at once"
    );
    rig.put(Input::Opened(TransportKind::LongPolling));
    rig.pass(WAIT);
    rig.effects();
    rig.put(Input::Opened(TransportKind::WebSocket));
    assert_eq!(rig.state(), &State::Online);
    rig.pass(Duration::from_secs(20));
    assert_eq!(rig.session.status().transport, Some(TransportKind::WebSocket));
}

#[test]
fn a_page_instead_of_the_upgrade_counts_double() {
    let mut rig = connecting(both());
    rig.effects();
    assert_eq!(fail(&mut rig, NotOpened::NotAPushServer), "open");
    assert_eq!(fail(&mut rig, NotOpened::NotAPushServer), "open-polling");
}

#[test]
fn a_connection_that_is_cut_before_anything_came_counts() {
    let mut rig = connecting(both());
    for expected in ["open", "open", "open-polling"] {
        rig.effects();
        rig.put(Input::Opened(TransportKind::WebSocket));
        rig.settle();
        rig.put(Input::Closed(Closed::Broken));
        rig.effects();
        rig.pass(WAIT);
        assert_eq!(rig.words(), expected);
    }
}

#[test]
fn the_servers_own_refusal_is_no_reason_to_fall_back() {
    let mut rig = connecting(both());
    rig.effects();
    for _ in 0..6 {
        assert_eq!(fail(&mut rig, REFUSED), "configure");
        rig.put(Input::Configured(Ok(both())));
        assert_eq!(rig.words(), "open");
    }
    let busy = NotOpened::Refused {
        status: 503,
        retry_after: None,
    };
    for _ in 0..6 {
        assert_eq!(fail(&mut rig, busy), "open");
    }
}

#[test]
fn a_server_that_is_away_brings_both_ways_in_turn() {
    let mut rig = connecting(both());
    rig.effects();
    let mut ways = String::new();
    for _ in 0..8 {
        ways += if fail(&mut rig, NotOpened::Unreachable) == "open" {
            "w"
        } else {
            "p"
        };
    }
    assert_eq!(ways, "wwpwwwpw");
}

#[test]
fn without_an_address_for_polling_there_is_only_websocket() {
    let mut rig = connecting(config());
    rig.effects();
    for _ in 0..8 {
        assert_eq!(fail(&mut rig, NotOpened::TimedOut), "open");
    }
}

#[test]
fn a_portal_without_websocket_begins_with_polling() {
    let mut off = both();
    off["server"]["websocket_enabled"] = json!(false);
    let mut rig = connecting(off);
    assert_eq!(rig.words(), "configure open-polling");
    rig.put(Input::Opened(TransportKind::LongPolling));
    rig.settle();
    for _ in 0..100 {
        rig.pass(Duration::from_secs(20));
        rig.put(Input::Answered(held()));
        let words = rig.words();
        assert!(words.starts_with("poll:"), "{words}");
    }
    assert!(rig.pauses().is_empty(), "nothing to restore");
}

#[test]
fn another_network_is_a_new_chance_for_websocket() {
    let mut rig = connecting(both());
    rig.effects();
    fail(&mut rig, NotOpened::NotAPushServer);
    fail(&mut rig, NotOpened::NotAPushServer);
    rig.put(Input::Opened(TransportKind::LongPolling));
    rig.settle();
    rig.put(Input::Wake);
    assert_eq!(rig.words(), "close:1000 open");
}

#[test]
fn a_replay_that_cannot_be_polled_is_tried_with_more_room() {
    let mut rig = connecting(both());
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.settle();
    rig.put(Input::Closed(Closed::TooLarge));
    rig.pass(WAIT);
    assert!(rig.words().ends_with("open-polling"));
    rig.put(Input::NotOpened(NotOpened::Unreachable));
    rig.effects();
    rig.pass(WAIT);
    let Some(Effect::Open { kind, max_message, .. }) = rig.effects().pop() else {
        panic!("an attempt")
    };
    assert_eq!(
        (kind, max_message),
        (TransportKind::WebSocket, Limits::default().max_replay)
    );
}
