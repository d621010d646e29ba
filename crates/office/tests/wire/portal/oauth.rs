use reqwest::Response;
use serde_json::{Value, json};

use super::{Form as _, Stand, code, read};

const BACK: &str = "http://127.0.0.1:8400/b24/callback";

struct App {
    id: String,
    secret: String,
}

async fn application(stand: &Stand) -> App {
    let given = stand
        .order(
            "/portal/application",
            json!({"redirect_uri": BACK, "scopes": ["crm", "im"]}),
        )
        .await;
    assert_eq!(given["application_token"].as_str().unwrap().len(), 32);
    let text = |name: &str| given[name].as_str().unwrap().to_owned();
    App {
        id: text("client_id"),
        secret: text("client_secret"),
    }
}

fn location(answer: &Response) -> String {
    answer.headers()["location"].to_str().unwrap().to_owned()
}

fn cookie(answer: &Response) -> String {
    let lines = answer.headers().get_all("set-cookie").iter();
    let parts: Vec<&str> = lines.filter_map(|line| line.to_str().ok()?.split(';').next()).collect();
    parts.join("; ")
}

/// Through the pages: the form, its answer, the redirect with the code.
async fn walk(stand: &Stand, app: &App, login: &str) -> String {
    let asked = format!("/oauth/authorize/?client_id={}&state=a%20b", app.id);
    let page = stand
        .client
        .get(format!("{}{asked}", stand.portal()))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    assert!(html.contains("name=\"USER_LOGIN\""));
    assert!(html.contains(&format!("name=\"backurl\" value=\"{}\"", asked.replace('&', "&amp;"))));
    let form = [
        ("AUTH_FORM", "Y"),
        ("backurl", asked.as_str()),
        ("USER_LOGIN", login),
        ("USER_PASSWORD", "demo"),
    ];
    let posted = stand
        .client
        .post(format!("{}/auth/?login=yes", stand.portal()))
        .form(&form);
    let posted = posted.send().await.unwrap();
    assert_eq!((posted.status().as_u16(), location(&posted)), (302, asked.clone()));
    let sent = stand
        .client
        .get(format!("{}{asked}", stand.portal()))
        .header("cookie", cookie(&posted));
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.status(), 302);
    location(&sent)
}

fn parameter(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap_or_else(|| panic!("no {name} in {address}")).to_owned()
}

async fn tokens(stand: &Stand, form: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/oauth/token/", stand.portal());
    read(stand.client.post(url).form(form).send().await.unwrap()).await
}

fn exchange<'f>(app: &'f App, kind: &'f str, name: &'f str, ticket: &'f str) -> [(&'f str, &'f str); 4] {
    [
        ("grant_type", kind),
        ("client_id", &app.id),
        ("client_secret", &app.secret),
        (name, ticket),
    ]
}

#[tokio::test]
async fn a_user_lets_an_application_in_and_it_refreshes() {
    let stand = Stand::open().await;
    let app = application(&stand).await;
    let back = walk(&stand, &app, "lebedev").await;
    assert!(back.starts_with(&format!("{BACK}?code=")));
    assert_eq!(parameter(&back, "state"), "a%20b");
    let host = stand.host().replace(':', "%3A");
    assert_eq!(parameter(&back, "domain"), host.replace('.', "%2E"));
    let ticket = parameter(&back, "code");
    let (status, first) = tokens(&stand, &exchange(&app, "authorization_code", "code", &ticket)).await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(first["member_id"], parameter(&back, "member_id"));
    assert_eq!(
        (&first["expires_in"], &first["scope"]),
        (&json!(3600), &json!("crm,im"))
    );
    for endpoint in ["client_endpoint", "server_endpoint"] {
        assert_eq!(first[endpoint], format!("{}/rest/", stand.portal()));
    }
    let access = first["access_token"].as_str().unwrap();
    assert_eq!(
        stand.by_token(access, "profile", json!({})).await.1["result"]["ID"],
        "2"
    );
    let info = stand.by_token(access, "app.info", json!({})).await.1["result"].clone();
    assert_eq!((&info["CODE"], &info["INSTALLED"]), (&json!(app.id), &json!(true)));
    assert_eq!(
        stand.by_token(access, "scope", json!({})).await.1["result"],
        json!(["crm", "im"])
    );
    let refused = stand.by_token(access, "pull.application.config.get", json!({})).await;
    assert_eq!(code(&refused), (401, "insufficient_scope"));

    let ended = stand
        .order("/portal/tokens", json!({"end": "access", "client_id": app.id}))
        .await;
    assert_eq!(ended["ended"], 1);
    let refused = stand.by_token(access, "profile", json!({})).await;
    assert_eq!(code(&refused), (401, "expired_token"));
    let old = first["refresh_token"].as_str().unwrap();
    let (status, second) = tokens(&stand, &exchange(&app, "refresh_token", "refresh_token", old)).await;
    assert_eq!((status, &second["user_id"]), (200, &json!(2)));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let access = second["access_token"].as_str().unwrap();
    assert_eq!(stand.by_token(access, "profile", json!({})).await.0, 200);
    let dead = tokens(&stand, &exchange(&app, "refresh_token", "refresh_token", old)).await;
    assert_eq!(code(&dead), (400, "invalid_grant"));
    stand.order("/portal/tokens", json!({"end": "revoke"})).await;
    let refused = stand.by_token(access, "profile", json!({})).await;
    assert_eq!(code(&refused), (401, "invalid_token"));
    let report = stand.state("/portal/state").await["oauth"].clone();
    assert_eq!(
        (&report["exchanges"], &report["refreshes"], &report["refused"]),
        (&json!(1), &json!(1), &json!(1))
    );
}

