//! The rules on events as portals send them, and on what nobody should send.
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::inbox::NoteKind;

const SETTINGS: NotificationSettings = NotificationSettings {
    toasts: true,
    messages: true,
    bell: true,
};
const NOW: Timestamp = Timestamp(1_795_300_000_000);

fn event<'a>(command: &'a str, params: &'a Value) -> PortalEvent<'a> {
    PortalEvent {
        portal: "p.example",
        mid: "17953041450000000000000001",
        module: "im",
        command,
        params,
        from_client: false,
        server_time: Some(Timestamp(5)),
    }
}

fn viewer(settings: &NotificationSettings) -> Viewer<'_> {
    Viewer {
        user_id: Some("7"),
        language: Language::Ru,
        settings,
        now: NOW,
    }
}

fn judged(command: &str, params: &Value) -> Verdict {
    judge(&event(command, params), &viewer(&SETTINGS))
}

fn noted(command: &str, params: &Value) -> Note {
    judged(command, params).note.expect("a note")
}

fn bell() -> Value {
    json!({
        "id": 901, "type": 2, "date": "2026-11-21T23:00:00+03:00", "silent": "N", "onlyFlash": false, "link": "",
        "title": "Новая встреча", "text": "Иван приглашает: [URL=/company/personal/user/7/calendar/?EVENT_ID=5]планёрка[/URL]",
        "tag": "0cc175b9c0f1b6a831c399e269772661", "originalTag": "CALENDAR|INVITE|5", "read": null,
        "settingName": "calendar|invite", "params": [], "counter": 4, "users": [{"id": 1, "name": "Иван П"}],
        "userId": 1, "userName": "Иван", "userLink": "/company/personal/user/1/"
    })
}

fn message() -> Value {
    json!({
        "chatId": 12, "dialogId": "1", "chat": [], "lines": null, "userInChat": [], "userBlockChat": {"12": []},
        "users": {"1": {"id": 1, "name": "Иван П"}},
        "message": {"id": 345, "chatId": 12, "senderId": 1, "recipientId": "7", "system": "N", "text": "привет, [b]срочно[/b]", "params": {}},
        "recentConfig": {"chatId": 12, "sections": ["default"]}, "files": {}, "notify": true, "counter": 3
    })
}

fn group() -> Value {
    let mut params = message();
    params["dialogId"] = json!("chat12");
    params["chat"] = json!({"12": {"id": 12, "name": "Отдел продаж", "mute_list": []}});
    params["userInChat"] = json!({"12": [1, 7]});
    params
}

/// The params with one value set, by a path of keys.
fn with(mut params: Value, path: &[&str], value: Value) -> Value {
    let mut place = &mut params;
    for key in path {
        place = &mut place[*key];
    }
    *place = value;
    params
}

#[test]
fn a_bell_becomes_a_note() {
    let note = noted("notifyAdd", &bell());
    assert_eq!(
        note,
        Note {
            id: "p.example/bell/901".to_owned(),
            portal: "p.example".to_owned(),
            title: "Новая встреча".to_owned(),
            text: "Иван приглашает: планёрка".to_owned(),
            link: Some("hotstart://b24/p.example/company/personal/user/7/calendar/?EVENT_ID=5".to_owned()),
            tag: Some("p.example/0cc175b9c0f1b6a831c399e269772661".to_owned()),
            at: Timestamp(5),
            read: false,
            toast: true,
            kind: NoteKind::Bell,
        }
    );
}

#[test]
fn the_three_types_of_the_bell_have_their_titles() {
    let untitled = with(bell(), &["title"], Value::Null);
    let request = noted("notifyAdd", &with(untitled.clone(), &["type"], json!("1")));
    assert_eq!(
        (request.title.as_str(), request.id.as_str()),
        ("Иван", "p.example/request/901")
    );
    let system = with(with(untitled, &["type"], json!(4)), &["userId"], json!(0));
    assert_eq!(noted("notifyAdd", &system).title, "Уведомления");
    let nameless = with(with(bell(), &["title"], json!("[b][/b]")), &["userName"], json!(""));
    assert_eq!(noted("notifyAdd", &nameless).title, "Иван П");
}

