//! The messenger of a portal against the office: what is unread, the same notes as by the channel, answers, the limit.

use std::collections::BTreeSet;
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::failure::Code;
use hotstart_core::inbox::Note;
use hotstart_core::notification::{CaughtUp, PortalEvent, Viewer, catch_up, judge};
use hotstart_core::polling::{Counters, Feed, Look};
use hotstart_core::ports::{Act, Looked, Messenger as _, Secrets as _};
use hotstart_core::settings::{NotificationSettings, secret_key};
use hotstart_core::texts::Language;
use hotstart_desk::{RestMessenger, RestPortals};
use hotstart_platform::keyring::Keyring;
use serde_json::{Value, json};

use crate::opened::OpenOffice;

/// The user of the webhook, and a colleague.
const ME: u64 = 1;
const COLLEAGUE: u64 = 2;

struct Stand {
    office: OpenOffice,
    messenger: RestMessenger,
    portal: String,
}

impl Stand {
    async fn open() -> Self {
        let office = OpenOffice::new().await;
        let keyring = Keyring::with_patience(Duration::from_millis(200));
        let portal = office.portal().to_owned();
        let webhook = office.addresses.webhook.clone();
        keyring.keep(secret_key(&portal), webhook, true).await.unwrap();
        Self {
            office,
            messenger: RestMessenger::new(RestPortals::new(keyring)),
            portal,
        }
    }

    async fn order(&self, call: &str, body: Value) -> Value {
        self.office.order(call, &body).await
    }

    async fn notify(&self, notice: Value) {
        let mut whole = json!({"user": ME, "from": COLLEAGUE});
        whole
            .as_object_mut()
            .unwrap()
            .extend(notice.as_object().unwrap().clone());
        self.order("/notify", whole).await;
    }

    async fn write(&self, text: &str, chat: Option<u64>) {
        self.order(
            "/message",
            json!({"user": ME, "from": COLLEAGUE, "text": text, "chat": chat}),
        )
        .await;
    }

    async fn counters(&self) -> Counters {
        self.messenger.counters(self.portal.clone()).await.unwrap()
    }

    async fn look(&self, look: Look) -> Looked {
        self.messenger.look(self.portal.clone(), look).await.unwrap()
    }

    async fn act(&self, act: Act) -> Vec<String> {
        self.messenger.act(self.portal.clone(), act).await.unwrap()
    }

    /// What an inbox lacks.
    async fn caught_up(&self, inbox: &[Note]) -> CaughtUp {
        let before: BTreeSet<String> = inbox.iter().map(|note| note.id.clone()).collect();
        let looked = self.look(Look::WHOLE).await;
        let settings = NotificationSettings::default();
        catch_up(&self.portal, &looked.snapshot, &viewer(&settings), inbox, &before)
    }
}

fn viewer(settings: &NotificationSettings) -> Viewer<'_> {
    Viewer {
        user_id: Some("1"),
        language: Language::Ru,
        settings,
        now: Timestamp(1_795_300_000_000),
    }
}

