use serde_json::{Value, json};

use super::{Form as _, Stand, code, read};

struct Browser {
    cookie: String,
    sessid: String,
}

async fn sign_in(stand: &Stand) -> Browser {
    let form = [("AUTH_FORM", "Y"), ("USER_LOGIN", "lebedev"), ("USER_PASSWORD", "demo")];
    let posted = stand
        .client
        .post(format!("{}/crm/deal/details/123/?login=yes", stand.portal()))
        .form(&form);
    let posted = posted.send().await.unwrap();
    assert_eq!(posted.headers()["location"], "/crm/deal/details/123/");
    let lines: Vec<&str> = posted
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("PHPSESSID=") && line.contains("HttpOnly"))
    );
    assert!(lines.iter().any(|line| line.starts_with("BITRIX_SM_LOGIN=lebedev")));
    let cookie: Vec<&str> = lines.iter().filter_map(|line| line.split(';').next()).collect();
    let cookie = cookie.join("; ");
    let sessid = sessid(stand, &cookie).await.expect("a sessid");
    Browser { cookie, sessid }
}

/// What a page says to its scripts.
async fn sessid(stand: &Stand, cookie: &str) -> Option<String> {
    let page = stand
        .client
        .get(format!("{}/stream/", stand.portal()))
        .header("cookie", cookie);
    let html = page.send().await.unwrap().text().await.unwrap();
    let (_, rest) = html.split_once("'bitrix_sessid':'")?;
    assert!(html.contains("'USER_ID':'2'"));
    Some(rest.split_once('\'')?.0.to_owned())
}

async fn call(stand: &Stand, cookie: &str, method: &str, sessid: &str) -> (u16, Value) {
    let url = format!("{}/rest/{method}.json", stand.portal());
    let request = stand
        .client
        .post(url)
        .header("cookie", cookie)
        .form(&[("sessid", sessid)]);
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_page_takes_the_users_channel() {
    let stand = Stand::open().await;
    let browser = sign_in(&stand).await;
    let (status, body) = call(&stand, &browser.cookie, "pull.config.get", &browser.sessid).await;
    assert_eq!(status, 200, "{body}");
    assert!(body["result"]["channels"]["private"]["id"].is_string());
    let refused = call(&stand, &browser.cookie, "pull.config.get", "wrong").await;
    assert_eq!(code(&refused), (401, "session_failed"));
    let refused = call(&stand, "", "pull.config.get", &browser.sessid).await;
    assert_eq!(code(&refused), (401, "access_denied"));
    for (method, status, name) in [
        ("pull.application.config.get", 403, "WRONG_AUTH_TYPE"),
        ("im.notify.personal.add", 400, "WRONG_AUTH_TYPE"),
        ("app.info", 400, "ACCESS_DENIED"),
        ("event.offline.get", 403, "WRONG_AUTH_TYPE"),
    ] {
        let refused = call(&stand, &browser.cookie, method, &browser.sessid).await;
        assert_eq!(code(&refused), (status, name), "{method}");
    }
    stand.order("/portal/set", json!({"edition": "free"})).await;
    let (status, _) = call(&stand, &browser.cookie, "profile", &browser.sessid).await;
    assert_eq!(status, 200, "the portal's own pages work in every edition");
}

#[tokio::test]
async fn a_session_ends() {
    let stand = Stand::open().await;
    let browser = sign_in(&stand).await;
    stand.order("/portal/sessions", json!({"renew": true})).await;
    let refused = call(&stand, &browser.cookie, "profile", &browser.sessid).await;
    assert_eq!(code(&refused), (401, "session_failed"));
    let fresh = sessid(&stand, &browser.cookie).await.unwrap();
    assert_eq!(
        call(&stand, &browser.cookie, "profile", &fresh).await.1["result"]["ID"],
        "2"
    );
    let ended = stand.order("/portal/sessions", json!({"end": true, "user": 2})).await;
    assert_eq!(ended["ended"], 1);
    let refused = call(&stand, &browser.cookie, "profile", &fresh).await;
    assert_eq!(code(&refused), (401, "access_denied"));
    assert_eq!(sessid(&stand, &browser.cookie).await, None);
    stand.order("/portal/set", json!({"login_required": true})).await;
    let page = stand
        .client
        .get(format!("{}/crm/deal/details/123/", stand.portal()))
        .send()
        .await
        .unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("name=\"backurl\" value=\"/crm/deal/details/123/\""));
    let again = sign_in(&stand).await;
    let left = stand
        .client
        .get(format!("{}/?logout=yes", stand.portal()))
        .header("cookie", &again.cookie);
    assert_eq!(left.send().await.unwrap().status(), 302);
    assert_eq!(sessid(&stand, &again.cookie).await, None);
}