#[tokio::test]
async fn nobody_is_sent_back_after_a_mistake() {
    let stand = Stand::open().await;
    let app = application(&stand).await;
    for query in ["", "client_id=local.nobody"] {
        let url = format!("{}/oauth/authorize/?{query}", stand.portal());
        let page = stand.client.get(url).send().await.unwrap();
        assert_eq!(page.status(), 400);
        assert!(page.headers().get("location").is_none());
    }
    let form = [("AUTH_FORM", "Y"), ("USER_LOGIN", "lebedev"), ("USER_PASSWORD", "no")];
    let posted = stand
        .client
        .post(format!("{}/auth/?login=yes", stand.portal()))
        .form(&form);
    let posted = posted.send().await.unwrap();
    assert_eq!(posted.status(), 200);
    assert!(posted.headers().get("set-cookie").is_none());
    assert!(posted.text().await.unwrap().contains("Неверный логин"));
    // The address in the request is not the one of the form.
    let url = format!(
        "/oauth/authorize/?client_id={}&redirect_uri=http%3A%2F%2Fevil.example%2F",
        app.id
    );
    let form = [
        ("AUTH_FORM", "Y"),
        ("backurl", "//evil.example/"),
        ("USER_LOGIN", "orlova"),
        ("USER_PASSWORD", "demo"),
    ];
    let posted = stand
        .client
        .post(format!("{}/auth/?login=yes", stand.portal()))
        .form(&form);
    let posted = posted.send().await.unwrap();
    assert_eq!(location(&posted), "/stream/");
    let sent = stand
        .client
        .get(format!("{}{url}", stand.portal()))
        .header("cookie", cookie(&posted));
    assert!(location(&sent.send().await.unwrap()).starts_with(BACK));
}

#[tokio::test]
async fn the_token_server_tells_mistakes_apart() {
    let stand = Stand::open().await;
    let app = application(&stand).await;
    let wrong = App {
        id: app.id.clone(),
        secret: "x".to_owned(),
    };
    let refused = tokens(&stand, &exchange(&wrong, "refresh_token", "refresh_token", "y")).await;
    assert_eq!(code(&refused), (401, "invalid_client"));
    let stranger = App {
        id: "local.0".to_owned(),
        secret: "x".to_owned(),
    };
    let refused = tokens(&stand, &exchange(&stranger, "refresh_token", "refresh_token", "y")).await;
    assert_eq!(code(&refused), (200, "wrong_client"));
    assert_eq!(
        code(&tokens(&stand, &[("grant_type", "password")]).await),
        (400, "invalid_request")
    );
    let change = |field: &str, value: Value| json!({"client_id": app.id, field: value});
    stand.order("/portal/application", change("unpaid", json!(true))).await;
    let refused = tokens(&stand, &exchange(&app, "refresh_token", "refresh_token", "y")).await;
    assert_eq!(code(&refused), (401, "PAYMENT_REQUIRED"));
    stand.order("/portal/application", change("unpaid", json!(false))).await;
    stand
        .order("/portal/application", change("installed", json!(false)))
        .await;
    let refused = tokens(&stand, &exchange(&app, "refresh_token", "refresh_token", "y")).await;
    assert_eq!(code(&refused), (401, "NOT_INSTALLED"));
    let token = stand.token(&app.id, 1).await;
    stand.order("/portal/application", change("remove", json!(true))).await;
    let refused = stand.by_token(&token, "profile", json!({})).await;
    assert_eq!(code(&refused), (401, "APPLICATION_NOT_FOUND"));
}

#[tokio::test]
async fn a_code_does_not_outlive_its_time() {
    let stand = Stand::open().await;
    let app = application(&stand).await;
    stand.order("/portal/tokens", json!({"lives": {"code_s": 0}})).await;
    let back = walk(&stand, &app, "orlova").await;
    let ticket = parameter(&back, "code");
    let late = tokens(&stand, &exchange(&app, "authorization_code", "code", &ticket)).await;
    assert_eq!(code(&late), (400, "invalid_grant"));
}
