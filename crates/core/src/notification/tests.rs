//! The rules on events as portals send them; here what is common to all kinds, the kinds in files of their own.
use serde_json::json;

use super::*;

mod bells;
mod caught_up;
mod hostile;
mod messages;

const SETTINGS: NotificationSettings = NotificationSettings {
    toasts: true,
    messages: true,
    bell: true,
    read_on_portal: true,
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
fn settings_decide_on_toasts_and_never_on_the_inbox() {
    for (toasts, messages, bells) in [(true, true, false), (true, false, true), (false, true, true)] {
        let settings = NotificationSettings {
            toasts,
            messages,
            bell: bells,
            read_on_portal: true,
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
