//! Configurations that are renewed and channels that are replaced while the connection stands.

use super::*;

pub(super) fn expire(number: u64, params: &Value) -> String {
    envelope(number, "pull", "channel_expire", params)
}

#[test]
fn an_old_configuration_is_renewed_before_it_ends() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    rig.settle();
    // Pongs keep it alive; the first channel ends after 12 h and 5 s.
    let mut asked_at = None;
    for second in (0..43_205).step_by(5) {
        rig.pass(Duration::from_secs(5));
        rig.put(Input::Pong);
        if rig.words().contains("configure") {
            asked_at = Some(second + 5);
            break;
        }
    }
    assert_eq!(asked_at, Some(43_205 - 600));
    // The same channels: nothing happens.
    rig.put(Input::Configured(Ok(config())));
    assert_eq!((rig.words().as_str(), rig.state()), ("", &State::Online));
}

#[test]
fn new_channels_are_gone_over_to_without_a_gap() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    rig.settle();
    rig.text(&expire(
        2,
        &json!({"action": "get_config", "channel": {"id": "aa:bb.cc", "type": "private"}}),
    ));
    rig.settle();
    assert_eq!(
        rig.state(),
        &State::Online,
        "the old channel is kept while the new one is fetched"
    );
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure");
    rig.text(&event(9));
    rig.settle();
    rig.put(Input::Configured(Ok(config_with("ff"))));
    assert_eq!(rig.words(), "", "what was sent just now is waited for");
    rig.pass(Duration::from_secs(1));
    let query = rig.query();
    assert!(query.starts_with("CHANNEL_ID=ff%3A"));
    assert!(
        query.contains("mid=17953041450000000000000002&"),
        "from before the request: {query}"
    );
    rig.put(Input::Opened(TransportKind::WebSocket));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    assert_eq!(batch.gap, None);
    assert_eq!(rig.pauses(), [Pause::ChannelExpired]);
    rig.text(&format!("{}{}", event(8), event(9)));
    assert_eq!(rig.settle().len(), 1);
}

#[test]
fn channels_replaced_while_away_are_a_gap() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    rig.settle();
    rig.put(Input::Closed(Closed::ByServer(Some(4010))));
    rig.pass(WAIT);
    rig.put(Input::Configured(Ok(config_with("ff"))));
    rig.put(Input::Opened(TransportKind::WebSocket));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    assert_eq!(batch.gap, Some(crate::Gap::ChannelsReplaced));
}

#[test]
fn a_new_shared_channel_needs_no_new_configuration() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    rig.settle();
    rig.text(&expire(
        2,
        &json!({"action": "reconnect", "channel": {"id": "dd.ee", "type": "shared"},
            "new_channel": {"id": "99.88", "start": 1_795_300_000, "end": "2026-11-23T10:00:00Z", "type": "shared"}}),
    ));
    rig.settle();
    rig.text(&event(7));
    assert_eq!(rig.settle().len(), 1, "the old channels go on until then");
    rig.pass(WAIT);
    let query = rig.query();
    assert!(query.contains("%2F99.88&"), "{query}");
    assert!(query.contains("mid=17953041450000000000000002&"), "{query}");
    assert_eq!(rig.pauses(), [Pause::ChannelSwapped]);
}

#[test]
fn a_command_about_a_strange_channel_replaces_nothing() {
    let mut rig = Rig::online();
    rig.text(&expire(
        2,
        &json!({"action": "reconnect", "channel": {"id": "7777.ee", "type": "shared"},
            "new_channel": {"id": "evil/../x", "type": "shared"}}),
    ));
    rig.settle();
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure", "the portal is asked instead");
}

#[test]
fn a_storm_of_config_expire_asks_once() {
    let mut rig = Rig::online();
    for number in 0..500 {
        rig.text(&envelope(number, "pull", "config_expire", &json!([])));
        rig.settle();
    }
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure");
    for number in 500..600 {
        rig.text(&envelope(number, "pull", "CONFIG_EXPIRE", &json!({})));
        rig.settle();
    }
    rig.pass(Duration::from_secs(5));
    assert_eq!(rig.words(), "");
}

#[test]
fn a_failed_renewal_leaves_the_connection_alone() {
    let mut rig = Rig::online();
    rig.text(&envelope(1, "pull", "config_expire", &json!([])));
    rig.settle();
    rig.pass(WAIT);
    rig.put(Input::Configured(Err(failure("credentials", Remedy::SignIn))));
    assert_eq!(rig.state(), &State::Online);
    rig.words();
    rig.pass(WAIT);
    assert_eq!(rig.words(), "configure");
}

#[test]
fn a_connection_that_ends_during_the_renewal_uses_its_result() {
    let mut rig = Rig::online();
    rig.text(&envelope(1, "pull", "config_expire", &json!([])));
    rig.settle();
    rig.pass(WAIT);
    rig.put(Input::Closed(Closed::Broken));
    rig.words();
    rig.put(Input::Configured(Ok(config_with("ff"))));
    assert_eq!(rig.words(), "");
    rig.pass(WAIT);
    assert!(rig.query().starts_with("CHANNEL_ID=ff"));
}
