//! The user's own session: the cookies of a window, the user's channel, and the end of the session.
use hotstart_core::failure::Failure;
use hotstart_core::ports::Logins as _;
use serde_json::json;

use super::peer::{Stand, next_command, settled};

fn code<T>(result: Result<T, Failure>) -> &'static str {
    result.map_or_else(|failure| failure.code_text(), |_| "done")
}

#[tokio::test]
async fn the_cookies_of_a_window_take_the_users_channel() {
    let mut stand = Stand::open().await;
    // What the window holds before its user has signed in.
    let before = stand.session_login("PHPSESSID=nobody; BITRIX_SM_LOGIN=lebedev");
    assert_eq!(code(stand.logins.session(before).await), "auth.sign-in");
    let mut nothing = stand.session_login("");
    nothing.cookies.clear();
    assert_eq!(code(stand.logins.session(nothing).await), "auth.sign-in");

    let cookies = stand.cookies("lebedev").await;
    let identity = stand.logins.session(stand.session_login(&cookies)).await.unwrap();
    assert_eq!((identity.user_id.as_str(), identity.portal), ("2", stand.host()));
    stand.restart();
    let settings = stand.by_session();
    stand.logins.know(std::slice::from_ref(&settings));
    let mut connection = stand.connect(&settings);
    assert_eq!(settled(&mut connection).await, "online");
    let event = json!({"user": 2, "module_id": "im", "command": "count", "params": {"n": 1}, "expiry": 3600});
    stand.order("/publish", event).await;
    assert_eq!(next_command(&mut connection).await, "count");
}

#[tokio::test]
async fn the_end_of_a_session_is_noticed_and_another_sign_in_mends_it() {
    let stand = Stand::open().await;
    let cookies = stand.cookies("lebedev").await;
    stand.logins.session(stand.session_login(&cookies)).await.unwrap();
    let settings = stand.by_session();
    stand.logins.know(std::slice::from_ref(&settings));
    assert_eq!(code(stand.logins.look(settings.clone()).await), "done");
    // Another sessid is no end.
    stand.order("/portal/sessions", json!({"renew": true})).await;
    assert_eq!(code(stand.logins.look(settings.clone()).await), "done");

    stand.order("/portal/sessions", json!({"end": true, "user": 2})).await;
    assert_eq!(code(stand.logins.look(settings.clone()).await), "auth.sign-in");
    let mut connection = stand.connect(&settings);
    assert_eq!(settled(&mut connection).await, "auth.sign-in");

    let cookies = stand.cookies("lebedev").await;
    stand.logins.session(stand.session_login(&cookies)).await.unwrap();
    assert_eq!(code(stand.logins.look(settings.clone()).await), "done");
    let mut connection = stand.connect(&settings);
    assert_eq!(settled(&mut connection).await, "online");
}
