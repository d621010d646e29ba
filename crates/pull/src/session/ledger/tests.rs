use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::{
    event::Event,
    wire::{Body, Message},
};

fn mid(number: u64) -> Mid {
    Mid::new(&format!("1795304145{number:016}")).unwrap()
}

fn message(mid: Option<Mid>) -> Message {
    let body = Body::parse(r#"{"module_id":"im","command":"x","params":[]}"#, None).unwrap();
    Message {
        mid,
        moment: None,
        created: None,
        sender: None,
        body,
        receipt: false,
    }
}

fn event(message: &Message, replayed: bool) -> Event {
    Event {
        mid: message.mid.clone(),
        module: String::new(),
        command: String::new(),
        params: RawValue::from_string("[]".to_owned()).unwrap(),
        sender: None,
        server_time: None,
        age: None,
        replayed,
    }
}

fn take(books: &mut Ledger, mids: impl IntoIterator<Item = u64>) -> Option<Batch> {
    let mut taken = Taken::default();
    for number in mids {
        let message = message(Some(mid(number)));
        if let Some(replayed) = books.take(&message, &mut taken) {
            taken.events.push(event(&message, replayed));
        }
    }
    books.close_batch(taken)
}

fn books() -> Ledger {
    Ledger::new(Position::default(), Vec::new(), 1000)
}

#[test]
fn the_cursor_follows_acknowledgements_in_order() {
    let mut books = books();
    let first = take(&mut books, [1, 2]).unwrap();
    let second = take(&mut books, [3]).unwrap();
    assert_eq!(first.position.mid(), Some(&mid(2)));
    books.acknowledge(second.ticket);
    assert_eq!(books.committed().mid(), None, "the first one is still open");
    books.acknowledge(first.ticket);
    assert_eq!(books.committed().mid(), Some(&mid(3)));
    books.acknowledge(first.ticket);
    assert!(!books.abandon(first.ticket), "receipts count once");
}

#[test]
fn what_was_given_up_comes_again_and_the_rest_does_not() {
    let mut books = books();
    let first = take(&mut books, [1]).unwrap();
    let second = take(&mut books, [2]).unwrap();
    assert!(books.abandon(first.ticket));
    books.acknowledge(second.ticket);
    assert_eq!(
        books.committed().mid(),
        None,
        "the cursor stays before what was given up"
    );
    let again = take(&mut books, [1, 2]).unwrap();
    assert_eq!(again.seen, [mid(1)]);
    assert!(again.events[0].replayed);
    books.acknowledge(again.ticket);
    let third = take(&mut books, [3]).unwrap();
    assert!(!third.events[0].replayed);
    books.acknowledge(third.ticket);
    assert_eq!(books.committed().mid(), Some(&mid(3)));
}

#[test]
fn ids_that_go_back_do_not_move_the_cursor_back() {
    let mut books = books();
    take(&mut books, [5]).unwrap();
    let late = take(&mut books, [4]).unwrap();
    assert_eq!(late.events.len(), 1, "it was never seen, so it is delivered");
    assert_eq!(late.position.mid(), Some(&mid(5)));
    assert!(take(&mut books, [5, 4]).is_none(), "repetitions say nothing");
}

#[test]
fn another_life_of_the_server_is_followed() {
    let mut books = books();
    take(&mut books, [5]).unwrap();
    let message = message(Mid::new("16000000000000000000000001").ok());
    let mut taken = Taken::default();
    assert_eq!(books.take(&message, &mut taken), Some(false));
    assert_eq!(books.close_batch(taken).unwrap().position.mid(), message.mid.as_ref());
}

#[test]
fn the_ids_of_an_earlier_run_are_known() {
    let mut books = Ledger::new(
        Position {
            mid: Some(mid(1)),
            ..Position::default()
        },
        vec![mid(1), mid(2)],
        10,
    );
    assert_eq!(take(&mut books, [1, 2, 3]).unwrap().seen, [mid(3)]);
}

#[test]
fn memory_is_bounded() {
    let mut books = Ledger::new(Position::default(), (0..100).map(mid).collect(), 10);
    take(&mut books, 100..10_000);
    assert_eq!((books.seen.ids.len(), books.seen.order.len()), (10, 10));
}

#[test]
fn before_the_first_event_the_time_is_the_cursor() {
    let mut books = books();
    assert!(books.resume_from().is_none());
    let start = books.connected("a".into(), Some(1000)).unwrap();
    assert_eq!(
        start.position,
        Position {
            since: Some(1000),
            channels: Some("a".into()),
            ..Position::default()
        }
    );
    assert_eq!(start.gap, None);
    books.acknowledge(start.ticket);

    let mut books = Ledger::new(books.resume_from().unwrap().clone(), Vec::new(), 10);
    books.connecting();
    assert!(
        books.connected("a".into(), Some(2000)).is_none(),
        "nothing new to store"
    );
    let at = |second: i64, number| Message {
        created: jiff::Timestamp::from_second(second).ok(),
        ..message(Some(mid(number)))
    };
    let mut taken = Taken::default();
    assert_eq!(books.take(&at(998, 1), &mut taken), None, "it was there before we came");
    assert_eq!(books.take(&at(999, 2), &mut taken), None);
    assert_eq!(books.take(&at(1000, 3), &mut taken), Some(false));
    let batch = books.close_batch(taken).unwrap();
    assert_eq!((batch.position.mid(), batch.position.since), (Some(&mid(3)), None));

    let mut books = Ledger::new(start.position, Vec::new(), 10);
    books.connecting();
    books.connected("a".into(), Some(2000));
    let mut taken = Taken::default();
    books.take(&at(998, 1), &mut taken);
    let batch = books.close_batch(taken).unwrap();
    assert_eq!(
        (batch.position.mid(), batch.position.since),
        (Some(&mid(1)), None),
        "the history is read once"
    );
    books.end_history();
    let mut taken = Taken::default();
    assert_eq!(
        books.take(&at(998, 2), &mut taken),
        Some(false),
        "what comes live is news, whatever its time"
    );
}

#[test]
fn new_channels_are_a_gap_only_when_we_were_away() {
    let mut books = Ledger::new(
        Position {
            mid: Some(mid(7)),
            channels: Some("old".into()),
            ..Position::default()
        },
        vec![],
        10,
    );
    assert_eq!(
        books.connected("new".into(), None).unwrap().gap,
        Some(Gap::ChannelsReplaced)
    );
    assert_eq!(books.connected("new".into(), None).map(|batch| batch.gap), None);
    books.expect_channels("newest".into());
    assert_eq!(books.connected("newest".into(), None).unwrap().gap, None);
}

#[test]
fn while_channels_are_replaced_the_cursor_stands_still() {
    let mut books = books();
    take(&mut books, [1]).unwrap();
    books.freeze();
    let frozen = take(&mut books, [9]).unwrap();
    assert_eq!(frozen.position.mid(), Some(&mid(1)));
    books.connected("a".into(), None);
    books.thaw();
    // The new channel's event is older than what the old one still brought.
    let replay = take(&mut books, [5, 9, 10]).unwrap();
    assert_eq!(replay.seen, [mid(5), mid(10)]);
    assert_eq!(replay.position.mid(), Some(&mid(10)));
}

#[derive(Debug, Clone)]
enum Step {
    /// The server sends so many further events, repeating some of the last ones.
    Send(u64, u64),
    /// The owner stores the oldest open delivery.
    Store,
    /// The owner fails with the oldest open delivery, drops all later ones, and the connection starts over.
    Fail,
    /// The connection starts over.
    Drop,
    /// The program is killed and starts over from what was stored.
    Kill,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1_u64..6, 0_u64..5).prop_map(|(count, again)| Step::Send(count, again)),
        4 => Just(Step::Store),
        1 => Just(Step::Fail),
        1 => Just(Step::Drop),
        1 => Just(Step::Kill),
    ];
    prop::collection::vec(step, 1..80)
}