#[tokio::test]
async fn the_inbox_is_whole_after_one_look_and_the_next_finds_nothing() {
    let stand = Stand::open().await;
    assert_eq!(stand.counters().await.bell, 0);
    stand
        .notify(json!({"text": "[b]Новая[/b] сделка: [URL=/crm/deal/details/5/]Окна[/URL]", "title": "Сделка", "tag": "CRM|5"}))
        .await;
    stand
        .notify(json!({"text": "Согласовать счёт?", "confirm": true}))
        .await;
    stand.write("привет", None).await;
    stand.write("как дела?", None).await;
    stand.write("[b]планёрка[/b]", Some(12)).await;
    let counters = stand.counters().await;
    assert_eq!(counters.bell, 2);
    assert!(counters.dialogs.contains(&("chat:12".to_owned(), 1)), "{counters:?}");
    assert!(counters.dialogs.contains(&("dialog:2".to_owned(), 2)), "{counters:?}");

    let found = stand.caught_up(&[]).await;
    let told: Vec<(&str, &str)> = found
        .notes
        .iter()
        .map(|note| (note.text.as_str(), note.title.as_str()))
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    let note = |text: &str| found.notes.iter().find(|note| note.text.contains(text)).unwrap();
    let deal = note("Новая сделка: Окна");
    assert_eq!(
        deal.link,
        Some(format!("hotstart://b24/{}/crm/deal/details/5/", stand.portal))
    );
    assert_eq!(deal.tag, Some(format!("{}/CRM|5", stand.portal)));
    let request = note("Согласовать");
    let buttons: Vec<(&str, bool)> = request
        .buttons
        .iter()
        .map(|one| (one.value.as_str(), one.agrees))
        .collect();
    assert_eq!(buttons, [("Y", true), ("N", false)]);
    assert!(request.id.contains("/request/"));
    assert_eq!(note("как дела?").text, "как дела? (ещё непрочитанных: 1)");
    assert!(note("планёрка").id.contains("/message/chat12/"));
    assert!(
        found.notes.iter().all(|note| note.at.0 > 1_600_000_000_000),
        "{found:?}"
    );

    let again = stand.caught_up(&found.notes).await;
    assert_eq!(again, CaughtUp::default());
}

#[tokio::test]
async fn what_is_read_answered_or_deleted_on_the_portal_is_taken_back() {
    let stand = Stand::open().await;
    for text in ["один", "два", "три"] {
        stand.notify(json!({"text": text})).await;
    }
    stand.notify(json!({"text": "Согласовать?", "confirm": true})).await;
    stand.write("привет", None).await;
    let inbox = stand.caught_up(&[]).await.notes;
    let number = |text: &str| {
        let note = inbox.iter().find(|note| note.text == text).unwrap();
        note.id.rsplit('/').next().unwrap().parse::<u64>().unwrap()
    };
    // Only the one that is meant, and then a list.
    stand.act(Act::ReadBells(vec![number("один")])).await;
    let found = stand.caught_up(&inbox).await;
    assert_eq!(found.read.len(), 1, "{found:?}");
    stand.act(Act::ReadBells(vec![number("два"), number("три")])).await;
    stand
        .act(Act::ReadDialog {
            dialog: COLLEAGUE.to_string(),
            up_to: number("привет"),
        })
        .await;
    let confirm = Act::Confirm {
        id: number("Согласовать?"),
        value: "Y".to_owned(),
    };
    assert_eq!(stand.act(confirm.clone()).await, ["Принято"]);
    let found = stand.caught_up(&inbox).await;
    assert_eq!((found.read.len(), found.notes.len()), (5, 0), "{found:?}");
    assert_eq!(stand.counters().await.bell, 0);
    // It asks no more.
    let late = stand.messenger.act(stand.portal.clone(), confirm).await.unwrap_err();
    assert_eq!(late.code, Code::AnswerGone);
}

#[tokio::test]
async fn a_reply_reaches_the_dialog_and_is_no_news_to_its_author() {
    let stand = Stand::open().await;
    stand.write("где счёт?", Some(12)).await;
    let inbox = stand.caught_up(&[]).await.notes;
    let text = "завтра & <b>утром</b>".to_owned();
    let dialog = "chat12".to_owned();
    stand.act(Act::Message { dialog, text }).await;
    let looked = stand.look(Look::WHOLE).await;
    let dialogs = looked.snapshot.dialogs.unwrap();
    let last = dialogs
        .iter()
        .find(|row| row.dialog == "chat12")
        .unwrap()
        .last
        .clone()
        .unwrap();
    assert_eq!((last.author, last.text.as_str()), (ME, "завтра & <b>утром</b>"));
    let found = stand.caught_up(&inbox).await;
    assert_eq!((found.notes.len(), found.read.len()), (0, 1), "{found:?}");
    stand.notify(json!({"text": "Комментарий"})).await;
    let note = stand.caught_up(&inbox).await.notes.remove(0);
    let id = note.id.rsplit('/').next().unwrap().parse().unwrap();
    let text = "спасибо".to_owned();
    assert!(!stand.act(Act::AnswerBell { id, text }).await.is_empty());
}

