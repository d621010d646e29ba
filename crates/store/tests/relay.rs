//! The relay queue: the same on the disk and in memory.
#![expect(
    clippy::unwrap_used,
    reason = "a failed step ends the test, also in what its functions share"
)]

use hotstart_core::Timestamp;
use hotstart_core::failure::Failure;
use hotstart_core::ports::{
    Committed, Cursor, RelayAnswerable, RelayChange, RelayEvent, RelayItem, RelayReply, RelayStored, Store, Transaction,
};
use hotstart_store::{MemoryStore, open};
use serde_json::json;

fn event(base: &str, id: &str) -> RelayEvent {
    RelayEvent {
        base: base.to_owned(),
        id: id.to_owned(),
        kind: "crm/company.update".to_owned(),
        portal: "p.example".to_owned(),
        entity: RelayEvent::read_entity("company:21"),
        reads: true,
        data: json!({"портал": "p.example"}),
        answer: true,
        at: Timestamp(5),
    }
}

fn added(base: &str, ids: &[&str]) -> Vec<RelayChange> {
    ids.iter().map(|id| RelayChange::Added(event(base, id))).collect()
}

fn reply(id: &str) -> RelayReply {
    RelayReply {
        number: 0,
        id: id.to_owned(),
        base: "ut".to_owned(),
        portal: "p.example".to_owned(),
        entity: RelayEvent::read_entity("deal:123").unwrap(),
        fields: json!({"UF_CRM_ORDER": "НФ-7"}).as_object().unwrap().clone(),
        attempts: 0,
    }
}

async fn commit(store: &dyn Store, relay: Vec<RelayChange>) -> Result<Committed, Failure> {
    let transaction = Transaction {
        relay,
        ..Transaction::default()
    };
    store.commit(transaction).await
}

async fn waiting(store: &dyn Store, base: &str) -> Vec<(u64, String)> {
    let items = store.relay_waiting(base.to_owned(), 0, 100).await.unwrap();
    items.into_iter().map(|item| (item.number, item.event.id)).collect()
}

async fn ids(store: &dyn Store, base: &str) -> Vec<String> {
    waiting(store, base).await.into_iter().map(|(_, id)| id).collect()
}

/// More wait than are kept: the oldest are given up, and whoever has stored the last one hears which.
async fn overfull(store: &dyn Store) {
    let many = (0..50_000).map(|n| RelayChange::Added(event("ut", &n.to_string())));
    assert!(commit(store, many.collect()).await.unwrap().given_up.is_empty());
    // The disk looks every 200 changes.
    let more = (0..200).map(|n| RelayChange::Added(event("bp", &n.to_string())));
    let given_up = commit(store, more.collect()).await.unwrap().given_up;
    let first: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    assert_eq!(
        given_up.iter().map(|item| item.event.id.clone()).collect::<Vec<_>>(),
        first
    );
    let marked = |item: &RelayItem| item.event.base == "ut" && item.dead.as_deref() == Some("relay.full");
    assert!(given_up.iter().all(marked));
    assert_eq!(waiting(store, "ut").await[0].1, "200");
}