/// The owner's side: what is durable, and what it was given.
#[derive(Default)]
struct Owner {
    position: Position,
    seen: Vec<Mid>,
    stored: HashMap<Mid, u32>,
    open: VecDeque<Batch>,
}

impl Owner {
    fn store(&mut self, books: &mut Ledger) {
        let Some(batch) = self.open.pop_front() else { return };
        self.position = batch.position;
        self.seen.extend(batch.seen);
        for event in batch.events {
            *self.stored.entry(event.mid.unwrap()).or_default() += 1;
        }
        books.acknowledge(batch.ticket);
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_is_stored_twice(steps in steps()) {
        let mut books = books();
        let mut owner = Owner::default();
        let mut published = 0_u64;
        let mut sent = 0_u64;
        // A reconnect: the server replays everything behind the cursor.
        let replay = |books: &mut Ledger, owner: &mut Owner, published: u64| {
            let from = books.committed().mid().map_or(0, |mid| mid.as_str()[10..].parse().unwrap());
            owner.open.extend(books.connected("a".into(), None));
            owner.open.extend(take(books, from + 1..=published));
        };
        for step in steps {
            match step {
                Step::Send(count, again) => {
                    published += count;
                    owner.open.extend(take(&mut books, sent.saturating_sub(again) + 1..=published));
                }
                Step::Store => owner.store(&mut books),
                Step::Fail => {
                    for batch in owner.open.drain(..) {
                        books.abandon(batch.ticket);
                    }
                    replay(&mut books, &mut owner, published);
                }
                Step::Drop => replay(&mut books, &mut owner, published),
                Step::Kill => {
                    owner.open.clear();
                    books = Ledger::new(owner.position.clone(), owner.seen.clone(), 100_000);
                    replay(&mut books, &mut owner, published);
                }
            }
            sent = published;
            let committed = books.committed().mid().cloned();
            let stored: HashSet<&Mid> = owner.stored.keys().collect();
            if let Some(committed) = committed {
                for number in 1..=committed.as_str()[10..].parse().unwrap() {
                    prop_assert!(stored.contains(&mid(number)), "the cursor ran ahead of {}", number);
                }
            }
        }
        while !owner.open.is_empty() {
            owner.store(&mut books);
        }
        let expected: HashMap<Mid, u32> = (1..=published).map(|number| (mid(number), 1)).collect();
        prop_assert_eq!(owner.stored, expected);
    }
}
