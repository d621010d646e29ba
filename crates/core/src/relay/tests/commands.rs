use serde_json::{Value, json};

use crate::Timestamp;
use crate::failure::{Code, Failure};
use crate::notification::PortalEvent;
use crate::relay::{Author, CommandLimit, Order, What, events_of, order, without_command};
use crate::settings::{
    ApplicationSettings, BaseSettings, CommandAuthor, ConnectionKind, EventPattern, MappedKind, PortalMapping,
    PortalSettings, RelayBase, RelaySettings, Settings,
};

const NOW: Timestamp = Timestamp(10_000_000);

fn settings(connection: ConnectionKind) -> Settings {
    let base = |alias: &str| BaseSettings {
        alias: alias.to_owned(),
        name: alias.to_owned(),
        ..BaseSettings::default()
    };
    let author = |user: Option<&str>, application: Option<&str>| CommandAuthor {
        portal: "p.example".to_owned(),
        user_id: user.map(str::to_owned),
        application: application.map(str::to_owned),
    };
    Settings {
        portals: vec![PortalSettings {
            portal: "p.example".to_owned(),
            base: Some("ut".to_owned()),
            connection,
            application: Some(ApplicationSettings {
                client_id: "local.1".to_owned(),
                port: 1,
            }),
            ..PortalSettings::default()
        }],
        bases: vec![base("ut"), base("bp")],
        relay: RelaySettings {
            bases: vec![RelayBase {
                base: "ut".to_owned(),
                events: vec![EventPattern {
                    portal: None,
                    pattern: "crm/*".to_owned(),
                }],
                ..RelayBase::default()
            }],
            authors: vec![author(Some("7"), None), author(None, Some("local.1"))],
            ..RelaySettings::default()
        },
        ..Settings::default()
    }
}

fn event<'a>(module: &'a str, command: &'a str, params: &'a Value) -> PortalEvent<'a> {
    PortalEvent {
        portal: "p.example",
        mid: "m1",
        module,
        command,
        params,
        from_client: false,
        server_time: Some(NOW),
    }
}

fn by_line(text: &str, user: u64) -> Option<Result<Order, Failure>> {
    let params = json!({"id": 5, "settingName": "rest|rest_notify", "userId": user, "text": text});
    order(
        &settings(ConnectionKind::Webhook),
        &event("im", "notifyAdd", &params),
        NOW,
    )
}

fn by_channel(command: &str, params: Value) -> Option<Result<Order, Failure>> {
    order(
        &settings(ConnectionKind::Application),
        &event("application", command, &params),
        NOW,
    )
}

fn code(read: Option<Result<Order, Failure>>) -> Option<Code> {
    read.and_then(Result::err).map(|failure| failure.code)
}

#[test]
fn a_line_of_a_robot_is_read() {
    let read = by_line(
        "Счёт оплачен[br]#hotstart relay deal 123 order answer base UT[br]Спасибо",
        7,
    )
    .unwrap()
    .unwrap();
    assert_eq!(read.author, Author::User("7".to_owned()));
    let event = read.event(NOW).unwrap();
    assert_eq!(
        (
            event.base.as_str(),
            event.id.as_str(),
            event.kind.as_str(),
            event.answer,
            event.reads
        ),
        ("ut", "p.example/notify/5", "hotstart/order", true, true)
    );
    assert_eq!(
        event.data,
        json!({"portal": "p.example", "entity": {"type": "deal", "id": 123}, "author": {"userId": "7"}})
    );
    let open = by_line("#hotstart open deal 123 new Документ.ЗаказКлиента", 7)
        .unwrap()
        .unwrap();
    assert_eq!(
        open.link().unwrap(),
        "hotstart://crm/p.example/deal/123/new/Документ.ЗаказКлиента"
    );
    let plain = by_line("<b>x</b><br>#hotstart relay 128 5", 7).unwrap().unwrap();
    assert_eq!(plain.event(NOW).unwrap().kind, "hotstart/changed");
}

#[test]
fn what_is_no_command_is_none() {
    assert!(by_line("#hotstartrelay deal 1", 7).is_none());
    assert!(by_line("say #hotstart open deal 1", 7).is_none());
    let params = json!({"settingName": "main|rating_vote", "userId": 7, "text": "#hotstart open deal 1"});
    let settings = settings(ConnectionKind::Webhook);
    assert!(order(&settings, &event("im", "notifyAdd", &params), NOW).is_none());
    assert!(order(&settings, &event("im", "message", &params), NOW).is_none());
}

#[test]
fn only_authors_of_the_list_are_obeyed() {
    for author in [0, 8] {
        assert_eq!(
            code(by_line("#hotstart open deal 1", author)),
            Some(Code::CommandAuthor)
        );
    }
    let params = json!({"type": "deal", "id": 1});
    assert!(by_channel("hotstart.open", params.clone()).unwrap().is_ok());
    // On the channel of a user nobody says which application it was.
    let of_user = order(
        &settings(ConnectionKind::Webhook),
        &event("application", "hotstart.open", &params),
        NOW,
    );
    assert_eq!(code(of_user), Some(Code::CommandAuthor));
    let mut sent = event("application", "hotstart.open", &params);
    sent.from_client = true;
    let settings = settings(ConnectionKind::Application);
    assert_eq!(code(order(&settings, &sent, NOW)), Some(Code::CommandAuthor));
    let line = json!({"settingName": "rest|rest_notify", "userId": 7, "text": "#hotstart open deal 1"});
    let mut sent = event("im", "notifyAdd", &line);
    sent.from_client = true;
    assert_eq!(code(order(&settings, &sent, NOW)), Some(Code::CommandAuthor));
}

