//! What the portal keeps, against what the inbox has.
use std::collections::BTreeSet;

use super::super::{BellRow, Bells, CaughtUp, DialogRow, LastMessage, Snapshot, catch_up, feed_event};
use super::*;
use crate::inbox::{NoteButton, NoteKind};

fn row(id: u64) -> BellRow {
    BellRow {
        id,
        kind: 2,
        author: 1,
        author_name: "Иван".to_owned(),
        at: Some(Timestamp(5)),
        tag: "CALENDAR|INVITE|5".to_owned(),
        title: "Новая встреча".to_owned(),
        text: "Иван приглашает: [URL=/company/personal/user/7/calendar/?EVENT_ID=5]планёрка[/URL]".to_owned(),
        setting: "calendar|invite".to_owned(),
        ..BellRow::default()
    }
}

fn dialog(dialog: &str, id: u64, unread: u64) -> DialogRow {
    let group = dialog.starts_with("chat");
    DialogRow {
        dialog: dialog.to_owned(),
        chat: 12,
        group,
        title: if group {
            "Отдел продаж"
        } else {
            "Иван П"
        }
        .to_owned(),
        unread,
        muted_by: Vec::new(),
        last: Some(LastMessage {
            id,
            author: 1,
            author_name: "Иван П".to_owned(),
            text: "привет, [b]срочно[/b]".to_owned(),
            at: Some(Timestamp(5)),
        }),
    }
}

fn bells(rows: Vec<BellRow>, complete: bool) -> Snapshot {
    Snapshot {
        bells: Some(Bells { rows, complete }),
        ..Snapshot::default()
    }
}

fn dialogs(rows: Vec<DialogRow>) -> Snapshot {
    Snapshot {
        dialogs: Some(rows),
        ..Snapshot::default()
    }
}

fn caught(snapshot: &Snapshot, inbox: &[Note]) -> CaughtUp {
    let before: BTreeSet<String> = inbox.iter().map(|note| note.id.clone()).collect();
    catch_up("p.example", snapshot, &viewer(&SETTINGS), inbox, &before)
}

fn known(id: &str) -> Note {
    Note {
        id: id.to_owned(),
        portal: id.split('/').next().unwrap_or_default().to_owned(),
        ..noted("notifyAdd", &bell())
    }
}

#[test]
fn a_row_and_its_event_are_the_same_note() {
    let found = caught(&bells(vec![row(901)], true), &[]);
    assert_eq!(found.notes, [noted("notifyAdd", &bell())]);
    assert_eq!(caught(&bells(vec![row(901)], true), &found.notes), CaughtUp::default());

    let private = caught(&dialogs(vec![dialog("1", 345, 1)]), &[]);
    assert_eq!(private.notes, [noted("message", &message())]);
    let chat = caught(&dialogs(vec![dialog("chat12", 345, 1)]), &[]);
    assert_eq!(chat.notes, [noted("messageChat", &group())]);
    assert_eq!(
        caught(&dialogs(vec![dialog("chat12", 345, 1)]), &chat.notes),
        CaughtUp::default()
    );
}

#[test]
fn a_request_keeps_its_buttons() {
    let ask = |value: &str, agrees| NoteButton {
        title: "Ответ".to_owned(),
        value: value.to_owned(),
        agrees,
    };
    let request = BellRow {
        kind: 1,
        buttons: vec![
            ask("Y", true),
            ask("N", false),
            ask("", false),
            ask(&"x".repeat(100), false),
        ],
        ..row(5)
    };
    let found = caught(&bells(vec![request], true), &[]);
    assert_eq!(found.notes[0].id, "p.example/request/5");
    assert_eq!(found.notes[0].buttons, [ask("Y", true), ask("N", false)]);
}

#[test]
fn a_command_is_no_note_and_what_stands_beside_it_is() {
    let said = |text: &str| {
        let row = BellRow {
            setting: "rest|rest_notify".to_owned(),
            text: text.to_owned(),
            ..row(5)
        };
        let notes = caught(&bells(vec![row], true), &[]).notes;
        notes.first().map(|note| note.text.clone())
    };
    assert_eq!(said("#hotstart relay deal 5 order"), None);
    assert_eq!(
        said("Заказ готов\n#hotstart relay deal 5 order"),
        Some("Заказ готов".to_owned())
    );
}

