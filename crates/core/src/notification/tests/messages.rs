//! Messages of people and groups.
use super::*;
use crate::inbox::NoteKind;

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
