//! An application: sign-in by the listener and by hand, refresh, its channel, and every way to fail.
use std::sync::Arc;

use bitrix24::Entity;
use bitrix24_pull::{Remedy, State};
use hotstart_core::failure::Failure;
use hotstart_core::ports::{Logins as _, Portals as _};
use hotstart_core::secret::Secret;
use hotstart_core::settings::tokens_key;
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::peer::{Stand, next_command, settled, with};

fn deal() -> Entity {
    "deal:123".parse().unwrap()
}

fn code<T>(result: Result<T, Failure>) -> &'static str {
    result.map_or_else(|failure| failure.code_text(), |_| "done")
}

#[tokio::test]
async fn a_user_lets_it_in_and_everything_works() {
    let mut stand = Stand::open().await;
    let app = stand.application().await;
    let identity = stand.sign_in(&app).await;
    assert_eq!(
        (identity.portal.as_str(), identity.user_id.as_str()),
        (stand.host().as_str(), "2")
    );
    assert_eq!((identity.scheme.as_str(), identity.missing_scopes.len()), ("http", 0));
    let settings = stand.by_application(&app);
    assert_eq!(stand.logins.look(settings.clone()).await.unwrap(), Vec::<String>::new());
    assert!(
        stand
            .portals
            .entity(stand.host(), deal())
            .await
            .unwrap()
            .contains_key("title")
    );

    // Its own channel: an event that the application sends to its user arrives.
    let mut connection = stand.connect(&settings);
    assert_eq!(settled(&mut connection).await, "online");
    let token = stand
        .order("/application", json!({"client_id": app.id, "user": 2}))
        .await;
    let call = stand
        .browser
        .post(format!("{}/rest/pull.application.event.add", stand.address()));
    let body =
        json!({"auth": token["access_token"], "COMMAND": "hotstart.open", "PARAMS": {"id": 123}, "USER_ID": "2"});
    let call = call.header("content-type", "application/json").body(body.to_string());
    assert_eq!(call.send().await.unwrap().status(), 200);
    assert_eq!(next_command(&mut connection).await, "hotstart.open");

    // After a restart nothing is asked of the user.
    stand.restart();
    stand.logins.know(&[settings]);
    assert!(stand.portals.entity(stand.host(), deal()).await.is_ok());
    assert_eq!(stand.oauth().await["exchanges"], 1);
}

#[tokio::test]
async fn fifty_calls_at_expiry_make_one_refresh_and_its_tokens_are_kept() {
    let mut stand = Stand::open().await;
    let app = stand.application().await;
    stand.sign_in(&app).await;
    let key = tokens_key(&stand.host());
    let before = stand.keyring.get(&key).await.unwrap().unwrap();
    stand.order("/portal/tokens", json!({"end": "access"})).await;
    // The very first client of the portal is made by one of them.
    let calls: Vec<_> = (0..50)
        .map(|_| tokio::spawn(stand.portals.entity(stand.host(), deal())))
        .collect();
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    let oauth = stand.oauth().await;
    assert_eq!((&oauth["refreshes"], &oauth["refused"]), (&json!(1), &json!(0)));
    let after = stand.keyring.get(&key).await.unwrap().unwrap();
    assert_ne!(before.expose_secret(), after.expose_secret());
    stand.restart();
    stand.logins.know(&[stand.by_application(&app)]);
    assert!(stand.portals.entity(stand.host(), deal()).await.is_ok());
    assert_eq!(stand.oauth().await["refreshes"], 1);
}

#[tokio::test]
async fn a_dead_refresh_token_asks_to_sign_in_and_is_shown_once() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    stand.sign_in(&app).await;
    stand.order("/portal/tokens", json!({"end": "access"})).await;
    stand.order("/portal/tokens", json!({"end": "refresh"})).await;
    for _ in 0..3 {
        assert_eq!(code(stand.portals.entity(stand.host(), deal()).await), "auth.sign-in");
    }
    let mut connection = stand.connect(&stand.by_application(&app));
    assert_eq!(settled(&mut connection).await, "auth.sign-in");
    let State::Failed(failure) = connection.status.borrow().state.clone() else {
        panic!("the connection has failed")
    };
    assert_eq!(failure.remedy, Remedy::SignIn);
    assert_eq!(
        stand.oauth().await["refused"],
        1,
        "asking again might be taken for an attack"
    );

    // The same application is signed in again with the secret that is kept.
    let mut wanted = stand.wanted(7, &app);
    wanted.client_secret = None;
    let begun = stand.logins.begin(wanted).await.unwrap();
    let address = stand.agree(&begun.authorize, "lebedev").await;
    assert_eq!(code(stand.logins.finish(7, Secret::from(address)).await), "done");
    assert!(stand.portals.entity(stand.host(), deal()).await.is_ok());
}

#[tokio::test]
async fn without_a_free_port_the_address_is_pasted() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    let _taken = std::net::TcpListener::bind(("127.0.0.1", app.port)).unwrap();
    let begun = stand.logins.begin(stand.wanted(1, &app)).await.unwrap();
    assert!(!begun.listening);
    assert_eq!(stand.logins.came_back(1).await, None);
    let address = stand.agree(&begun.authorize, "lebedev").await;
    // Only the path and the query are enough.
    let pasted = address.split_once(&format!(":{}", app.port)).unwrap().1.to_owned();
    assert_eq!(code(stand.logins.finish(1, Secret::from(pasted)).await), "done");
}

