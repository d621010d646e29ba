//! One session, one licence: begun, reused, begun again when it is lost, ended.

use std::sync::Arc;
use std::time::Duration;

use onec::client::{Options, ServiceError, ServicePath};
use serde_json::json;

use crate::publication::Stage;

fn service() -> ServicePath {
    ServicePath::parse("hotel/v1/events").unwrap()
}

#[tokio::test]
async fn a_session_is_begun_once_reused_and_ended() {
    let stage = Stage::new(|_| (200, vec![], "{}".into())).await;
    let base = stage.base();
    for _ in 0..3 {
        base.post(&service(), &json!({"events": []})).await.unwrap();
    }
    assert_eq!(stage.open_sessions(), 1);
    let asked = stage.asked();
    let path = "/%D0%B1%D0%B0%D0%B7%D0%B0/hs/hotel/v1/events";
    assert!(asked.iter().all(|asked| asked.method == "POST" && asked.path == path));
    let headers: Vec<_> = asked
        .iter()
        .map(|asked| (asked.header("ibsession"), asked.header("cookie")))
        .collect();
    let again = (None, Some("ibsession=s1"));
    assert_eq!(headers, [(Some("start"), None), again, again]);
    base.finish().await;
    base.finish().await;
    assert_eq!(stage.open_sessions(), 0);
    let asked = stage.asked();
    assert_eq!(asked.len(), 4, "a session is ended once");
    assert_eq!(asked[3].header("ibsession"), Some("finish"));
    assert_eq!(asked[3].path, path);
    assert_eq!(asked[3].method, "GET");
}

#[tokio::test]
async fn a_lost_session_is_begun_again_once() {
    for lost in [400, 404, 500] {
        let stage = Stage::with(|_| (200, vec![], "{}".into()), lost, 1).await;
        let base = stage.base();
        base.get(&service()).await.unwrap();
        stage.forget();
        base.get(&service()).await.unwrap();
        base.get(&service()).await.unwrap();
        let cookies: Vec<_> = stage
            .asked()
            .iter()
            .map(|asked| asked.header("cookie").map(str::to_owned))
            .collect();
        let (one, two) = (Some("ibsession=s1".to_owned()), Some("ibsession=s2".to_owned()));
        assert_eq!(cookies, [None, one, None, two], "{lost}");
    }
}

#[tokio::test]
async fn what_stays_wrong_is_told_after_one_repetition() {
    let stage = Stage::with(
        |asked| {
            if asked.path.ends_with("bad") {
                (500, vec![], String::new())
            } else {
                (200, vec![], "{}".into())
            }
        },
        404,
        9,
    )
    .await;
    let base = stage.base();
    let bad = ServicePath::parse("hotel/bad").unwrap();
    for asked in [1, 3] {
        assert_eq!(base.get(&bad).await, Err(ServiceError::Status(500)));
        assert_eq!(
            stage.asked().len(),
            asked,
            "only a session that was begun before is doubted"
        );
    }
}

#[tokio::test]
async fn licences_and_rights_are_not_asked_for_twice() {
    let stage = Stage::with(|_| (200, vec![], "{}".into()), 404, 0).await;
    assert_eq!(stage.base().get(&service()).await, Err(ServiceError::NoLicence));
    assert_eq!(stage.asked().len(), 1);
    for (status, expected) in [(401, ServiceError::Credentials), (403, ServiceError::Access)] {
        let script = if status == 401 {
            |_: &_| (401, vec![], String::new())
        } else {
            |_: &_| (403, vec![], String::new())
        };
        let stage = Stage::with(script, status, 1).await;
        let base = stage.base();
        assert_eq!(base.get(&service()).await, Err(expected.clone()));
        assert_eq!(base.get(&service()).await, Err(expected));
        assert_eq!(stage.asked().len(), 2, "{status}: one request for each call");
    }
}

#[tokio::test]
async fn without_a_kept_session_nothing_is_held() {
    let stage = Stage::new(|_| (200, vec![("set-cookie", "ibsession=x".into())], "{}".into())).await;
    let options = Options {
        keep_session: false,
        ..Options::default()
    };
    let base = stage.base_with(None, options);
    base.get(&service()).await.unwrap();
    base.get(&service()).await.unwrap();
    base.finish().await;
    assert!(
        stage
            .asked()
            .iter()
            .all(|asked| asked.header("ibsession").is_none() && asked.header("cookie").is_none())
    );
    assert_eq!(stage.asked().len(), 2);
}

#[tokio::test]
async fn calls_share_the_one_licence() {
    let stage = Stage::new(|_| (200, vec![], "{}".into())).await;
    let base = Arc::new(stage.base());
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let base = base.clone();
            tokio::spawn(async move { base.get(&service()).await.map(|answer| answer.status) })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(200));
    }
    assert_eq!(stage.open_sessions(), 1);
}

#[tokio::test]
async fn an_answer_is_limited_in_time_and_size() {
    let stage = Stage::new(|_| (200, vec![], "x".repeat(5000))).await;
    let options = Options {
        max_body: 4999,
        ..Options::default()
    };
    assert_eq!(
        stage.base_with(None, options).get(&service()).await,
        Err(ServiceError::TooLarge)
    );
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/b", silent.local_addr().unwrap());
    let options = Options {
        answer_within: Duration::from_millis(50),
        ..Options::default()
    };
    let publication = onec::Publication::parse(&address).unwrap();
    let base = onec::client::Base::new(crate::publication::http(), publication.clone(), None, options).unwrap();
    assert_eq!(base.get(&service()).await, Err(ServiceError::Timeout));
    drop(silent);
    let base = onec::client::Base::new(crate::publication::http(), publication, None, Options::default()).unwrap();
    assert_eq!(base.get(&service()).await, Err(ServiceError::Unreachable));
}