#[test]
fn a_bell_is_silent_flashed_or_read_as_the_portal_says() {
    let marks = |path: &str, value: Value| {
        let note = noted("notifyAdd", &with(bell(), &[path], value));
        (note.toast, note.read)
    };
    assert_eq!(marks("silent", json!("Y")), (false, false));
    assert_eq!(marks("onlyFlash", json!(true)), (true, true));
    assert_eq!(marks("read", json!("Y")), (false, true));
    assert_eq!(marks("read", json!("N")), (true, false));
    assert_eq!(marks("silent", json!(false)), (true, false));
}

#[test]
fn a_bell_leads_to_its_own_link_first_and_never_to_another_host() {
    let link = |link: &str, text: &str| {
        noted(
            "notifyAdd",
            &with(with(bell(), &["link"], json!(link)), &["text"], json!(text)),
        )
        .link
    };
    let deal = || Some("hotstart://b24/p.example/crm/deal/details/5/".to_owned());
    assert_eq!(link("/crm/deal/details/5/", "[URL=/other/]x[/URL]"), deal());
    assert_eq!(
        link("https://evil.example/", "см. https://p.example/crm/deal/details/5/"),
        deal()
    );
    assert_eq!(
        link(
            "",
            "<a href='https://evil.example/'>x</a> <a href='/crm/deal/details/5/'>y</a>"
        ),
        deal()
    );
    assert_eq!(
        link(
            "javascript:alert(1)",
            "[URL=//evil.example/]x[/URL] https://p.example.evil.example/"
        ),
        None
    );
}

#[test]
fn settings_decide_on_toasts_and_never_on_the_inbox() {
    for (toasts, messages, bells) in [(true, true, false), (true, false, true), (false, true, true)] {
        let settings = NotificationSettings {
            toasts,
            messages,
            bell: bells,
        };
        let toast = |command, params: &Value| {
            judge(&event(command, params), &viewer(&settings))
                .note
                .expect("kept")
                .toast
        };
        assert_eq!(toast("notifyAdd", &bell()), toasts && bells);
        assert_eq!(toast("message", &message()), toasts && messages);
        assert_eq!(toast("messageChat", &group()), toasts && messages);
    }
}

#[test]
fn a_message_becomes_a_note_of_its_dialog() {
    let note = noted("message", &message());
    assert_eq!(
        (note.id.as_str(), note.kind),
        ("p.example/message/1/345", NoteKind::Message)
    );
    assert_eq!((note.title.as_str(), note.text.as_str()), ("Иван П", "привет, срочно"));
    assert_eq!(
        note.link.as_deref(),
        Some("hotstart://b24/p.example/online/?IM_DIALOG=1")
    );
    assert!(note.toast && !note.read);

    let note = noted("messageChat", &group());
    assert_eq!(
        (note.id.as_str(), note.kind),
        ("p.example/message/chat12/345", NoteKind::Chat)
    );
    assert_eq!(
        (note.title.as_str(), note.text.as_str()),
        ("Отдел продаж", "Иван П: привет, срочно")
    );
    assert_eq!(
        note.link.as_deref(),
        Some("hotstart://b24/p.example/online/?IM_DIALOG=chat12")
    );
}

#[test]
fn what_is_no_news_is_not_kept() {
    let none = [
        ("own", "message", with(message(), &["message", "senderId"], json!("7"))),
        (
            "muted",
            "messageChat",
            with(group(), &["chat", "12", "mute_list"], json!([7])),
        ),
        (
            "muted by map",
            "messageChat",
            with(group(), &["chat", "12", "mute_list"], json!({"7": true})),
        ),
        (
            "blocked",
            "messageChat",
            with(group(), &["userBlockChat"], json!({"12": {"7": "Y"}})),
        ),
        (
            "not a member",
            "messageChat",
            with(group(), &["userInChat"], json!({"12": [1, 8]})),
        ),
        (
            "in no list",
            "messageChat",
            with(group(), &["recentConfig", "sections"], json!([])),
        ),
        ("no message", "message", json!([])),
        ("no message", "message", json!({"message": []})),
        ("no bell", "notifyAdd", json!([])),
        ("other command", "messageUpdate", message()),
    ];
    for (why, command, params) in none {
        assert_eq!(judged(command, &params), Verdict::default(), "{why}");
    }
    let unmuted = with(group(), &["chat", "12", "mute_list"], json!({"7": false, "8": true}));
    assert!(noted("messageChat", &unmuted).toast);
}