#[tokio::test]
async fn an_answer_is_good_once_and_only_for_its_sign_in() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    let begun = stand.logins.begin(stand.wanted(1, &app)).await.unwrap();
    let address = stand.agree(&begun.authorize, "lebedev").await;
    let finish = |login, address: String| stand.logins.finish(login, Secret::from(address));
    let state = "0".repeat(32);
    for foreign in [
        with(&address, "state", &state),
        with(&address, "domain", "evil.example.ru"),
        with(&address, "server_domain", "evil.example.ru"),
        format!("{address}&state={state}"),
        "hello".to_owned(),
    ] {
        assert_eq!(code(finish(1, foreign).await), "login.foreign");
    }
    assert_eq!(code(finish(2, address.clone()).await), "login.none");
    // The listener does not take what is foreign, and goes on.
    let refused = stand.browser.get(with(&address, "state", &state)).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    let came_back = stand.logins.came_back(1);
    let page = stand.browser.get(&address).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(!page.text().await.unwrap().contains("code"));
    let answer = came_back.await.unwrap();
    assert!(address.ends_with(answer.expose()));
    assert_eq!(code(stand.logins.finish(1, answer.clone()).await), "done");
    assert_eq!(code(stand.logins.finish(1, answer).await), "login.none");
    assert!(
        stand.browser.get(&address).send().await.is_err(),
        "nothing listens any more"
    );
    assert_eq!(stand.oauth().await["exchanges"], 1);
}

#[tokio::test]
async fn what_the_portal_refuses_has_its_code() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    let begin = async |login, app: &super::peer::App| {
        let begun = stand.logins.begin(stand.wanted(login, app)).await;
        begun.map(|begun| begun.authorize)
    };
    // The user has not agreed.
    let authorize = begin(1, &app).await.unwrap();
    let address = stand.agree(&authorize, "lebedev").await;
    assert_eq!(
        code(stand.logins.finish(1, Secret::from(with(&address, "code", ""))).await),
        "login.denied"
    );
    stand.logins.give_up(1);
    assert_eq!(code(stand.logins.finish(1, Secret::from(address)).await), "login.none");

    stand.order("/portal/tokens", json!({"lives": {"code_s": 0}})).await;
    let authorize = begin(2, &app).await.unwrap();
    let address = stand.agree(&authorize, "lebedev").await;
    assert_eq!(
        code(stand.logins.finish(2, Secret::from(address)).await),
        "login.expired"
    );
    stand.order("/portal/tokens", json!({"lives": {}})).await;

    let mut wrong = app.clone();
    wrong.secret = "wrong".to_owned();
    let authorize = begin(3, &wrong).await.unwrap();
    let address = stand.agree(&authorize, "lebedev").await;
    assert_eq!(
        code(stand.logins.finish(3, Secret::from(address)).await),
        "application.refused"
    );
    assert!(
        stand
            .keyring
            .get(&tokens_key(&stand.host()))
            .await
            .map_or(true, |kept| kept.is_none())
    );

    for (id, secret) in [("1", "good"), ("local.1", "two words"), ("local.1", "")] {
        let bad = super::peer::App {
            id: id.to_owned(),
            secret: secret.to_owned(),
            port: app.port,
        };
        assert_eq!(code(begin(4, &bad).await), "application.invalid");
    }
}

#[tokio::test]
async fn a_portal_that_was_removed_gets_no_tokens_back() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    stand.sign_in(&app).await;
    assert!(stand.portals.entity(stand.host(), deal()).await.is_ok());
    let key = tokens_key(&stand.host());
    // A refresh is under way while the portal is removed.
    stand.order("/portal/tokens", json!({"end": "access"})).await;
    let call = tokio::spawn(stand.portals.entity(stand.host(), deal()));
    stand.logins.know(&[]);
    let secrets: Arc<dyn hotstart_core::ports::Secrets> = Arc::new(stand.keyring.clone());
    secrets.forget(key.clone()).await.unwrap();
    let _ = call.await.unwrap();
    assert!(stand.keyring.get(&key).await.map_or(true, |kept| kept.is_none()));
}

#[tokio::test]
async fn the_listener_takes_one_kind_of_request_and_little_of_it() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    let begun = stand.logins.begin(stand.wanted(1, &app)).await.unwrap();
    assert!(begun.listening);
    let ask = async |text: String| {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", app.port)).await.unwrap();
        // The other side may have closed in the middle of it.
        let _ = stream.write_all(text.as_bytes()).await;
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let host = format!("127.0.0.1:{}", app.port);
    let request = |verb: &str, path: &str, host: &str| format!("{verb} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    assert_eq!(ask(request("GET", "/b24/callback?code=a&state=b", &host)).await, "403");
    assert_eq!(
        ask(request("GET", "/b24/callback?code=a&state=b", "evil.example")).await,
        "403"
    );
    assert_eq!(ask(request("POST", "/b24/callback", &host)).await, "405");
    assert_eq!(ask(request("GET", "/", &host)).await, "404");
    let long = "x".repeat(40_000);
    assert!(
        ["400", ""].contains(
            &ask(request("GET", &format!("/b24/callback?code={long}"), &host))
                .await
                .as_str()
        )
    );
    // Those that say nothing do not keep the others out.
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(tokio::net::TcpStream::connect(("127.0.0.1", app.port)).await.unwrap());
    }
    let address = stand.agree(&begun.authorize, "lebedev").await;
    assert_eq!(stand.browser.get(address).send().await.unwrap().status(), 200);
}
