//! How the connection lives: failures, waiting, the wishes of its owner.

use proptest::prelude::*;

use super::{renewal::expire, *};

fn refused(status: u16) -> Input<'static> {
    Input::NotOpened(NotOpened::Refused {
        status,
        retry_after: None,
    })
}

#[test]
fn a_broken_connection_is_tried_again_after_a_wait() {
    let mut rig = Rig::online();
    rig.put(Input::Closed(Closed::Broken));
    let until = rig.now.wall + WAIT;
    assert_eq!(
        (rig.words().as_str(), rig.state()),
        ("close:1000", &State::Waiting { until })
    );
    rig.pass(WAIT.saturating_sub(Duration::from_millis(1)));
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_millis(1));
    assert_eq!(rig.words(), "open", "the configuration is still good");
    rig.put(Input::NotOpened(NotOpened::Unreachable));
    rig.pass(WAIT);
    rig.put(Input::Opened(TransportKind::WebSocket));
    assert_eq!(rig.session.status().reconnects, 1);
    rig.put(Input::Closed(Closed::Broken));
    let retry = |attempt| Pause::Retry { attempt };
    assert_eq!(
        rig.pauses(),
        [retry(0), retry(1), retry(0)],
        "success starts the count anew"
    );
}

#[test]
fn refused_channels_lead_to_a_new_configuration() {
    for status in [400, 401, 403] {
        let mut rig = Rig::new();
        rig.put(Input::Start);
        rig.put(Input::Configured(Ok(config())));
        rig.put(refused(status));
        rig.words();
        rig.pass(WAIT);
        assert_eq!(
            (rig.words().as_str(), rig.reason()),
            ("configure", Some(&Reason::Refused(status)))
        );
    }
    for code in [4010, 1008, 3001, 3003] {
        let mut rig = Rig::online();
        rig.put(Input::Closed(Closed::ByServer(Some(code))));
        rig.words();
        rig.pass(WAIT);
        assert_eq!(rig.words(), "configure", "{code}");
    }
    for (status, code) in [(429, 1000), (502, 4029), (504, 1012)] {
        let mut rig = Rig::online();
        rig.put(Input::Closed(Closed::ByServer(Some(code))));
        rig.words();
        rig.pass(WAIT);
        rig.put(refused(status));
        rig.words();
        rig.pass(WAIT);
        assert_eq!(rig.words(), "open", "{status} {code}");
    }
}

#[test]
fn a_named_wait_is_kept() {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    let retry = Remedy::Retry {
        after: Some(Duration::from_secs(50)),
    };
    rig.put(Input::Configured(Err(failure("limit", retry))));
    rig.words();
    rig.pass(Duration::from_secs(49));
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.words(), "configure");
    rig.put(Input::Configured(Ok(config())));
    rig.put(Input::NotOpened(NotOpened::Refused {
        status: 503,
        retry_after: Some(Duration::from_secs(90)),
    }));
    rig.words();
    rig.pass(Duration::from_secs(89));
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.words(), "open");
}

#[test]
fn what_needs_the_owner_stops_until_the_owner_asks() {
    for remedy in [Remedy::SignIn, Remedy::GiveUp] {
        let mut rig = Rig::new();
        rig.put(Input::Start);
        rig.put(Input::Configured(Err(failure("credentials", remedy))));
        assert_eq!(
            rig.state(),
            &State::Failed(Failure {
                kind: "credentials".into(),
                remedy
            })
        );
        rig.words();
        rig.pass(Duration::from_secs(100_000));
        assert_eq!(rig.words(), "");
        rig.put(Input::Reconnect);
        assert_eq!(rig.words(), "configure");
    }
    let mut rig = Rig::new();
    rig.put(Input::Start);
    let mut plain = config();
    plain["server"] = json!({"version": 4, "websocket": "ws://rt.example.ru/"});
    rig.put(Input::Configured(Ok(plain)));
    let State::Failed(failure) = rig.state() else {
        panic!("refused")
    };
    assert_eq!(failure.kind, "config.insecure");
}

#[test]
fn a_login_page_is_no_configuration_and_asked_again() {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    rig.put(Input::Configured(Ok(json!("<html>"))));
    assert_eq!(rig.reason(), Some(&Reason::Config("config.invalid".into())));
    rig.words();
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure");
}

#[test]
fn a_source_that_never_answers_is_asked_again() {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    rig.words();
    rig.pass(Limits::default().configure_within);
    assert_eq!(
        (rig.words().as_str(), rig.reason()),
        ("forget", Some(&Reason::Config("timeout".into())))
    );
    rig.put(Input::Configured(Ok(config())));
    assert_eq!(rig.words(), "", "too late");
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure");
}

#[test]
fn a_silent_server_is_noticed_within_thirty_seconds() {
    let mut rig = Rig::online();
    rig.pass(Duration::from_secs(25));
    assert_eq!(rig.words(), "ping");
    rig.put(Input::Pong);
    rig.pass(Duration::from_secs(10));
    rig.text(&event(1));
    rig.settle();
    rig.pass(Duration::from_millis(24_999));
    assert_eq!(rig.words(), "", "an event is a sign of life");
    rig.pass(Duration::from_millis(5001));
    assert_eq!(
        (rig.words().as_str(), rig.reason()),
        ("ping close:3005", Some(&Reason::Silent))
    );
}

#[test]
fn waking_up_tests_the_connection_and_ends_waiting() {
    let mut rig = Rig::online();
    rig.put(Input::Wake);
    rig.put(Input::Wake);
    assert_eq!(rig.words(), "ping");
    rig.pass(Duration::from_secs(5));
    assert_eq!(
        (rig.words().as_str(), rig.reason()),
        ("close:3005", Some(&Reason::Silent))
    );
    rig.put(Input::Wake);
    assert_eq!(rig.words(), "open");
}