#[test]
fn what_the_portal_calls_quiet_is_kept_without_a_toast() {
    for (path, value) in [
        (["notify"].as_slice(), json!(false)),
        (&["notify"], json!(["8", "9"])),
        (&["message", "params", "NOTIFY"], json!("N")),
        (&["message", "system"], json!("Y")),
    ] {
        let note = noted("messageChat", &with(group(), path, value));
        assert!(!note.toast && !note.read, "{path:?}");
    }
    assert!(noted("messageChat", &with(group(), &["notify"], json!([7, 8]))).toast);
    assert!(noted("messageChat", &with(group(), &["notify"], Value::Null)).toast);
}

#[test]
fn an_own_message_is_known_even_when_the_user_is_not() {
    let settings = SETTINGS;
    let viewer = Viewer {
        user_id: None,
        ..viewer(&settings)
    };
    let own = with(message(), &["message", "senderId"], json!(7));
    assert_eq!(judge(&event("message", &own), &viewer).note, None);
    let message = message();
    assert!(judge(&event("message", &message), &viewer).note.is_some());
}

#[test]
fn a_message_without_words_shows_its_files() {
    let params = with(
        with(message(), &["message", "text"], json!("")),
        &["files"],
        json!({"5": {"name": "счёт\n5.pdf"}}),
    );
    assert_eq!(noted("message", &params).text, "📎 счёт 5.pdf");
    let bare = with(
        with(message(), &["message", "text"], Value::Null),
        &["users"],
        json!([]),
    );
    let note = noted("message", &bare);
    assert_eq!((note.title.as_str(), note.text.as_str()), ("p.example", ""));
}

#[test]
fn what_clients_send_is_never_a_notification() {
    for (command, params) in [
        ("notifyAdd", bell()),
        ("message", message()),
        ("notifyReadAll", json!({})),
    ] {
        let forged = PortalEvent {
            from_client: true,
            ..event(command, &params)
        };
        assert_eq!(judge(&forged, &viewer(&SETTINGS)), Verdict::default());
        let elsewhere = PortalEvent {
            module: "pull",
            ..event(command, &params)
        };
        assert_eq!(judge(&elsewhere, &viewer(&SETTINGS)), Verdict::default());
    }
}

#[test]
fn reading_elsewhere_withdraws() {
    let portal = || "p.example".to_owned();
    let bell = |id| Withdrawal::Bell { portal: portal(), id };
    let dialog = |dialog: &str, up_to| Withdrawal::Dialog {
        portal: portal(),
        dialog: dialog.to_owned(),
        up_to,
    };
    let message = |id| Withdrawal::Message { portal: portal(), id };
    let cases = [
        (
            "notifyRead",
            json!({"chatId": 2, "list": [901, "902", "x", -1], "counter": 0}),
            vec![bell(901), bell(902)],
        ),
        ("notifyReadList", json!({"list": {"5": 1}}), vec![bell(5)]),
        ("notifyConfirm", json!({"id": "901"}), vec![bell(901)]),
        (
            "notifyDelete",
            json!({"id": {"901": 1, "902": 4}}),
            vec![bell(901), bell(902)],
        ),
        (
            "notifyReadAll",
            json!({"excludeIds": [3]}),
            vec![Withdrawal::Bells {
                portal: portal(),
                except: vec![3],
            }],
        ),
        (
            "notifyReadAll",
            json!([]),
            vec![Withdrawal::Bells {
                portal: portal(),
                except: vec![],
            }],
        ),
        (
            "readMessage",
            json!({"dialogId": 1, "lastId": 345, "counter": 2}),
            vec![dialog("1", Some(345))],
        ),
        (
            "readMessageChat",
            json!({"dialogId": "chat12", "lastId": 345, "counter": 0}),
            vec![dialog("chat12", None)],
        ),
        (
            "readMessageChat",
            json!({"chatId": "12", "lastId": "345"}),
            vec![dialog("chat12", Some(345))],
        ),
        ("readMessageChat", json!({"dialogId": "chat12"}), vec![]),
        ("readMessageChat", json!({"dialogId": "../x", "lastId": 5}), vec![]),
        (
            "readMessageChatOpponent",
            json!({"dialogId": "chat12", "lastId": 345}),
            vec![],
        ),
        (
            "readAllChats",
            json!([]),
            vec![Withdrawal::Messages { portal: portal() }],
        ),
        ("messageDelete", json!({"id": 345}), vec![message(345)]),
        (
            "messageDeleteV2",
            json!({"messages": [{"id": 5}, {"id": "6"}, 7]}),
            vec![message(5), message(6)],
        ),
        ("notifyUnread", json!({"list": [901]}), vec![]),
    ];
    for (command, params, expected) in cases {
        assert_eq!(
            judged(command, &params),
            Verdict {
                note: None,
                withdrawals: expected
            },
            "{command}"
        );
    }
}

