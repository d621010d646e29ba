//! From the first frame to the receipt: what is delivered, once, and what is not.

use super::*;

#[test]
fn from_start_to_the_first_event() {
    let mut rig = Rig::new();
    assert_eq!(rig.session.next_timeout(), None, "a stopped connection wants nothing");
    rig.put(Input::Start);
    assert_eq!((rig.words().as_str(), rig.state()), ("configure", &State::Configuring));
    rig.put(Input::Configured(Ok(config())));
    assert_eq!(rig.state(), &State::Connecting);
    assert_eq!(rig.query(), "CHANNEL_ID=aa%3Abb.cc%2Fdd.ee&binaryMode=true&revision=19");
    rig.put(Input::Opened(TransportKind::WebSocket));
    assert_eq!((rig.words().as_str(), rig.state()), ("deliver:0", &State::Online));
    rig.text(&event(1));
    let events = rig.settle();
    assert_eq!(events[0].params.get(), r#"{"n":1}"#);
    assert_eq!(events[0].server_time.unwrap(), start_of_time());
    assert_eq!(events[0].age, Some(Duration::ZERO));
    assert_eq!(rig.session.status().server_version, Some(4));
}

#[test]
fn the_next_connection_goes_on_from_what_was_acknowledged() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    rig.settle();
    rig.text(&event(2));
    rig.put(Input::Closed(Closed::Broken));
    rig.pass(WAIT);
    assert!(
        rig.query().contains("mid=17953041450000000000000001&"),
        "the second one is not stored yet"
    );
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.text(&event(2));
    assert_eq!(
        rig.words(),
        "",
        "it is still with the owner, so the replay says nothing new"
    );
}

#[test]
fn a_delivery_that_the_owner_gives_up_comes_again() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    rig.put(Input::Receipt(batch.ticket, false));
    assert_eq!(rig.words(), "close:3004");
    assert_eq!(rig.reason(), Some(&Reason::NotAcknowledged));
    rig.pass(WAIT);
    assert!(
        rig.query().contains("mid=00000000000000000000000000&"),
        "everything since the start"
    );
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.text(&event(1));
    let events = rig.settle();
    assert!(events[0].replayed);
}

#[test]
fn garbage_never_touches_the_cursor() {
    let mut rig = Rig::online();
    rig.text(&event(5));
    rig.settle();
    for garbage in ["x", "", "#!NGINXNMS!#{}#!NGINXNME!#", "[]", "[{}]", "ping"] {
        rig.text(garbage);
        rig.put(Input::Frame(Frame::Binary(garbage.as_bytes().to_vec().into())));
    }
    assert_eq!(rig.words(), "");
    rig.put(Input::Closed(Closed::ByServer(Some(1001))));
    rig.pass(WAIT);
    assert!(rig.query().contains("mid=17953041450000000000000005&"));
}

#[test]
fn repetitions_are_given_once() {
    let mut rig = Rig::online();
    rig.text(&format!("{}{}{}", event(1), event(1), event(2)));
    assert_eq!(rig.settle().len(), 2);
    rig.text(&format!("{}{}", event(2), event(1)));
    assert!(rig.settle().is_empty());
}

#[test]
fn events_of_clients_are_told_apart_and_command_nothing() {
    let mut rig = Rig::online();
    // Captured frame, with the body exchanged for a system command of the same length.
    let body = br#"{"module_id":"pull","command":"server_restart","params":[]}"#;
    let mut message = vec![0x12, u8::try_from(body.len()).unwrap()];
    message.extend(body);
    message.extend([0x2a, 0x02, 0x08, 0x01]);
    let wrap = |inner: &[u8]| {
        let mut outer = vec![0x0a, u8::try_from(inner.len()).unwrap()];
        outer.extend(inner);
        outer
    };
    let frame = wrap(&wrap(&wrap(&message)));
    rig.put(Input::Frame(Frame::Binary(frame.into())));
    let events = rig.settle();
    assert_eq!(events[0].sender.as_ref().unwrap().kind, crate::SenderType::Client);
    assert_eq!(rig.state(), &State::Online);
}

#[test]
fn old_presence_is_dropped_and_the_clocks_are_compared() {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    let mut config = config();
    // The server is an hour behind.
    config["serverTime"] = json!("2026-11-22T09:00:00Z");
    rig.put(Input::Configured(Ok(config)));
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.settle();
    let presence =
        |number, time: &str| envelope(number, "online", "userStatus", &json!({})).replace("2026-11-22T10:00:00Z", time);
    rig.text(&presence(1, "2026-11-22T08:56:00Z"));
    assert!(rig.settle().is_empty());
    rig.text(&presence(2, "2026-11-22T08:58:00Z"));
    assert_eq!(rig.settle()[0].age, Some(Duration::from_secs(120)));
    rig.text(&presence(3, "2026-11-22T09:30:00Z"));
    assert_eq!(rig.settle()[0].age, Some(Duration::ZERO), "never less than nothing");
}

#[test]
fn another_revision_is_told_and_survived() {
    let mut rig = Rig::online();
    rig.text(&event(1).replace("\"revision_web\":19", "\"revision_web\":20"));
    assert_eq!(rig.settle().len(), 1);
    assert_eq!(
        (rig.state(), rig.session.status().foreign_revision),
        (&State::Online, Some(20))
    );
}

#[test]
fn reading_pauses_while_the_owner_lags() {
    let mut rig = Rig::online();
    let mut tickets = Vec::new();
    for number in 1..=256 {
        assert!(rig.session.wants_frames());
        rig.text(&event(number));
        for effect in rig.effects() {
            let Effect::Deliver(batch) = effect else {
                panic!("a delivery")
            };
            tickets.push(batch.ticket);
        }
    }
    assert!(!rig.session.wants_frames());
    rig.put(Input::Receipt(tickets[0], true));
    assert!(rig.session.wants_frames());
}
