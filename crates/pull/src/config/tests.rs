use serde_json::json;

use super::*;
use crate::position::Mid;

const PRIVATE: &str =
    "42d64ab4f6de87e7e7d6209f568b826d:520be2333eea151a956c0c2581c8fa06.36dc366e1c2eba2c26c50d97072b15718f5caf64";
const SHARED: &str = "5fc6cdfaff146ac121df90f4e96f1a13.d3f7fbd882dca0f54ea8d2da3e8b90a46d7423df";

fn origin(portal: &str) -> Origin {
    Origin {
        portal: portal.parse().unwrap(),
        intranet: false,
    }
}

fn sample() -> Value {
    json!({
        "server": {"version": 4, "server_enabled": true, "mode": "personal", "hostname": "p.example.ru",
            "websocket_enabled": true, "websocket": "ws://p.example.ru/bitrix/subws/",
            "websocket_secure": "wss://p.example.ru/bitrix/subws/", "config_timestamp": 1_774_886_062},
        "api": {"revision_web": 19, "revision_mobile": 3},
        "channels": {
            "shared": {"id": SHARED, "start": "2026-03-31T17:05:18+02:00", "end": "2026-04-01T05:05:23+02:00", "type": "shared"},
            "private": {"id": PRIVATE, "public_id": "520b.a7", "start": "2026-03-31T17:05:18+02:00", "end": "2026-04-01T06:05:23+02:00", "type": "private"}},
        "publicChannels": false, "exp": 1_775_052_318, "serverTime": "2026-03-31T17:05:18+02:00"
    })
}

fn parse(change: impl FnOnce(&mut Value), portal: &str) -> Result<Config, ConfigError> {
    let mut value = sample();
    change(&mut value);
    Config::parse(&value, &origin(portal))
}

fn addresses(config: &Config) -> Vec<&str> {
    config.websocket.iter().map(Url::as_str).collect()
}

#[test]
fn the_documented_answer() {
    let config = parse(|_| (), "https://p.example.ru").unwrap();
    assert_eq!(config.server_version, 4);
    assert_eq!(addresses(&config), ["wss://p.example.ru/bitrix/subws/"]);
    assert_eq!(
        config.expires.unwrap().to_string(),
        "2026-04-01T03:05:23Z",
        "the shared channel ends first"
    );
    assert_eq!(config.server_time.unwrap().to_string(), "2026-03-31T15:05:18Z");
    assert_eq!(config.revision, Some(19));
    let endpoints = config.endpoints(TransportKind::WebSocket, None);
    assert_eq!(
        endpoints[0].url().as_str(),
        format!(
            "wss://p.example.ru/bitrix/subws/?CHANNEL_ID={}%2F{SHARED}&binaryMode=true&revision=19",
            PRIVATE.replace(':', "%3A")
        )
    );
}

#[test]
fn nothing_secret_is_shown() {
    let config = parse(|_| (), "https://p.example.ru").unwrap();
    let shown = format!("{config:?} {:?}", config.endpoints(TransportKind::WebSocket, None));
    assert!(!shown.contains("42d64ab4") && !shown.contains("5fc6cdfa"), "{shown}");
}

#[test]
fn the_position_comes_before_the_revision() {
    let config = parse(|_| (), "https://p.example.ru").unwrap();
    let query = |position: &Position| {
        config.endpoints(TransportKind::WebSocket, Some(position))[0]
            .url()
            .query()
            .unwrap()
            .to_owned()
    };
    let mid = Position {
        mid: Mid::new("17953041450000000000000003").ok(),
        ..Position::default()
    };
    assert!(query(&mid).ends_with("&binaryMode=true&mid=17953041450000000000000003&revision=19"));
    let moment = Position {
        tag: Some("2".into()),
        time: Some("Sat, 21 Nov 2026".into()),
        ..Position::default()
    };
    assert!(
        query(&moment).ends_with("&tag=2&time=Sat%2C%2021%20Nov%202026&revision=19"),
        "no plus for a blank"
    );
    let since = Position {
        since: Some(5),
        ..Position::default()
    };
    assert!(query(&since).contains("&mid=00000000000000000000000000&"));
    assert!(!query(&Position::default()).contains("mid="));
}

#[test]
fn shared_mode_names_the_client() {
    let shared = |value: &mut Value| {
        value["server"]["mode"] = json!("shared");
        value["clientId"] = json!("fcda45d0859442735f07b8bb5825ded1");
    };
    let config = parse(shared, "https://p.example.ru").unwrap();
    assert!(
        config.endpoints(TransportKind::WebSocket, None)[0]
            .url()
            .as_str()
            .contains("&binaryMode=true&clientId=fcda45d0")
    );
    let error = parse(
        |value| value["server"]["mode"] = json!("shared"),
        "https://p.example.ru",
    )
    .unwrap_err();
    assert_eq!(error, ConfigError::NoClientId);
}

#[test]
fn text_servers_are_not_asked_for_binary() {
    let config = parse(|value| value["server"]["version"] = json!("3"), "https://p.example.ru").unwrap();
    assert!(
        !config.endpoints(TransportKind::WebSocket, None)[0]
            .url()
            .as_str()
            .contains("binaryMode")
    );
}

