//! Passwords go only where they are meant to go.

use onec::Publication;
use onec::client::{Base, Login, Options, ServiceError, ServicePath};

use crate::publication::{Stage, http};

fn login() -> Login {
    Login::new("Иванов", "пароль".into()).unwrap()
}

fn service() -> ServicePath {
    ServicePath::parse("a/b").unwrap()
}

#[tokio::test]
async fn names_go_in_utf8_with_every_request() {
    let stage = Stage::new(|_| (200, vec![], "{}".into())).await;
    let base = stage.base_with(Some(login()), Options::default());
    base.get(&service()).await.unwrap();
    base.finish().await;
    let basic = Some("Basic 0JjQstCw0L3QvtCyOtC/0LDRgNC+0LvRjA==");
    assert!(stage.asked().iter().all(|asked| asked.header("authorization") == basic));
    assert_eq!(stage.asked().len(), 2);
    assert!(!format!("{base:?}").contains("пароль"));
}

#[test]
fn plain_http_needs_a_reason() {
    let new = |address: &str, login: Option<Login>, intranet: bool| {
        let publication = Publication::parse(address).unwrap();
        let options = Options {
            intranet,
            ..Options::default()
        };
        Base::new(http(), publication, login, options).map(|_| ())
    };
    for address in [
        "http://1c.example.ru/base",
        "http://10.0.0.1/base",
        "http://x.localhost/base",
    ] {
        assert_eq!(
            new(address, Some(login()), false),
            Err(ServiceError::Plain),
            "{address}"
        );
        assert_eq!(new(address, Some(login()), true), Ok(()), "{address}");
        assert_eq!(new(address, None, false), Ok(()), "{address}");
    }
    for address in [
        "https://1c.example.ru/base",
        "http://127.0.0.1:81/b",
        "http://[::1]/b",
        "http://localhost/b",
    ] {
        assert_eq!(new(address, Some(login()), false), Ok(()), "{address}");
    }
}

#[tokio::test]
async fn redirects_stay_within_the_origin() {
    let stage = Stage::new(|asked| {
        if asked.path.ends_with("/hs/a/b") {
            (301, vec![("location", "/moved/".into())], String::new())
        } else if asked.path.ends_with("/hs/a/loop") {
            (302, vec![("location", "loop".into())], String::new())
        } else {
            (200, vec![], "here".into())
        }
    })
    .await;
    let base = stage.base_with(Some(login()), Options::default());
    assert_eq!(base.get(&service()).await.unwrap().body, b"here");
    let endless = ServicePath::parse("a/loop").unwrap();
    assert_eq!(base.get(&endless).await, Err(ServiceError::Moved { host: None }));
    let posted = base.post(&service(), &serde_json::json!({})).await;
    assert_eq!(
        posted,
        Err(ServiceError::Moved { host: None }),
        "what is given is not given to another address"
    );
}

#[tokio::test]
async fn nothing_is_sent_to_another_origin() {
    let other = Stage::new(|_| (200, vec![], "caught".into())).await;
    // The script cannot hold the address, so the path carries it.
    let stage = Stage::new(|asked| {
        let port = asked.path.rsplit('/').next().unwrap();
        (
            302,
            vec![("location", format!("http://127.0.0.1:{port}/sign-in"))],
            String::new(),
        )
    })
    .await;
    let port = other.origin.rsplit(':').next().unwrap();
    let path = ServicePath::parse(&format!("a/{port}")).unwrap();
    let base = stage.base_with(Some(login()), Options::default());
    let moved = ServiceError::Moved {
        host: Some("127.0.0.1".into()),
    };
    assert_eq!(base.get(&path).await, Err(moved.clone()));
    assert!(other.asked().is_empty());

    base.finish().await;

    // A client of the caller's that follows redirects: the answer of the stranger is refused.
    let following = reqwest::Client::builder().no_proxy().build().unwrap();
    let publication = Publication::parse(&format!("{}/b", stage.origin)).unwrap();
    let base = Base::new(following, publication, None, Options::default()).unwrap();
    assert_eq!(base.get(&path).await, Err(moved));
}