#[test]
fn the_owners_click_reconnects_at_once() {
    let mut rig = Rig::online();
    rig.put(Input::Reconnect);
    assert_eq!(rig.words(), "close:3004 open");
    rig.put(Input::NotOpened(NotOpened::TimedOut));
    rig.words();
    rig.put(Input::Reconnect);
    assert_eq!(rig.words(), "open");
}

#[test]
fn stopping_stops_everything() {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    rig.words();
    rig.put(Input::Stop);
    assert_eq!((rig.words().as_str(), rig.state()), ("forget", &State::Stopped));
    rig.put(Input::Configured(Ok(config())));
    rig.put(Input::Reconnect);
    rig.put(Input::Wake);
    assert_eq!((rig.words().as_str(), rig.session.next_timeout()), ("", None));
    let mut rig = Rig::online();
    rig.put(Input::Stop);
    assert_eq!(rig.words(), "close:1000");
    rig.put(Input::Start);
    assert_eq!(rig.words(), "open");
}

#[test]
fn an_announced_restart_is_waited_for() {
    let mut rig = Rig::online();
    rig.text(&envelope(1, "pull", "server_restart", &json!([])));
    assert_eq!(rig.words(), "deliver:0 close:3002");
    assert_eq!(rig.pauses(), [Pause::ServerRestart]);
    rig.pass(WAIT);
    assert_eq!(rig.words(), "open");
}

#[test]
fn a_replay_that_is_too_large_is_tried_once_with_more_room() {
    let mut rig = Rig::online();
    rig.put(Input::Closed(Closed::TooLarge));
    rig.words();
    rig.pass(WAIT);
    let Some(Effect::Open { max_message, .. }) = rig.effects().pop() else {
        panic!("an attempt")
    };
    assert_eq!(max_message, 16 << 20);
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.put(Input::Closed(Closed::Broken));
    rig.words();
    rig.pass(WAIT);
    let Some(Effect::Open { max_message, .. }) = rig.effects().pop() else {
        panic!("an attempt")
    };
    assert_eq!(max_message, 4 << 20);
}

#[derive(Debug, Clone)]
enum Act {
    Start,
    Stop,
    Reconnect,
    Wake,
    Config(u8),
    Opened,
    NotOpened(u16),
    Text(u8),
    Garbage(String),
    Binary(Vec<u8>),
    Closed(Option<u16>),
    Pass(u32),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        2 => Just(Act::Start),
        1 => Just(Act::Stop),
        1 => Just(Act::Reconnect),
        1 => Just(Act::Wake),
        4 => any::<u8>().prop_map(Act::Config),
        4 => Just(Act::Opened),
        1 => (400_u16..600).prop_map(Act::NotOpened),
        4 => any::<u8>().prop_map(Act::Text),
        1 => "\\PC{0,20}".prop_map(Act::Garbage),
        1 => prop::collection::vec(any::<u8>(), 0..30).prop_map(Act::Binary),
        1 => prop::option::of(any::<u16>()).prop_map(Act::Closed),
        2 => (0_u32..100_000).prop_map(Act::Pass),
    ];
    prop::collection::vec(act, 0..60)
}

proptest! {
    /// Whatever happens in whatever order: no panic, no endless work, and in every state something is due or awaited.
    #[test]
    fn nothing_wedges_the_session(acts in acts()) {
        let mut rig = Rig::new();
        for act in acts {
            match act {
                Act::Start => rig.put(Input::Start),
                Act::Stop => rig.put(Input::Stop),
                Act::Reconnect => rig.put(Input::Reconnect),
                Act::Wake => rig.put(Input::Wake),
                Act::Config(n) if n % 4 == 0 => rig.put(Input::Configured(Err(failure("x", Remedy::Retry { after: None })))),
                Act::Config(n) => rig.put(Input::Configured(Ok(config_with(&format!("{n:02x}"))))),
                Act::Opened => rig.put(Input::Opened(TransportKind::WebSocket)),
                Act::NotOpened(status) => rig.put(refused(status)),
                Act::Text(n) if n % 8 == 0 => rig.text(&expire(n.into(), &json!({"action": "reconnect", "new_channel": {"id": "1.2"}}))),
                Act::Text(n) if n % 8 == 1 => rig.text(&envelope(n.into(), "pull", "config_expire", &json!([]))),
                Act::Text(n) if n % 8 == 2 => rig.text(&envelope(n.into(), "pull", "server_restart", &json!([]))),
                Act::Text(n) => rig.text(&event(n.into())),
                Act::Garbage(text) => rig.text(&text),
                Act::Binary(bytes) => rig.put(Input::Frame(Frame::Binary(bytes.into()))),
                Act::Closed(code) => rig.put(Input::Closed(Closed::ByServer(code))),
                Act::Pass(millis) => rig.pass(Duration::from_millis(millis.into())),
            }
            rig.settle();
            let due = rig.session.next_timeout();
            match rig.state() {
                State::Stopped | State::Failed(_) => prop_assert_eq!(due, None),
                State::Configuring | State::Connecting | State::Online | State::Waiting { .. } => {
                    prop_assert!(due.is_some_and(|due| due <= rig.now.instant + Duration::from_secs(70)));
                }
            }
        }
        // From anywhere a click and a healthy portal lead back online.
        rig.put(Input::Start);
        rig.put(Input::Reconnect);
        rig.put(Input::Configured(Ok(config())));
        rig.put(Input::Opened(TransportKind::WebSocket));
        prop_assert_eq!(rig.state(), &State::Online);
    }
}
