//! The names of entities that notes are about.
use std::time::Duration;

use bitrix24::Entity;
use hotstart_core::view::{Page, UiCommand};

use super::super::desk::{Desk, PORTAL, settings};

#[tokio::test(start_paused = true)]
async fn entities_of_notes_have_names_when_the_inbox_is_looked_at_and_are_asked_once() {
    use hotstart_core::inbox::{Note, NoteKind};
    use hotstart_core::ports::Stored;
    let note = |id: u64, path: &str| Note {
        id: format!("{PORTAL}/{id}"),
        portal: PORTAL.to_owned(),
        title: "Сделка".to_owned(),
        text: String::new(),
        link: Some(format!("hotstart://b24/{PORTAL}{path}")),
        tag: None,
        at: hotstart_core::Timestamp(1),
        read: false,
        toast: false,
        kind: NoteKind::Bell,
        buttons: Vec::new(),
    };
    let stored = Stored {
        inbox: vec![
            note(1, "/crm/deal/details/5/"),
            note(2, "/crm/deal/details/5/?x=1"),
            note(3, "/company/personal/user/1/tasks/task/view/9/"),
            note(4, "/stream/"),
        ],
        ..Stored::default()
    };
    let desk = Desk::start_with(settings(), stored);
    assert_eq!(desk.view().await.links.cards, []);
    desk.portal.said().titles = vec![(Entity::parse("deal:5").unwrap(), "Кофемашины".to_owned())];
    let show = UiCommand::ShowPage { page: Page::Inbox };
    desk.ui(show.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let cards = desk.view().await.links.cards;
    let shown: Vec<(&str, &str)> = cards
        .iter()
        .map(|card| (&card.note[PORTAL.len() + 1..], card.card.title.as_str()))
        .collect();
    assert_eq!(shown, [("1", "Кофемашины"), ("2", "Кофемашины")]);
    let titles = |asked: Vec<String>| {
        asked
            .into_iter()
            .filter(|call| call.starts_with("titles"))
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(desk.portal.asked()), ["titles 2"]);
    desk.ui(show.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(titles(desk.portal.asked()), [] as [&str; 0]);
    tokio::time::sleep(Duration::from_secs(700)).await;
    desk.ui(show).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(titles(desk.portal.asked()), ["titles 2"], "names may change");
}
