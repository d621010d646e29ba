use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;

use super::{Bucket, Limits, Setup};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_795_304_100_000 + millis).unwrap()
}

fn limits(setup: Setup) -> Limits {
    let limits = Limits::default();
    limits.set(setup);
    limits
}

#[test]
fn fifty_at_once_and_then_two_a_second() {
    let limits = limits(Setup {
        bucket: Some(Bucket::default()),
        ..Setup::default()
    });
    for _ in 0..50 {
        assert_eq!(limits.enter(HERE, at(0)), Ok(()));
    }
    let refusal = limits.enter(HERE, at(499)).unwrap_err();
    assert_eq!(
        (refusal.status.as_u16(), refusal.code.as_str()),
        (503, "QUERY_LIMIT_EXCEEDED")
    );
    let mut now = 0;
    for _ in 0..250 {
        now += 500;
        assert_eq!(limits.enter(HERE, at(now)), Ok(()), "{now}");
    }
    let report = limits.report(None);
    assert_eq!(report["accepted"], 300);
    assert_eq!(report["refusals"], 1);
    assert_eq!(report["seconds"], 125.0);
    assert_eq!(report["ideal_seconds"], 125.0);
    assert_eq!(limits.report(Some(60))["ideal_seconds"], 5.0);
}

#[test]
fn every_address_has_its_own_bucket() {
    let limits = limits(Setup {
        bucket: Some(Bucket { size: 1.0, drain: 1.0 }),
        ..Setup::default()
    });
    let other = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    assert!(limits.enter(HERE, at(0)).is_ok());
    assert!(limits.enter(other, at(0)).is_ok());
    assert!(limits.enter(HERE, at(0)).is_err());
    assert_eq!(limits.report(None)["addresses"], 2);
}

#[test]
fn operating_time_blocks_one_method_of_one_caller_until_it_is_forgotten() {
    let limits = limits(Setup {
        operating_s: Some(480.0),
        costs: [("crm.deal.list".to_owned(), 200.0)].into(),
        ..Setup::default()
    });
    let mut reset_at = 0;
    for minute in 0..3 {
        assert!(limits.may_work("a", "crm.deal.list", at(minute * 60_000)).is_ok());
        reset_at = limits.worked("a", "crm.deal.list", 0.0, at(minute * 60_000)).reset_at;
    }
    let blocked = limits.may_work("a", "crm.deal.list", at(130_000)).unwrap_err();
    assert_eq!(
        (blocked.status.as_u16(), blocked.code.as_str()),
        (429, "OPERATION_TIME_LIMIT")
    );
    assert!(limits.may_work("a", "profile", at(130_000)).is_ok());
    assert!(limits.may_work("b", "crm.deal.list", at(130_000)).is_ok());
    let reset = Timestamp::from_second(reset_at).unwrap();
    assert!(
        limits.may_work("a", "crm.deal.list", reset).is_ok(),
        "a minute was forgotten"
    );
}

#[test]
fn nothing_is_limited_at_first() {
    let limits = Limits::default();
    for _ in 0..1000 {
        assert!(limits.enter(HERE, at(0)).is_ok());
    }
    assert_eq!(limits.report(None)["ideal_seconds"], 0.0);
    limits.set(Setup {
        overloaded: true,
        ..Setup::default()
    });
    assert_eq!(limits.enter(HERE, at(0)).unwrap_err().code, "OVERLOAD_LIMIT");
}
