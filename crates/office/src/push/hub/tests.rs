use std::sync::Arc;

use jiff::Timestamp;

use super::{Address, Hub, Link, MAX_CONNECTIONS, Outgoing, Totals};
use crate::push::batch::Response;
use crate::push::message::{Mid, Sender};
use crate::push::signature::{Channel, Key};

const START: u64 = 1_795_304_145;
const USER: Channel = Channel {
    private: [1; 16],
    public: Some([2; 16]),
};
const SHARED: Channel = Channel {
    private: [3; 16],
    public: None,
};
const PRIVATE: Address = Address {
    id: [1; 16],
    private: true,
};
const PUBLIC: Address = Address {
    id: [2; 16],
    private: false,
};
const ALL: Address = Address {
    id: [3; 16],
    private: true,
};

fn hub() -> Arc<Hub> {
    Arc::new(Hub::with_counter(Key::new("k"), START, 0))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_304_145 + second).unwrap()
}

fn publish(hub: &Hub, to: &[Address], expiry: u32, second: i64) -> Mid {
    hub.publish(to, "{}".to_owned(), expiry, Sender::Backend, at(second))
}

fn mids(outgoing: Outgoing) -> Vec<u64> {
    let Outgoing::Response(Response::Messages(messages)) = outgoing else {
        panic!("{outgoing:?}")
    };
    messages.iter().map(|message| message.mid.number()).collect()
}

#[test]
fn ids_count_up_from_one() {
    let hub = hub();
    assert_eq!(
        publish(&hub, &[PRIVATE], 0, 0).to_string(),
        "17953041450000000000000001"
    );
    assert_eq!(
        publish(&hub, &[PRIVATE], 0, 0).to_string(),
        "17953041450000000000000002"
    );
}

#[test]
fn ids_grow_over_a_restart_within_the_same_second() {
    let micros = |micros: i64| Timestamp::from_microsecond(1_795_304_145_000_000 + micros).unwrap();
    let first = Hub::new(Key::new(""), micros(100));
    let old = publish(&first, &[PRIVATE], 0, 0);
    let second = Hub::new(Key::new(""), micros(5_000));
    assert!(publish(&second, &[PRIVATE], 0, 0) > old);
}

#[test]
fn replay_is_strictly_after_the_given_id_and_in_order() {
    let hub = hub();
    let first = publish(&hub, &[PRIVATE], 600, 0);
    publish(&hub, &[ALL], 600, 0);
    publish(&hub, &[PUBLIC], 600, 0);
    let replay = hub.replay(&[USER, SHARED], first, at(1));
    assert_eq!(
        replay.iter().map(|message| message.mid.number()).collect::<Vec<_>>(),
        [2, 3]
    );
    let zero = Mid::read("00000000000000000000000000").unwrap();
    assert_eq!(hub.replay(&[USER, SHARED], zero, at(1)).len(), 3);
    assert_eq!(hub.replay(&[SHARED], zero, at(1)).len(), 1);
}

#[test]
fn a_message_to_two_rooms_of_a_connection_is_replayed_twice_and_sent_twice() {
    let hub = hub();
    let mut member = hub.join(&[USER], Link::Socket);
    let zero = Mid::new(0, 0);
    publish(&hub, &[PRIVATE, PUBLIC], 600, 0);
    assert_eq!(hub.replay(&[USER], zero, at(0)).len(), 2);
    assert_eq!(mids(member.inbox.try_recv().unwrap()), [1]);
    assert_eq!(mids(member.inbox.try_recv().unwrap()), [1]);
    assert!(member.inbox.try_recv().is_err());
}

#[test]
fn what_expires_is_not_replayed_and_expiry_zero_never_stored() {
    let hub = hub();
    publish(&hub, &[PRIVATE], 0, 0);
    publish(&hub, &[PRIVATE], 10, 0);
    publish(&hub, &[PRIVATE], 600, 0);
    publish(&hub, &[PRIVATE], u32::MAX, 0);
    let count = |second| hub.replay(&[USER], Mid::new(0, 0), at(second)).len();
    assert_eq!((count(9), count(10), count(600), count(86_400)), (3, 2, 1, 0));
    assert_eq!(hub.last_mid(&[USER]).map(Mid::number), Some(4));
}

#[test]
fn only_members_of_the_room_hear() {
    let hub = hub();
    let mut one = hub.join(&[USER, SHARED], Link::Socket);
    let mut two = hub.join(&[SHARED], Link::Poll);
    publish(&hub, &[PRIVATE], 0, 0);
    assert!(one.inbox.try_recv().is_ok());
    assert!(two.inbox.try_recv().is_err());
    publish(&hub, &[ALL], 0, 0);
    assert!(one.inbox.try_recv().is_ok());
    assert!(two.inbox.try_recv().is_ok());
    assert!(hub.presence(&[PRIVATE, PUBLIC])[1].online);
    let totals = hub.totals();
    assert_eq!(
        totals,
        Totals {
            sockets: 1,
            polls: 1,
            channels: 3,
            stored: 0,
            published: 2
        }
    );
    drop(one);
    drop(two);
    assert!(!hub.presence(&[PRIVATE])[0].online);
    assert_eq!(hub.subscribers(ALL), 0);
}

#[test]
fn the_oldest_connection_of_a_crowded_channel_is_closed() {
    let hub = hub();
    let mut members: Vec<_> = (0..=MAX_CONNECTIONS).map(|_| hub.join(&[USER], Link::Socket)).collect();
    assert_eq!(hub.totals().sockets, MAX_CONNECTIONS);
    let Outgoing::Close(code, reason) = members[0].inbox.try_recv().unwrap() else {
        panic!("not closed")
    };
    assert_eq!((code, reason.as_str()), (4029, "4029: Too many connections"));
    assert!(members[1].inbox.try_recv().is_err());
}

#[test]
fn messages_published_together_are_one_response() {
    let hub = hub();
    let mut member = hub.join(&[USER], Link::Socket);
    hub.publish_together(PRIVATE, vec!["{}".to_owned(), "{bad".to_owned()], 600, at(0));
    assert_eq!(mids(member.inbox.try_recv().unwrap()), [1, 2]);
    assert!(member.inbox.try_recv().is_err());
}