#[test]
fn a_downgrade_is_refused() {
    let plain_only = |value: &mut Value| value["server"]["websocket_secure"] = json!("");
    let error = parse(plain_only, "https://p.example.ru").unwrap_err();
    assert_eq!(
        error,
        ConfigError::Insecure {
            host: "p.example.ru".into()
        }
    );
    assert!(!error.is_transient());

    for loopback in ["ws://127.0.0.1:8010/subws/", "ws://localhost/x", "ws://[::1]:9/"] {
        let loopback_only = |value: &mut Value| {
            plain_only(value);
            value["server"]["websocket"] = json!(loopback);
        };
        assert!(parse(loopback_only, "https://p.example.ru").is_ok(), "{loopback}");
    }
    for stranger in [
        "ws://127.0.0.1.evil.example/",
        "ws://evil.localhost/",
        "ws://localhost.evil.example/",
        "ws://10.0.0.1/",
    ] {
        let stranger_only = |value: &mut Value| {
            plain_only(value);
            value["server"]["websocket"] = json!(stranger);
        };
        assert!(
            matches!(
                parse(stranger_only, "https://p.example.ru"),
                Err(ConfigError::Insecure { .. })
            ),
            "{stranger}"
        );
    }
}

#[test]
fn a_plain_portal_needs_the_mark_of_an_intranet() {
    let mut value = sample();
    let config = Config::parse(&value, &origin("http://p.example.ru")).unwrap();
    assert_eq!(addresses(&config), ["wss://p.example.ru/bitrix/subws/"]);
    let mut marked = origin("http://p.example.ru");
    marked.intranet = true;
    let config = Config::parse(&value, &marked).unwrap();
    assert_eq!(
        addresses(&config),
        ["wss://p.example.ru/bitrix/subws/", "ws://p.example.ru/bitrix/subws/"]
    );
    value["server"]["websocket_secure"] = json!("");
    assert!(Config::parse(&value, &origin("http://p.example.ru")).is_err());
    assert!(Config::parse(&value, &marked).is_ok());
    // The mark is not a licence to downgrade an encrypted portal.
    let mut https = origin("https://p.example.ru");
    https.intranet = true;
    assert!(Config::parse(&value, &https).is_err());
}

#[test]
fn addresses_in_other_shapes() {
    let with = |address: &str| {
        parse(
            |value| value["server"]["websocket_secure"] = json!(address),
            "https://p.example.ru:8443",
        )
        .map(|config| config.websocket[0].to_string())
    };
    assert_eq!(with("wss://#DOMAIN#/subws/").unwrap(), "wss://p.example.ru/subws/");
    assert_eq!(with("/bitrix/subws/").unwrap(), "wss://p.example.ru:8443/bitrix/subws/");
    assert_eq!(
        with("https://rt.example.net/subws/").unwrap(),
        "wss://rt.example.net/subws/"
    );
    for refused in [
        "ftp://p.example.ru/",
        "wss://user:pass@p.example.ru/",
        "javascript:alert(1)",
        "wss://",
    ] {
        assert!(with(refused).is_err(), "{refused}");
    }
}

#[test]
fn every_field_is_tolerated() {
    for portal in ["https://p.example.ru", "http://127.0.0.1:9"] {
        let strange = |value: &mut Value| {
            value["server"]["version"] = json!("4");
            value["server"]["server_enabled"] = json!("Y");
            value["api"] = json!([]);
            value["exp"] = json!("oops");
            value["serverTime"] = json!(1_774_969_518);
            value["channels"]["shared"] = json!([]);
            value["channels"]["private"]["end"] = json!("1775000000");
        };
        let config = parse(strange, portal).unwrap();
        assert_eq!(config.expires.unwrap().as_second(), 1_775_000_000);
        assert_eq!(config.server_time.unwrap().as_second(), 1_774_969_518);
        assert!(config.shared.is_none());
    }
}

#[test]
fn what_is_no_configuration() {
    for value in [
        json!(null),
        json!("<html>"),
        json!([]),
        json!({}),
        json!({"server": []}),
    ] {
        assert_eq!(
            Config::parse(&value, &origin("https://p.example.ru")).unwrap_err(),
            ConfigError::NotAConfig
        );
    }
    let error = |change: fn(&mut Value)| parse(change, "https://p.example.ru").unwrap_err();
    assert_eq!(error(|value| value["channels"] = json!([])), ConfigError::NoChannels);
    assert_eq!(
        error(|value| value["server"]["server_enabled"] = json!(false)),
        ConfigError::Disabled
    );
    let bare = |value: &mut Value| {
        value["server"]["websocket"] = json!(null);
        value["server"]["websocket_secure"] = json!(17);
    };
    assert!(parse(bare, "https://p.example.ru").is_err());
}

#[test]
fn a_channel_is_known_by_its_first_part() {
    let config = parse(|_| (), "https://p.example.ru").unwrap();
    assert!(
        config
            .private
            .as_ref()
            .unwrap()
            .is("42d64ab4f6de87e7e7d6209f568b826d.00")
    );
    assert!(!config.private.as_ref().unwrap().is(SHARED));
    let before = config.fingerprint();
    let mut after = config.clone();
    assert!(after.replace_channel(
        "shared",
        &json!({"id": "aa.bb", "start": 1_774_000_000, "end": "2026-04-01T05:05:23+02:00"})
    ));
    assert_ne!(before, after.fingerprint());
    assert!(!after.replace_channel("public", &json!({"id": "aa.bb"})));
    assert!(!after.replace_channel("shared", &json!({"id": "a b"})));
}
