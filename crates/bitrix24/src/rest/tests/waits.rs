//! Calls that are refused for a limit.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::stage::{bad, good};

/// Delays of a millisecond that are noted; four tries.
fn noted() -> (Delays, Arc<Mutex<Vec<RestErrorKind>>>) {
    let log: Arc<Mutex<Vec<RestErrorKind>>> = Arc::default();
    let notes = Arc::clone(&log);
    let delays = Delays::by(move |kind, refusals| {
        notes.lock().unwrap().push(kind);
        (refusals < 3).then_some(Duration::from_millis(1))
    });
    (delays, log)
}

/// So quick a bucket that only the delays are seen.
fn quick() -> Limits {
    Limits::new(Rates {
        burst: 3,
        every: Duration::from_micros(10),
        operating: Duration::from_secs(480),
    })
}

#[tokio::test]
async fn a_refused_call_is_made_again_after_the_given_delay() {
    for (status, code, kind) in [
        (503, "QUERY_LIMIT_EXCEEDED", RestErrorKind::Limit),
        (503, "OVERLOAD_LIMIT", RestErrorKind::Blocked),
    ] {
        let (delays, log) = noted();
        let stage = Stage::with(&ClientOptions {
            limits: quick(),
            delays,
            ..ClientOptions::default()
        })
        .await;
        let left = AtomicU32::new(2);
        stage.plays(move |_| {
            let refuse = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if refuse.is_ok() {
                bad(status, code)
            } else {
                good(&json!({"ID": 7}))
            }
        });
        assert_eq!(stage.rest.profile().await.unwrap().id, 7);
        assert_eq!(*log.lock().unwrap(), [kind, kind]);
        assert_eq!(stage.asked().len(), 3);
    }
}

#[tokio::test]
async fn patience_ends_and_other_errors_get_none() {
    let (delays, log) = noted();
    let stage = Stage::with(&ClientOptions {
        limits: quick(),
        delays,
        ..ClientOptions::default()
    })
    .await;
    stage.plays(|_| bad(503, "QUERY_LIMIT_EXCEEDED"));
    assert_eq!(stage.fails().await.kind(), RestErrorKind::Limit);
    assert_eq!((stage.asked().len(), log.lock().unwrap().len()), (4, 4));
    for (status, code) in [(500, "INTERNAL_SERVER_ERROR"), (401, "expired_token"), (400, "X")] {
        stage.plays(move |_| bad(status, code));
        stage.fails().await;
    }
    assert_eq!((stage.asked().len(), log.lock().unwrap().len()), (7, 4));
}

#[tokio::test]
async fn a_method_whose_time_is_used_up_rests_and_others_do_not() {
    let stage = Stage::with(&ClientOptions {
        turn_within: Duration::ZERO,
        ..ClientOptions::default()
    })
    .await;
    let time = |operating: f64| json!({"finish": 1000.0, "operating": operating, "operating_reset_at": 1300});
    stage.answers(200, json!({"result": [], "time": time(479.0)}));
    stage.rest.call("crm.item.list", json!({})).await.unwrap();
    let error = stage.rest.call("crm.item.list", json!({})).await.unwrap_err();
    let Advice::Retry { after: Some(after) } = error.advice() else {
        panic!("{error}")
    };
    assert!(after > Duration::from_secs(290) && after <= Duration::from_secs(300));
    stage.rest.call("profile", json!({})).await.unwrap();
    assert_eq!(stage.asked().len(), 2);
    let batch = stage.rest.batch(&[Call::new("crm.item.list", json!({}))]).await;
    assert_eq!(batch.unwrap_err().kind(), RestErrorKind::Limit);
}

#[tokio::test]
async fn a_blocked_method_waits_for_the_time_that_it_was_told() {
    let stage = Stage::with(&ClientOptions {
        turn_within: Duration::from_secs(5),
        delays: Delays::by(|_, _| Some(Duration::ZERO)),
        ..ClientOptions::default()
    })
    .await;
    let mut call = 0;
    stage.plays(move |_| {
        call += 1;
        match call {
            1 => {
                let time = json!({"finish": 1000.0, "operating": 1.0, "operating_reset_at": 1000.05});
                (200, json!({"result": 1, "time": time}).to_string(), Vec::new())
            }
            2 => bad(429, "OPERATION_TIME_LIMIT"),
            _ => good(&json!(3)),
        }
    });
    let begin = Instant::now();
    assert_eq!(stage.rest.call("x", json!({})).await.unwrap(), json!(1));
    assert_eq!(stage.rest.call("x", json!({})).await.unwrap(), json!(3));
    assert!(begin.elapsed() >= Duration::from_millis(50));
}
