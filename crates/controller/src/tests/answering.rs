//! Answers from the inbox: read marks, buttons, replies; nothing that was typed is lost.
use std::time::Duration;

use bitrix24_pull::State;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Act, Stored, Unsent};
use hotstart_core::settings::{NotificationSettings, Settings};
use hotstart_core::view::UiCommand;

use super::desk::{Deed, Desk, PORTAL};
use super::messenger::Asked;
use super::polling::connected;
use crate::Request;

/// A desk with a message, a request and two notifications in its inbox.
async fn desk_with(settings: Settings) -> Desk {
    let mut desk = Desk::start(settings);
    let (mut push, _) = desk.connection().await;
    push.state(State::Online);
    let events = [
        (
            "message",
            r#"{"chatId":12,"dialogId":"2","users":{"2":{"id":2,"name":"Иван"}},"message":{"id":50,"chatId":12,"senderId":2,"text":"где счёт?"}}"#,
        ),
        (
            "notifyAdd",
            r#"{"id":5,"type":1,"text":"Согласовать?","userId":2,"userName":"Иван","buttons":[{"TITLE":"Да","VALUE":"Y","TYPE":"accept"},{"TITLE":"Нет","VALUE":"N","TYPE":"cancel"}]}"#,
        ),
        (
            "notifyAdd",
            r#"{"id":6,"type":2,"text":"Задача","userId":2,"userName":"Иван"}"#,
        ),
        ("notifyAdd", r#"{"id":7,"type":4,"text":"Отчёт","userId":0}"#),
    ];
    for (number, (command, params)) in events.into_iter().enumerate() {
        push.deliver(&format!("1795304145000000000000000{number}"), "im", command, params)
            .await;
        assert_eq!(push.receipts().await, [true]);
    }
    desk.rest().await;
    desk.messenger.asked();
    // The connection lives as long as its script.
    std::mem::forget(push);
    desk
}

fn id(rest: &str) -> String {
    format!("{PORTAL}/{rest}")
}

fn acts(desk: &Desk) -> Vec<Act> {
    let asked = desk.messenger.asked().into_iter();
    asked
        .filter_map(|asked| if let Asked::Act(act) = asked { Some(act) } else { None })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_read_here_is_read_on_the_portal_in_few_calls() {
    let mut desk = desk_with(connected()).await;
    desk.ui(UiCommand::MarkRead { id: None }).await.unwrap();
    desk.rest().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // A request waits for its answer, not for a look.
    let dialog = Act::ReadDialog {
        dialog: "2".to_owned(),
        up_to: 50,
    };
    assert_eq!(acts(&desk), [Act::ReadBells(vec![6, 7]), dialog]);
}

#[tokio::test(start_paused = true)]
async fn a_click_reads_too_and_the_setting_forbids_both() {
    let mut desk = desk_with(connected()).await;
    desk.send(Request::NoteClicked {
        id: id("bell/6"),
        token: None,
    })
    .await;
    desk.rest().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(acts(&desk), [Act::ReadBells(vec![6])]);

    let quiet = Settings {
        notifications: NotificationSettings {
            read_on_portal: false,
            ..NotificationSettings::default()
        },
        ..connected()
    };
    let desk = desk_with(quiet).await;
    desk.ui(UiCommand::MarkRead { id: None }).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(acts(&desk), []);
}

#[tokio::test(start_paused = true)]
async fn read_marks_wait_until_the_portal_answers() {
    let mut desk = desk_with(connected()).await;
    desk.messenger.content().failure = Some(Failure::new(Code::PortalUnreachable).with("portal", PORTAL));
    desk.ui(UiCommand::MarkRead { id: Some(id("bell/6")) }).await.unwrap();
    tokio::time::sleep(Duration::from_secs(40)).await;
    desk.ui(UiCommand::MarkRead { id: Some(id("bell/7")) }).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    acts(&desk);
    desk.messenger.content().failure = None;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(acts(&desk), [Act::ReadBells(vec![6, 7])]);
    desk.rest().await;
}

#[tokio::test(start_paused = true)]
async fn a_button_answers_once_and_is_gone() {
    let mut desk = desk_with(connected()).await;
    let press = |value: &str| UiCommand::PressButton {
        id: id("request/5"),
        value: value.to_owned(),
    };
    // What is not on a button is never sent.
    assert_eq!(desk.ui(press("X")).await.unwrap_err().code, "answer.gone");
    desk.ui(press("Y")).await.unwrap();
    let confirm = Act::Confirm {
        id: 5,
        value: "Y".to_owned(),
    };
    assert_eq!(acts(&desk), [confirm]);
    let view = desk.view().await;
    let note = view.inbox.iter().find(|note| note.id == id("request/5")).unwrap();
    assert!(note.read && note.buttons.is_empty());
    assert_eq!(view.journal[0].operation, "answer");
    assert_eq!(view.journal[0].details, "Принято");
    desk.rest().await;
    let stored = desk.store.stored();
    let note = stored.inbox.iter().find(|note| note.id == id("request/5")).unwrap();
    assert!(note.read && note.buttons.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_button_that_fails_says_so_at_its_note_and_stays() {
    let desk = desk_with(connected()).await;
    let press = UiCommand::PressButton {
        id: id("request/5"),
        value: "N".to_owned(),
    };
    for (code, stays) in [(Code::PortalUnreachable, true), (Code::AnswerGone, false)] {
        desk.messenger.content().failure = Some(Failure::new(code).with("portal", PORTAL));
        assert_eq!(desk.ui(press.clone()).await.unwrap_err().code, code.as_str());
        let view = desk.view().await;
        assert_eq!(view.answers[0].failure.as_ref().unwrap().code, code.as_str());
        let note = view.inbox.iter().find(|note| note.id == id("request/5")).unwrap();
        assert_eq!(!note.buttons.is_empty(), stays);
    }
}

#[tokio::test(start_paused = true)]
async fn a_button_of_a_toast_answers_and_says_when_it_could_not() {
    let mut desk = desk_with(connected()).await;
    let press = || Request::NoteClicked {
        id: hotstart_core::inbox::pressed(&id("request/5"), "N"),
        token: None,
    };
    desk.messenger.content().failure = Some(Failure::new(Code::PortalUnreachable).with("portal", PORTAL));
    desk.send(press()).await;
    let deeds = desk.rest().await;
    let told = |deed: &Deed| matches!(deed, Deed::Toast(text) if text.contains("portal.unreachable"));
    assert!(deeds.iter().any(told), "{deeds:?}");
    desk.messenger.content().failure = None;
    acts(&desk);
    desk.send(press()).await;
    desk.rest().await;
    let confirm = Act::Confirm {
        id: 5,
        value: "N".to_owned(),
    };
    assert_eq!(acts(&desk), [confirm]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_kept_until_the_portal_has_it() {
    let mut desk = desk_with(connected()).await;
    let reply = UiCommand::Reply {
        id: id("message/2/50"),
        text: "  завтра \n".to_owned(),
    };
    desk.messenger.content().failure = Some(Failure::new(Code::AnswerUnsure).with("portal", PORTAL));
    assert_eq!(desk.ui(reply.clone()).await.unwrap_err().code, "answer.unsure");
    desk.rest().await;
    let view = desk.view().await;
    assert_eq!((view.answers[0].text.as_str(), view.answers.len()), ("завтра", 1));
    let unsent = Unsent {
        note: id("message/2/50"),
        text: "завтра".to_owned(),
    };
    assert_eq!(desk.store.stored().unsent, std::slice::from_ref(&unsent));
    // Never again by itself: it may have arrived.
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(acts(&desk).len(), 1);

    desk.messenger.content().failure = None;
    desk.ui(reply).await.unwrap();
    desk.rest().await;
    let sent = Act::Message {
        dialog: "2".to_owned(),
        text: "завтра".to_owned(),
    };
    assert_eq!(acts(&desk)[0], sent);
    assert_eq!(desk.store.stored().unsent, []);
    assert_eq!(desk.view().await.answers, []);

    // After a restart it is there, with the word that nobody knows whether it arrived.
    let stored = Stored {
        unsent: vec![unsent],
        ..Stored::default()
    };
    let desk = Desk::start_with(connected(), stored);
    let answers = desk.view().await.answers;
    assert_eq!(answers[0].failure.as_ref().unwrap().code, "answer.unsure");
    desk.ui(UiCommand::DropReply { id: id("message/2/50") }).await.unwrap();
    assert_eq!(desk.view().await.answers, []);
}

#[tokio::test(start_paused = true)]
async fn a_notification_is_answered_by_a_text_and_our_own_notes_are_not() {
    let desk = desk_with(connected()).await;
    let reply = |id: String, text: &str| UiCommand::Reply {
        id,
        text: text.to_owned(),
    };
    desk.ui(reply(id("bell/6"), "сделаю")).await.unwrap();
    let answer = Act::AnswerBell {
        id: 6,
        text: "сделаю".to_owned(),
    };
    assert_eq!(acts(&desk)[0], answer);
    for (id, text) in [
        ("own:1".to_owned(), "x"),
        (id("message/2/50"), " \n "),
        (id("event/1"), "x"),
    ] {
        assert_eq!(desk.ui(reply(id, text)).await.unwrap_err().code, "answer.gone");
    }
    let stranger = reply("other.example/message/2/50".to_owned(), "x");
    assert_eq!(desk.ui(stranger).await.unwrap_err().code, "portal.unknown");
}