/// Everything that a queue does, on any store.
async fn queue(store: &dyn Store) {
    let first = commit(store, [added("ut", &["a", "b", "c"]), added("bp", &["a"])].concat()).await;
    assert_eq!(first.unwrap().relayed, ["ut", "ut", "ut", "bp"]);
    let again = commit(store, added("ut", &["b", "d"])).await;
    assert_eq!(again.unwrap().relayed, ["ut"]);
    assert_eq!(ids(store, "ut").await, ["a", "b", "c", "d"]);

    let numbers: Vec<u64> = waiting(store, "ut")
        .await
        .into_iter()
        .map(|(number, _)| number)
        .collect();
    assert!(numbers.is_sorted() && numbers[0] > 0);
    let behind = store.relay_waiting("ut".to_owned(), numbers[1], 1).await.unwrap();
    assert_eq!((behind.len(), behind[0].event.clone()), (1, event("ut", "c")));

    let changes = vec![
        RelayChange::Filled(numbers[0], json!({"fields": 1})),
        RelayChange::Tried(numbers[0], 3),
        RelayChange::Dead(numbers[1], "relay.failed".to_owned()),
        RelayChange::Done(numbers[2], Some(reply("c"))),
        // What is gone changes nothing, and leaves no second answer.
        RelayChange::Done(numbers[2], Some(reply("c"))),
    ];
    commit(store, changes).await.unwrap();
    let left = store.relay_waiting("ut".to_owned(), 0, 100).await.unwrap();
    assert_eq!(left.len(), 2);
    assert_eq!((left[0].attempts, left[0].event.reads), (3, false));
    assert_eq!(left[0].event.data, json!({"fields": 1}));

    let replies = store.relay_replies("p.example".to_owned(), 10).await.unwrap();
    assert_eq!(replies.len(), 1);
    let number = replies[0].number;
    assert_eq!(replies[0], RelayReply { number, ..reply("c") });
    commit(store, vec![RelayChange::ReplyTried(number, 2)]).await.unwrap();
    let tried = store.relay_replies("p.example".to_owned(), 10).await.unwrap();
    assert_eq!(tried[0].attempts, 2);

    // What was given up goes to the end, and what was had before is known for ever.
    commit(
        store,
        vec![RelayChange::Again(numbers[1]), RelayChange::Again(numbers[0])],
    )
    .await
    .unwrap();
    assert_eq!(ids(store, "ut").await, ["a", "d", "b"]);
    commit(store, added("ut", &["a", "b", "c", "d"])).await.unwrap();
    assert_eq!(ids(store, "ut").await, ["a", "d", "b"]);
    let last = waiting(store, "ut").await[2].0;
    assert!(last > numbers[2]);
    commit(store, vec![RelayChange::Forgotten(last), RelayChange::Replied(number)])
        .await
        .unwrap();
    assert_eq!(ids(store, "ut").await.len(), 3, "only what was given up is forgotten");
    assert!(
        store
            .relay_replies("p.example".to_owned(), 10)
            .await
            .unwrap()
            .is_empty()
    );
    commit(store, vec![RelayChange::Dead(last, "relay.refused".to_owned())])
        .await
        .unwrap();

    // What waits and what is known goes with a base to its new name and back, whatever another one of that name has had.
    let rename = |from: &str, to: &str| {
        let (from, to) = (from.to_owned(), to.to_owned());
        vec![RelayChange::Renamed { from, to }]
    };
    let before = ids(store, "ut").await;
    commit(store, added("new", &["d"])).await.unwrap();
    commit(store, rename("ut", "new")).await.unwrap();
    assert_eq!(ids(store, "new").await, [before.clone(), vec!["d".to_owned()]].concat());
    assert!(ids(store, "ut").await.is_empty());
    commit(store, added("new", &["a", "b", "c", "d"])).await.unwrap();
    assert_eq!(ids(store, "new").await.len(), before.len() + 1);
    let gone = waiting(store, "new").await.last().unwrap().0;
    let back = [vec![RelayChange::Done(gone, None)], rename("new", "ut")].concat();
    commit(store, back).await.unwrap();
    assert_eq!(ids(store, "ut").await, before);
}

/// The first answer to an event counts, whether it comes before, with or after the acknowledgement.
async fn answers(store: &dyn Store) {
    let kinds = async |ids: &[&str]| -> Vec<String> {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let known = store.relay_answerable("ut".to_owned(), ids).await.unwrap();
        let kind = |known: &Option<RelayAnswerable>| match known {
            None => "foreign".to_owned(),
            Some(RelayAnswerable::Queued(item)) => format!("queued {}", item.event.id),
            Some(RelayAnswerable::Owed { portal, entity }) => format!("owed {portal} {entity}"),
            Some(RelayAnswerable::Settled) => "settled".to_owned(),
        };
        known.iter().map(kind).collect()
    };
    let replied = async || -> Vec<String> {
        let replies = store.relay_replies("p.example".to_owned(), 10).await.unwrap();
        replies.into_iter().map(|reply| reply.id).collect()
    };
    let answered = |id: &str| vec![RelayChange::Answered(reply(id))];
    let plain = RelayEvent {
        answer: false,
        ..event("ut", "plain")
    };
    commit(store, added("ut", &["late", "with", "early", "dead"]))
        .await
        .unwrap();
    commit(
        store,
        [added("bp", &["other"]), vec![RelayChange::Added(plain)]].concat(),
    )
    .await
    .unwrap();
    let numbers: Vec<u64> = waiting(store, "ut")
        .await
        .into_iter()
        .map(|(number, _)| number)
        .collect();
    let ids = ["late", "with", "early", "dead", "plain", "other"];
    let queued = [
        "queued late",
        "queued with",
        "queued early",
        "queued dead",
        "queued plain",
        "foreign",
    ];
    assert_eq!(kinds(&ids).await, queued);

    let changes = [
        vec![
            RelayChange::Done(numbers[0], None),
            RelayChange::Done(numbers[1], Some(reply("with"))),
            RelayChange::Dead(numbers[3], "relay.full".to_owned()),
            RelayChange::Done(numbers[4], None),
        ],
        answered("early"),
        answered("with"),
        answered("plain"),
        answered("unheard-of"),
    ];
    commit(store, changes.concat()).await.unwrap();
    assert_eq!(replied().await, ["with", "early"]);
    let now = [
        "owed p.example company:21",
        "settled",
        "queued early",
        "queued dead",
        "settled",
        "foreign",
    ];
    assert_eq!(kinds(&ids).await, now);
    // Again, and acknowledged after it: nothing more comes of it.
    let changes = [
        answered("early"),
        vec![RelayChange::Done(numbers[2], Some(reply("early")))],
        answered("early"),
    ];
    commit(store, changes.concat()).await.unwrap();
    assert_eq!(replied().await, ["with", "early"]);
    // What was only acknowledged may be answered once, whatever the change is called.
    let late = [
        answered("late"),
        answered("late"),
        vec![RelayChange::Done(numbers[0], Some(reply("late")))],
    ];
    commit(store, late.concat()).await.unwrap();
    commit(store, vec![RelayChange::Done(numbers[3], Some(reply("dead")))])
        .await
        .unwrap();
    assert_eq!(replied().await, ["with", "early", "late", "dead"]);
    assert_eq!(
        kinds(&ids).await,
        ["settled", "settled", "settled", "settled", "settled", "foreign"]
    );
}