#[test]
fn ids_fall_back_to_the_servers_own() {
    for id in [json!(0), json!("x"), json!(null), json!(-5), json!("../5"), json!([])] {
        let note = noted("notifyAdd", &with(bell(), &["id"], id));
        assert_eq!(note.id, "p.example/event/17953041450000000000000001");
    }
    let timeless = bell();
    let timeless = PortalEvent {
        server_time: None,
        ..event("notifyAdd", &timeless)
    };
    assert_eq!(judge(&timeless, &viewer(&SETTINGS)).note.expect("a note").at, NOW);
}

#[test]
fn long_and_dirty_texts_are_cut_and_cleaned() {
    let dirty = format!("\u{202e}<script>x</script>{}\n[b]", "Ы&amp;\u{0}".repeat(50_000));
    let note = noted(
        "notifyAdd",
        &with(with(bell(), &["title"], json!(dirty)), &["text"], json!(dirty)),
    );
    assert_eq!(
        (note.title.chars().count(), note.text.chars().count()),
        (TITLE_CHARS, TEXT_CHARS)
    );
    assert!(note.title.ends_with('…') && note.title.starts_with("Ы& Ы&"));
    let params = with(group(), &["chat", "12", "name"], json!(dirty));
    let params = with(
        with(params, &["users", "1", "name"], json!(dirty)),
        &["message", "text"],
        json!(dirty),
    );
    let note = noted("messageChat", &params);
    assert!(note.title.chars().count() <= TITLE_CHARS && note.text.chars().count() <= TEXT_CHARS);
}

/// Any JSON, with the names and the kinds of values that the rules look for.
fn any_json() -> impl Strategy<Value = Value> {
    let names = "id|type|text|title|link|tag|silent|users|chat|message|senderId|chatId|dialogId|12|7|notify|files|name|recentConfig|sections|params|list|counter|lastId|userInChat|mute_list|messages|excludeIds";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u64..20).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9]{1,25}|Y|N|chat12|\\PC{0,20}|\\[url=/x\\]y".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 10, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..10).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn judging_is_total_and_repeatable(
        params in any_json(),
        command in "notifyAdd|message|messageChat|notifyRead|notifyReadAll|notifyDelete|readMessageChat|messageDeleteV2|x",
        user in prop::option::of("7|x|"),
    ) {
        let settings = SETTINGS;
        let viewer = Viewer { user_id: user.as_deref(), ..viewer(&settings) };
        let event = event(&command, &params);
        let verdict = judge(&event, &viewer);
        prop_assert_eq!(&verdict, &judge(&event, &viewer));
        if let Some(note) = verdict.note {
            prop_assert!(crate::inbox::NoteKey::parse(&note.id).is_some());
            prop_assert!(note.title.chars().count() <= TITLE_CHARS && note.text.chars().count() <= TEXT_CHARS);
            prop_assert!(!note.title.chars().chain(note.text.chars()).any(char::is_control));
            prop_assert!(note.link.is_none_or(|link| link.starts_with("hotstart://b24/p.example/")));
        }
    }
}
