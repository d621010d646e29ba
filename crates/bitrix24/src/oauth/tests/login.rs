//! From the button to the first tokens.

use super::*;

fn cloud() -> Application {
    let portal = "portal.bitrix24.ru".parse().unwrap();
    Application::new(portal, " local.65f0 ", SecretString::from(CLIENT_SECRET)).unwrap()
}

#[test]
fn the_way_out_names_application_and_state_only() {
    let state = LoginState::new([0xab; 16]);
    assert_eq!(
        cloud().authorize_address(&state),
        format!(
            "https://portal.bitrix24.ru/oauth/authorize/?client_id=local.65f0&state={}",
            "ab".repeat(16)
        )
    );
}

#[test]
fn the_way_back_is_read_whole_or_pasted_in_part() {
    let state = LoginState::new([0xab; 16]);
    let query = format!(
        "?code=abc&state={}&domain=portal.bitrix24.ru&member_id=m&scope=crm&server_domain=oauth.bitrix24.tech",
        state.text()
    );
    for text in [
        format!("http://127.0.0.1:9713/b24/callback{query}"),
        format!("  /b24/callback{query}\n"),
        query.clone(),
    ] {
        let grant = cloud().read_redirect(&state, &text).unwrap();
        assert_eq!(grant.code.expose_secret(), "abc");
        assert_eq!(grant.server.origin(), "https://oauth.bitrix24.tech");
    }
    let short = format!("?code=abc&state={}", state.text());
    let grant = cloud().read_redirect(&state, &short).unwrap();
    assert_eq!(grant.server.origin(), "https://oauth.bitrix.info");
}

#[test]
fn other_ways_back_are_refused() {
    let state = LoginState::new([0xab; 16]);
    let good = state.text().to_owned();
    let cases = [
        (String::new(), RedirectRefused::State),
        ("abc".to_owned(), RedirectRefused::State),
        ("?code=abc".to_owned(), RedirectRefused::State),
        ("?code=abc&state=".to_owned(), RedirectRefused::State),
        (format!("?code=abc&state={}", "ac".repeat(16)), RedirectRefused::State),
        (format!("?code=abc&state={good}&state={good}"), RedirectRefused::State),
        (format!("?code=abc&code=x&state={good}"), RedirectRefused::State),
        (format!("?state={good}"), RedirectRefused::NoCode),
        (format!("?code=&state={good}"), RedirectRefused::NoCode),
        ("x".repeat(5000), RedirectRefused::NoCode),
        (
            format!("?code=abc&state={good}&domain=evil.bitrix24.ru"),
            RedirectRefused::Portal,
        ),
        (
            format!("?code=abc&state={good}&server_domain=evil.example"),
            RedirectRefused::Server,
        ),
        (
            format!("?code=abc&state={good}&server_domain=127.0.0.1:80"),
            RedirectRefused::Server,
        ),
    ];
    for (text, why) in cases {
        assert_eq!(cloud().read_redirect(&state, &text).unwrap_err(), why, "{text}");
        assert!(why.code().starts_with("redirect."));
    }
}

#[test]
fn token_servers_are_those_of_the_vendor() {
    let cloud = "portal.bitrix24.ru".parse().unwrap();
    for text in [
        "oauth.bitrix.info",
        "https://oauth.bitrix.info/rest/",
        "oauth.bitrix24.tech",
        "OAUTH.bitrix24.tech",
    ] {
        assert!(AuthServer::parse(text, &cloud).is_some(), "{text}");
    }
    for text in [
        "",
        "evil.example",
        "oauth.bitrix.info.evil.example",
        "oauth.bitrix.info@evil.example",
        "https://x@oauth.bitrix.info/",
        "oauth.bitrix.info:8443",
        "127.0.0.1:80",
        "http://127.0.0.1:80/",
        "localhost:80",
    ] {
        assert!(AuthServer::parse(text, &cloud).is_none(), "{text}");
    }
    // What was written with http is asked over https.
    let server = AuthServer::parse("http://oauth.bitrix.info/rest/", &cloud).unwrap();
    assert_eq!(server.origin(), "https://oauth.bitrix.info");
    let here = "127.0.0.1:18080".parse().unwrap();
    let server = AuthServer::parse("http://127.0.0.1:18081/rest/", &here).unwrap();
    assert_eq!(server.origin(), "http://127.0.0.1:18081");
    assert!(AuthServer::parse("10.0.0.1:80", &here).is_none());
}

#[test]
fn applications_that_cannot_be() {
    let portal = || "portal.bitrix24.ru".parse().unwrap();
    let refused = |id: &str, secret: &str| Application::new(portal(), id, SecretString::from(secret)).unwrap_err();
    assert_eq!(refused("", "s"), ApplicationRefused::ClientId);
    assert_eq!(refused("local", "s"), ApplicationRefused::ClientId);
    assert_eq!(refused("local.1&x=1", "s"), ApplicationRefused::ClientId);
    assert_eq!(refused("local.1", ""), ApplicationRefused::ClientSecret);
    assert_eq!(refused("local.1", "a b"), ApplicationRefused::ClientSecret);
    assert_eq!(
        cloud().over_http(Plain::Loopback).unwrap_err(),
        ApplicationRefused::Plain
    );
    assert!(!cloud().over_http(Plain::Intranet).unwrap().is_secure());
}

#[tokio::test]
async fn a_grant_becomes_tokens() {
    let stage = Stage::new().await;
    let host = stage.host.clone();
    stage.plays(move |_| {
        let reply = json!({
            "access_token": "a1", "refresh_token": "r1", "expires_in": 3600, "scope": "crm,entity", "status": "L",
            "client_endpoint": format!("http://{host}/rest/"), "server_endpoint": format!("http://{host}/rest/"),
            "domain": "oauth.bitrix.info", "member_id": "m",
        });
        (200, reply.to_string(), Vec::new())
    });
    let application = application(&stage.host);
    let state = LoginState::new([1; 16]);
    let text = format!("?code=c%2B1&state={}&server_domain={}", state.text(), stage.host);
    let grant = application.read_redirect(&state, &text).unwrap();
    let tokens = application.exchange(&grant, &ClientOptions::default()).await.unwrap();
    assert_eq!((tokens.access(), tokens.refresh(), tokens.user()), ("a1", "r1", None));
    let asked = &stage.asked()[0];
    assert_eq!((asked.verb.as_str(), asked.uri.as_str()), ("POST", "/oauth/token/"));
    assert_eq!(
        asked.body,
        format!("grant_type=authorization_code&client_id=local.1&client_secret={CLIENT_SECRET}&code=c%2B1")
    );
    stage.plays(|_| bad(400, "invalid_grant"));
    let error = application
        .exchange(&grant, &ClientOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::SignedOut);
}