/// What is owed goes with the base to its new name.
async fn owed_after_a_new_name(store: &dyn Store) {
    commit(store, added("ut", &["moved"])).await.unwrap();
    let number = waiting(store, "ut").await[0].0;
    let (from, to) = ("ut".to_owned(), "new".to_owned());
    let changes = vec![RelayChange::Done(number, None), RelayChange::Renamed { from, to }];
    commit(store, changes).await.unwrap();
    let known = async |base: &str| {
        let ids = vec!["moved".to_owned()];
        store.relay_answerable(base.to_owned(), ids).await.unwrap().remove(0)
    };
    assert_eq!(known("ut").await, None);
    assert!(matches!(known("new").await, Some(RelayAnswerable::Owed { .. })));
}

#[tokio::test]
async fn the_first_answer_counts_in_memory() {
    let store = MemoryStore::default();
    answers(&store).await;
    owed_after_a_new_name(&store).await;
}

#[tokio::test]
async fn the_first_answer_counts_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(&folder.path().join("config"), &folder.path().join("data")).unwrap();
    answers(&opened.store).await;
    owed_after_a_new_name(&opened.store).await;
}

/// Counts by base, and the ids of what was given up with their codes.
type Left = (Vec<(String, u64)>, Vec<(String, Option<String>)>);

fn left(stored: &RelayStored) -> Left {
    let dead = stored
        .dead
        .iter()
        .map(|item| (item.event.id.clone(), item.dead.clone()));
    (stored.waiting.clone(), dead.collect())
}

fn expected() -> Left {
    let waiting = vec![("bp".to_owned(), 1), ("ut".to_owned(), 2)];
    (waiting, vec![("b".to_owned(), Some("relay.refused".to_owned()))])
}

#[tokio::test]
async fn the_queue_in_memory() {
    let store = MemoryStore::default();
    queue(&store).await;
    assert_eq!(left(&store.stored().relay), expected());
}

#[tokio::test]
async fn too_many_events_in_memory() {
    overfull(&MemoryStore::default()).await;
}

#[tokio::test]
async fn too_many_events_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(&folder.path().join("config"), &folder.path().join("data")).unwrap();
    overfull(&opened.store).await;
}

#[tokio::test]
async fn the_queue_on_the_disk_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(&folder.path().join("config"), &folder.path().join("data")).unwrap();
    queue(&opened.store).await;
    drop(opened);
    let opened = open(&folder.path().join("config"), &folder.path().join("data")).unwrap();
    assert_eq!(left(&opened.stored.relay), expected());
    let before = waiting(&opened.store, "ut").await;
    // Numbers are never given twice, even when the last event is gone.
    let gone = before
        .iter()
        .map(|(number, _)| RelayChange::Done(*number, None))
        .collect();
    commit(&opened.store, gone).await.unwrap();
    commit(&opened.store, added("ut", &["z"])).await.unwrap();
    let after = waiting(&opened.store, "ut").await;
    assert!(after[0].0 > before[1].0);
}

#[tokio::test]
async fn an_event_joins_the_queue_with_the_position_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let paths = (folder.path().join("config"), folder.path().join("data"));
    let opened = open(&paths.0, &paths.1).unwrap();
    let transaction = Transaction {
        cursor: Some(Cursor {
            portal: "p.example".to_owned(),
            position: "7".to_owned(),
            seen: vec!["m".to_owned()],
        }),
        relay: added("ut", &["p.example/m"]),
        lasting: true,
        ..Transaction::default()
    };
    let committed = opened.store.commit(transaction.clone()).await.unwrap();
    assert_eq!(committed.relayed, ["ut"]);
    // A replay after a crash before the acknowledgement.
    assert!(opened.store.commit(transaction).await.unwrap().relayed.is_empty());
    drop(opened);
    let opened = open(&paths.0, &paths.1).unwrap();
    assert_eq!(opened.stored.cursors[0].position, "7");
    assert_eq!(ids(&opened.store, "ut").await, ["p.example/m"]);
}

#[tokio::test]
async fn what_is_loaded_at_once_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(&folder.path().join("config"), &folder.path().join("data")).unwrap();
    let large = |id: &str| {
        RelayChange::Added(RelayEvent {
            data: json!({"text": "x".repeat(3 << 20)}),
            ..event("ut", id)
        })
    };
    commit(&opened.store, vec![large("a"), large("b"), large("c")])
        .await
        .unwrap();
    assert_eq!(ids(&opened.store, "ut").await, ["a"]);
}