#[test]
fn what_was_read_or_is_gone_is_taken_back_and_nothing_else() {
    let inbox: Vec<Note> = [
        "p.example/bell/901",
        "p.example/bell/700",
        "p.example/bell/100",
        "p.example/request/50",
        "other.example/bell/901",
        "own:1",
    ]
    .map(known)
    .to_vec();
    let read = BellRow { read: true, ..row(901) };
    let page = || vec![read.clone(), row(600)];
    let found = caught(&bells(page(), false), &inbox);
    // 100 is older than what was read of the bell; the request is not among those that come first.
    let expected = ["p.example/bell/901", "p.example/bell/700", "p.example/request/50"];
    assert_eq!(found.read, expected);
    let whole = caught(&bells(page(), true), &inbox);
    assert_eq!(whole.read.len(), 4);
    // One that came after the question is not gone.
    let before = BTreeSet::from(["p.example/bell/901".to_owned()]);
    let found = catch_up("p.example", &bells(page(), true), &viewer(&SETTINGS), &inbox, &before);
    assert_eq!(found.read, ["p.example/bell/901"]);
}

#[test]
fn a_dialog_that_was_read_elsewhere_takes_its_notes_back_up_to_its_last_message() {
    let inbox = [
        known("p.example/message/chat12/340"),
        known("p.example/message/chat12/346"),
        known("p.example/message/1/340"),
    ];
    let found = caught(&dialogs(vec![dialog("chat12", 345, 0)]), &inbox);
    assert_eq!(found.read, ["p.example/message/chat12/340"]);
    assert_eq!(found.notes, []);
}

#[test]
fn own_and_muted_messages_are_no_news_and_missed_ones_are_counted() {
    let own = DialogRow {
        last: dialog("1", 345, 1).last.map(|last| LastMessage { author: 7, ..last }),
        ..dialog("1", 345, 1)
    };
    let muted = DialogRow {
        muted_by: vec![7],
        ..dialog("chat12", 345, 1)
    };
    assert_eq!(caught(&dialogs(vec![own, muted]), &[]).notes, []);
    let many = caught(&dialogs(vec![dialog("1", 345, 4)]), &[known("p.example/message/1/344")]);
    assert_eq!(many.notes[0].text, "привет, срочно (ещё непрочитанных: 2)");
}

#[test]
fn the_queue_tells_every_message_and_the_dialogs_add_none() {
    let data = |chat: Value| {
        json!({
            "message": {"id": 345, "chatId": 12, "authorId": 1, "text": "привет, [b]срочно[/b]"},
            "chat": chat, "user": {"id": 1, "name": "Иван П"}, "language": "ru",
        })
    };
    for (chat, row, kind) in [
        (json!([]), dialog("1", 345, 1), NoteKind::Message),
        (
            json!({"id": 12, "type": "private", "dialogId": "1"}),
            dialog("1", 345, 1),
            NoteKind::Message,
        ),
        (
            json!({"12": {"id": 12, "name": "Отдел продаж"}}),
            dialog("chat12", 345, 1),
            NoteKind::Chat,
        ),
        (
            json!({"id": 12, "type": "chat", "dialogId": "chat12", "name": "Отдел продаж"}),
            dialog("chat12", 345, 1),
            NoteKind::Chat,
        ),
    ] {
        let event = feed_event("ONIMV2MESSAGEADD", Some(Timestamp(5)), data(chat)).expect("a message");
        let snapshot = Snapshot {
            feed: vec![event],
            ..dialogs(vec![row])
        };
        let found = caught(&snapshot, &[]);
        assert_eq!(found.notes.len(), 1, "{found:?}");
        assert_eq!(
            (found.notes[0].kind, found.notes[0].text.contains("срочно")),
            (kind, true)
        );
        assert_eq!(caught(&snapshot, &found.notes), CaughtUp::default());
    }
    assert_eq!(feed_event("ONIMV2REACTIONCHANGE", None, json!({})), None);
}

proptest::proptest! {
    #[test]
    fn strangers_cannot_break_it(text in ".{0,80}", tag in ".{0,40}", title in ".{0,40}", id in 0_u64.., kind in 0_u64..6, unread in 0_u64..) {
        let bell = BellRow { id, kind, text: text.clone(), tag, title: title.clone(), ..row(id) };
        let mut chat = dialog(&text, id, unread);
        chat.title = title;
        let snapshot = Snapshot { dialogs: Some(vec![chat]), ..bells(vec![bell], true) };
        let found = caught(&snapshot, &[]);
        proptest::prop_assert!(found.notes.iter().all(|note| note.text.chars().count() <= TEXT_CHARS && note.title.chars().count() <= TITLE_CHARS));
        let again = caught(&snapshot, &found.notes);
        proptest::prop_assert!(again.notes.is_empty(), "{again:?}");
    }
}
