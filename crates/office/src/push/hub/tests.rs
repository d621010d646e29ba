use std::sync::Arc;

use jiff::Timestamp;

use super::{Address, Hub, Link, Outgoing, Totals};

const MAX_CONNECTIONS: usize = 100;
use crate::office::ServerVersion;
use crate::push::batch::Response;
use crate::push::message::{Draft, Mid, Stamp};
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
    Arc::new(Hub::with_counter(Key::new("k"), ServerVersion::V4, START, 0))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_304_145 + second).unwrap()
}

fn publish(hub: &Hub, to: &[Address], expiry: u32, second: i64) -> Mid {
    hub.publish(to, Draft::portal("{}".to_owned(), expiry), at(second))
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
    let first = Hub::new(Key::new(""), ServerVersion::V4, micros(100), Arc::default());
    let old = publish(&first, &[PRIVATE], 0, 0);
    let second = Hub::new(Key::new(""), ServerVersion::V4, micros(5_000), Arc::default());
    assert!(publish(&second, &[PRIVATE], 0, 0) > old);
}

#[test]
fn replay_is_strictly_after_the_given_id_and_in_order() {
    let hub = hub();
    let first = publish(&hub, &[PRIVATE], 600, 0);
    publish(&hub, &[ALL], 600, 0);
    publish(&hub, &[PUBLIC], 600, 0);
    let replay = hub.replay(&[USER, SHARED], first, at(1)).unwrap();
    assert_eq!(
        replay.iter().map(|message| message.mid.number()).collect::<Vec<_>>(),
        [2, 3]
    );
    let zero = Mid::read("00000000000000000000000000").unwrap();
    assert_eq!(hub.replay(&[USER, SHARED], zero, at(1)).unwrap().len(), 3);
    assert_eq!(hub.replay(&[SHARED], zero, at(1)).unwrap().len(), 1);
}

#[test]
fn a_message_to_two_rooms_of_a_connection_is_replayed_twice_and_sent_twice() {
    let hub = hub();
    let mut member = hub.join(&[USER], Link::Socket, None);
    let zero = Mid::new(0, 0);
    publish(&hub, &[PRIVATE, PUBLIC], 600, 0);
    assert_eq!(hub.replay(&[USER], zero, at(0)).unwrap().len(), 2);
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
    let count = |second| hub.replay(&[USER], Mid::new(0, 0), at(second)).unwrap().len();
    assert_eq!((count(9), count(10), count(600), count(86_400)), (3, 2, 1, 0));
    assert_eq!(hub.last_mid(&[USER]).map(Mid::number), Some(4));
}

#[test]
fn only_members_of_the_room_hear() {
    let hub = hub();
    let mut one = hub.join(&[USER, SHARED], Link::Socket, None);
    let mut two = hub.join(&[SHARED], Link::Poll, None);
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
    let mut members: Vec<_> = (0..=MAX_CONNECTIONS)
        .map(|_| hub.join(&[USER], Link::Socket, None))
        .collect();
    assert_eq!(hub.totals().sockets, MAX_CONNECTIONS);
    let Outgoing::Close(Some((code, reason))) = members[0].inbox.try_recv().unwrap() else {
        panic!("not closed")
    };
    assert_eq!((code, reason.as_str()), (4029, "4029: Too many connections"));
    assert!(members[1].inbox.try_recv().is_err());
}

#[test]
fn messages_published_together_are_one_response() {
    let hub = hub();
    let mut member = hub.join(&[USER], Link::Socket, None);
    let drafts = ["{}", "{bad"].map(|body| Draft::portal(body.to_owned(), 600)).to_vec();
    hub.publish_together(PRIVATE, drafts, at(0));
    assert_eq!(mids(member.inbox.try_recv().unwrap()), [1, 2]);
    assert!(member.inbox.try_recv().is_err());
}

fn hub_of(version: ServerVersion) -> Arc<Hub> {
    Arc::new(Hub::with_counter(Key::new("k"), version, START, 0))
}