#[test]
fn a_command_names_an_operation_an_entity_and_at_most_its_own_base() {
    for (text, code) in [
        ("#hotstart", Code::CommandInvalid),
        ("#hotstart erase deal 1", Code::CommandInvalid),
        ("#hotstart open deal", Code::CommandInvalid),
        ("#hotstart open deal 0", Code::CommandInvalid),
        ("#hotstart open task 1", Code::CommandInvalid),
        ("#hotstart open deal 1 more", Code::CommandInvalid),
        ("#hotstart open deal 1 new", Code::CommandInvalid),
        ("#hotstart open deal 1 new Документ.Заказ/../x", Code::CommandInvalid),
        ("#hotstart relay deal 1 Order", Code::CommandInvalid),
        ("#hotstart relay deal 1 ../x", Code::CommandInvalid),
        ("#hotstart relay deal 1 order base bp", Code::CommandBase),
        ("#hotstart relay deal 1 order base nothing", Code::CommandBase),
        ("#hotstart open deal 1 base bp", Code::CommandBase),
    ] {
        assert_eq!(self::code(by_line(text, 7)), Some(code), "{text}");
    }
    for params in [
        json!([]),
        json!({"type": "deal"}),
        json!({"type": "deal", "id": -1}),
        json!({"type": "deal", "id": 1, "fields": {"OPPORTUNITY": 0}}),
        json!({"type": "deal", "id": 1, "operation": 5}),
        json!({"type": ["deal"], "id": 1}),
    ] {
        assert_eq!(
            code(by_channel("hotstart.relay", params.clone())),
            Some(Code::CommandInvalid),
            "{params}"
        );
    }
    let long = format!("#hotstart open deal 1 new {}", "ж".repeat(2000));
    assert_eq!(code(by_line(&long, 7)), Some(Code::CommandInvalid));
}

#[test]
fn a_base_that_takes_no_events_is_said() {
    let mut all = settings(ConnectionKind::Webhook);
    all.portals[0].base = Some("bp".to_owned());
    let params = json!({"settingName": "rest|rest_notify", "userId": 7, "text": "#hotstart relay deal 1"});
    let notice = event("im", "notifyAdd", &params);
    assert_eq!(code(order(&all, &notice, NOW)), Some(Code::RelayOff));
    all.portals[0].base = None;
    assert_eq!(code(order(&all, &notice, NOW)), Some(Code::BaseUnmapped));
}

#[test]
fn the_base_of_a_type_comes_before_the_one_of_the_portal() {
    let mut all = settings(ConnectionKind::Webhook);
    all.portals[0].base = Some("bp".to_owned());
    all.mappings = vec![PortalMapping {
        portal: "p.example".to_owned(),
        kinds: vec![MappedKind {
            entity: "deal".to_owned(),
            base: "ut".to_owned(),
            object: "Документ.ЗаказКлиента".to_owned(),
            attribute: None,
            field: None,
        }],
        ..PortalMapping::default()
    }];
    let params =
        json!({"settingName": "rest|rest_notify", "userId": 7, "text": "#hotstart relay deal 1 order base ut"});
    let read = order(&all, &event("im", "notifyAdd", &params), NOW).unwrap().unwrap();
    assert_eq!(read.event(NOW).unwrap().base, "ut");
}

#[test]
fn what_is_left_of_a_note_is_for_the_user() {
    let of = |text: &str| without_command(&json!({"text": text, "id": 1}));
    assert_eq!(
        of("Оплачен<br />#hotstart relay deal 1"),
        Some(json!({"text": "Оплачен", "id": 1}))
    );
    assert_eq!(of(" #hotstart relay deal 1 \n"), None);
    assert_eq!(of("a\n#hotstart x\nb"), Some(json!({"text": "a\nb", "id": 1})));
}

#[test]
fn late_commands_open_nothing_and_many_are_too_many() {
    let params = json!({"type": "deal", "id": 1});
    let all = settings(ConnectionKind::Application);
    let late = order(
        &all,
        &event("application", "hotstart.open", &params),
        Timestamp(NOW.0 + 120_001),
    );
    assert!(late.unwrap().unwrap().stale);
    let mut limit = CommandLimit::default();
    let open = What::Open { make: None };
    let admitted = (0..100).filter(|_| limit.admits("p", &open, NOW)).count();
    assert_eq!(admitted, 20);
    assert!(limit.admits("q", &open, NOW));
    assert!(limit.admits("p", &open, Timestamp(NOW.0 + 60_000)));
}

#[test]
fn events_go_where_they_are_wanted() {
    let all = settings(ConnectionKind::Webhook);
    let params = json!({});
    let count = |module, command| events_of(&all, &event(module, command, &params), NOW).len();
    assert_eq!(
        (count("crm", "x"), count("im", "x"), count("crm", "hotstart.open")),
        (1, 0, 0)
    );
    let mut sent = event("crm", "x", &params);
    sent.from_client = true;
    assert!(events_of(&all, &sent, NOW).is_empty());
}

mod hostile {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_panics(text in "(#hotstart |open |relay |deal |1|new |base |[br]|<br>|\n|é|.)*") {
            if let Some(Ok(order)) = super::by_line(&text, 7) {
                prop_assert!(order.link().is_some_and(|link| crate::link::Link::parse(&link).is_ok()));
            }
        }
    }
}