#[tokio::test]
async fn a_row_makes_the_note_that_its_event_has_made() {
    let stand = Stand::open().await;
    let notice = json!({"text": "Сделка [b]выиграна[/b]", "title": "CRM", "tag": "CRM|DEAL|5", "link": ""});
    stand.notify(notice).await;
    let row = stand.caught_up(&[]).await.notes.remove(0);
    let id: u64 = row.id.rsplit('/').next().unwrap().parse().unwrap();
    let params = json!({
        "id": id, "type": 2, "title": "CRM", "text": "Сделка [b]выиграна[/b]", "tag": "md5", "originalTag": "CRM|DEAL|5",
        "userId": COLLEAGUE, "userName": "",
    });
    let settings = NotificationSettings::default();
    let event = PortalEvent {
        portal: &stand.portal,
        mid: "1",
        module: "im",
        command: "notifyAdd",
        params: &params,
        from_client: false,
        server_time: Some(row.at),
    };
    assert_eq!(judge(&event, &viewer(&settings)).note.unwrap(), row);
}

#[tokio::test]
async fn a_long_bell_is_read_page_by_page_to_its_end() {
    let stand = Stand::open().await;
    for number in 0..70 {
        stand
            .notify(json!({"text": format!("Задача {number}"), "confirm": number % 10 == 0}))
            .await;
    }
    let looked = stand.look(Look::WHOLE).await;
    let bells = looked.snapshot.bells.unwrap();
    assert_eq!((bells.rows.len(), bells.complete, looked.requests), (70, true, 3));
    let page = stand
        .look(Look {
            thorough: false,
            dialogs: false,
            ..Look::WHOLE
        })
        .await;
    let bells = page.snapshot.bells.unwrap();
    assert_eq!((bells.rows.len(), bells.complete, page.requests), (50, false, 1));
}

#[tokio::test]
async fn the_queue_gives_every_message_and_forgets_only_what_was_named() {
    let stand = Stand::open().await;
    let look = |feed| Look {
        bells: false,
        feed: Some(feed),
        ..Look::WHOLE
    };
    let begun = stand.look(look(Feed::Begin)).await.snapshot;
    assert!(begun.feed.is_empty());
    for text in ["раз", "два", "три"] {
        stand.write(text, None).await;
    }
    let from = Feed::From(begun.offset.unwrap_or(0));
    let first = stand.look(look(from)).await.snapshot;
    assert_eq!(first.feed.len(), 3);
    // Not stored: the same again.
    assert_eq!(stand.look(look(from)).await.snapshot.feed, first.feed);
    let settings = NotificationSettings::default();
    let found = catch_up(&stand.portal, &first, &viewer(&settings), &[], &BTreeSet::new());
    let texts: Vec<&str> = found.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(texts, ["раз", "два", "три"]);
    let next = stand.look(look(Feed::From(first.offset.unwrap()))).await.snapshot;
    assert!(next.feed.is_empty());
}

#[tokio::test]
async fn the_limit_is_met_at_once_and_a_missing_right_is_named() {
    let stand = Stand::open().await;
    stand
        .order("/portal/limits", json!({"bucket": {"size": 2.0, "drain": 0.01}}))
        .await;
    let mut last = Ok(Counters::default());
    let started = std::time::Instant::now();
    for _ in 0..4 {
        last = stand.messenger.counters(stand.portal.clone()).await;
    }
    assert_eq!(last.unwrap_err().code, Code::PortalLimit);
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "a refused call of polling is not made again by itself"
    );

    let stand = Stand::open().await;
    stand
        .order("/fault", json!({"kind": "scopes", "scopes": ["crm"]}))
        .await;
    let refused = stand.messenger.counters(stand.portal.clone()).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.parameters["scope"].as_str()),
        (Code::AuthScope, "im")
    );
}