#[test]
fn expiry_zero_means_a_day_at_the_server_1_0() {
    let hub = hub_of(ServerVersion::V3);
    publish(&hub, &[PRIVATE], 0, 0);
    let count = |second| hub.replay(&[USER], Mid::new(0, 0), at(second)).unwrap().len();
    assert_eq!((count(86_399), count(86_400)), (1, 0));
}

#[test]
fn the_nginx_module_orders_by_second_and_number_and_keeps_a_thousand() {
    let hub = hub_of(ServerVersion::V2);
    for second in [0, 0, 1, 0] {
        publish(&hub, &[PRIVATE], 5, second);
    }
    let stamps = |stamp| {
        hub.replay_since(&[USER], stamp, at(100))
            .iter()
            .map(|message| {
                (
                    message.stamp.time - at(0).as_second(),
                    message.stamp.tag,
                    message.number,
                )
            })
            .collect::<Vec<_>>()
    };
    // A clock that went back does not take the order back.
    let all = [(0, 1, 1), (0, 2, 2), (1, 1, 3), (1, 2, 4)];
    assert_eq!(stamps(Stamp::default()), all);
    let given = Stamp {
        time: at(0).as_second(),
        tag: 2,
    };
    assert_eq!(stamps(given), all[2..]);
    for _ in 0..1000 {
        publish(&hub, &[PRIVATE], 5, 2);
    }
    assert_eq!(hub.totals().stored, 1000);
}

#[test]
fn a_replay_can_be_limited_as_the_newer_build_does() {
    let hub = hub();
    hub.tune(|tuning| tuning.replay_limits = Some((3, 4)));
    for _ in 0..5 {
        publish(&hub, &[PRIVATE], 60, 0);
        publish(&hub, &[ALL], 60, 0);
    }
    let replay = hub.replay(&[USER, SHARED], Mid::new(0, 0), at(1)).unwrap();
    let numbers: Vec<u64> = replay.iter().map(|message| message.mid.number()).collect();
    assert_eq!(numbers, [7, 8, 9, 10]);
}

#[test]
fn a_broken_store_reads_nothing_and_loses_what_is_published() {
    let hub = hub();
    let mut member = hub.join(&[USER], Link::Socket, None);
    hub.break_store(true);
    publish(&hub, &[PRIVATE], 60, 0);
    assert!(hub.replay(&[USER], Mid::new(0, 0), at(1)).is_none());
    hub.break_store(false);
    assert!(hub.replay(&[USER], Mid::new(0, 0), at(1)).unwrap().is_empty());
    assert!(member.inbox.try_recv().is_err());
}

#[test]
fn what_is_exported_is_imported_and_ids_go_on_above_it() {
    let old = hub();
    publish(&old, &[PRIVATE, PUBLIC], 60, 0);
    publish(&old, &[ALL], 60, 0);
    let new = Arc::new(Hub::with_counter(Key::new("k"), ServerVersion::V4, START - 10, 0));
    assert_eq!(new.import(old.export()), 2);
    assert_eq!(new.replay(&[USER, SHARED], Mid::new(0, 0), at(1)).unwrap().len(), 3);
    assert_eq!(publish(&new, &[ALL], 60, 1), Mid::new(START, 3));
    assert_eq!(new.import(vec![serde_json::json!({"nonsense": 1})]), 0);
}

#[test]
fn a_deleted_channel_is_forgotten_and_its_members_are_told() {
    let hub = hub_of(ServerVersion::V2);
    let mut member = hub.join(&[SHARED], Link::Socket, None);
    publish(&hub, &[ALL], 0, 0);
    assert!(hub.delete(ALL, "name"));
    assert!(member.inbox.try_recv().is_ok());
    assert!(matches!(member.inbox.try_recv(), Ok(Outgoing::Deleted(name)) if name == "name"));
    assert_eq!(hub.totals().stored, 0);
    assert!(!hub.delete(PRIVATE, "x"));
}
