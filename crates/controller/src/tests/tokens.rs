//! Who is no longer known to the bridge is told so at once, and told nothing else.
use std::time::Duration;

use hotstart_core::bridge::Refusal;
use hotstart_core::failure::Code;
use hotstart_core::link::Source;
use hotstart_core::settings::Method;
use hotstart_core::view::UiCommand;
use hotstart_core::window::WindowCommand;
use hotstart_store::MemoryStore;

use super::bridge::{ORDER, WAIT, bridge, events, ids, poll, queued, running};
use super::desk::{Desk, PORTAL};
use crate::Request;

#[tokio::test(start_paused = true)]
async fn polls_end_with_the_token_and_get_nothing_that_comes_later() {
    for way in ["unpaired", "replaced", "removed", "elsewhere"] {
        let store = MemoryStore::default();
        let desk = Desk::start_on(running(), store.stored(), store.clone());
        let calls = bridge(&desk).await;
        let one = poll(&desk, &calls, "a", None, WAIT).await;
        let other = poll(&desk, &calls, "b", None, WAIT).await;
        let alias = || "ut".to_owned();
        let started = tokio::time::Instant::now();
        match way {
            "unpaired" => desk.ui(UiCommand::UnpairBase { alias: alias() }).await.unwrap(),
            "replaced" => desk.ui(UiCommand::PairBase { alias: alias() }).await.unwrap(),
            "removed" => desk.ui(UiCommand::RemoveBase { alias: alias() }).await.unwrap(),
            _ => {
                desk.answers.lock().unwrap().paired.clear();
                desk.send(Request::Paired).await;
            }
        }
        for polled in [one, other] {
            let refused = polled.await.unwrap();
            assert!(
                matches!(&refused, Err(Refusal::Unknown(failure)) if failure.code == Code::BridgeToken),
                "{way}: {refused:?}"
            );
        }
        assert!(started.elapsed() < Duration::from_millis(10), "{way}");
        assert!(desk.view().await.bridge.running.is_empty(), "{way}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_the_token_has_changed_is_for_the_new_one() {
    let store = MemoryStore::default();
    queued(&store, 1..=1).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let first = events(poll(&desk, &calls, "old", None, WAIT).await).await;
    // Its acknowledgement is on its way to the disk while the token changes.
    desk.answers.lock().unwrap().commit_takes = Duration::from_secs(2);
    let polled = poll(&desk, &calls, "old", Some(&first.cursor), WAIT).await;
    let alias = "ut".to_owned();
    desk.ui(UiCommand::PairBase { alias }).await.unwrap();
    queued(&store, 2..=2).await;
    assert!(events(polled).await.events.is_empty(), "nothing for the old one");
    desk.answers.lock().unwrap().commit_takes = Duration::ZERO;
    let next = events(poll(&desk, &calls, "new", None, WAIT).await).await;
    assert_eq!(ids(&next), [format!("{PORTAL}/2")]);
}

#[tokio::test(start_paused = true)]
async fn a_link_for_a_client_whose_token_is_void_goes_the_next_way() {
    let mut settings = running();
    settings.bases[0].methods = vec![Method::Running, Method::Hot];
    let mut desk = Desk::start(settings);
    let calls = bridge(&desk).await;
    events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    desk.open(ORDER, Source::Clicked).await;
    let alias = "ut".to_owned();
    desk.ui(UiCommand::UnpairBase { alias }).await.unwrap();
    assert!(matches!(desk.window().await, WindowCommand::Open { .. }));
}
