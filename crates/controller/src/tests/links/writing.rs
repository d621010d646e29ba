//! Links that are written for all that 1C knows.
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::EntityFields;
use hotstart_core::view::{LinksCommand, WritingState};
use serde_json::json;

use super::super::desk::{Desk, PORTAL};
use super::{ORDER, UUID, fields, links, mapped};

/// A page of deals that 1C knows; those of even ids have a link already.
fn page(from: u64, count: u64) -> Vec<EntityFields> {
    let item = |id: u64| {
        let link = if id.is_multiple_of(2) {
            json!(format!("hotstart://onec/ut/{ORDER}"))
        } else {
            json!(null)
        };
        fields(json!({"id": id, "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": link}))
    };
    (from..from + count).map(item).collect()
}

fn write() -> LinksCommand {
    LinksCommand::WriteLinks {
        portal: PORTAL.to_owned(),
        types: vec!["deal".to_owned(), "company".to_owned()],
    }
}

#[tokio::test(start_paused = true)]
async fn links_are_written_page_by_page_with_a_pause() {
    let desk = Desk::start(mapped());
    desk.portal.said().known.extend([Ok(page(1, 50)), Ok(page(51, 20))]);
    let began = tokio::time::Instant::now();
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let writing = desk.view().await.links.writing.unwrap();
    assert_eq!(
        (writing.seen, writing.written, writing.failed, writing.state),
        (70, 35, 0, WritingState::Finished)
    );
    assert!(began.elapsed() >= Duration::from_secs(6));
    assert_eq!(
        desk.portal.asked(),
        [
            "known deal after 0",
            "write 25",
            "known deal after 50",
            "write 10",
            "known company after 0"
        ]
    );
    let writes = desk.portal.said().writes.clone();
    assert!(
        writes
            .iter()
            .all(|write| write.link.ends_with(ORDER) && !write.entity.id.get().is_multiple_of(2))
    );
}

#[tokio::test(start_paused = true)]
async fn writing_stops_when_it_is_told_and_goes_on_where_it_was() {
    let desk = Desk::start(mapped());
    desk.portal
        .said()
        .known
        .extend([Ok(page(1, 50)), Ok(page(51, 50)), Ok(page(101, 1))]);
    links(&desk, write()).await.unwrap();
    let stopped = links(&desk, LinksCommand::CancelWriting)
        .await
        .unwrap()
        .writing
        .unwrap();
    assert_eq!((stopped.state, stopped.written), (WritingState::Cancelled, 25));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(desk.portal.asked(), ["known deal after 0", "write 25"]);
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let done = desk.view().await.links.writing.unwrap();
    assert_eq!((done.state, done.seen, done.written), (WritingState::Finished, 101, 51));
    assert_eq!(desk.portal.asked()[0], "known deal after 50");
}

#[tokio::test(start_paused = true)]
async fn writing_waits_when_the_portal_asks_for_it_and_stops_when_nothing_helps() {
    let desk = Desk::start(mapped());
    let limit = || Err(Failure::new(Code::PortalLimit).with("portal", PORTAL));
    desk.portal.said().known.extend([limit(), Ok(page(1, 10))]);
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(
        desk.portal.asked(),
        ["known deal after 0"],
        "it waits longer than usual"
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(desk.view().await.links.writing.unwrap().written, 5);

    desk.portal.said().known.extend((0..5).map(|_| limit()));
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(300)).await;
    let failed = desk.view().await.links.writing.unwrap();
    assert_eq!(
        (failed.state, failed.failure.unwrap().code.as_str()),
        (WritingState::Failed, "portal.limit")
    );
}
