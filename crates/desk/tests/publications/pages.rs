//! Addresses, redirects and first pages.
use hotstart_core::doctor::{Finding, Verdict};
use hotstart_core::texts::Language;
use hotstart_desk::doctor::check_publication;

use crate::server::{CLIENT, NOW, Server, check, text, to};

/// Every check of an address, in the order in which they are told.
const CODES: [&str; 12] = [
    "publication.address",
    "publication.reachable",
    "publication.certificate",
    "publication.redirect",
    "publication.client",
    "publication.login",
    "publication.window",
    "publication.service-mode",
    "publication.odata",
    "publication.services",
    "publication.outside",
    "publication.role",
];

#[tokio::test]
async fn a_good_publication_has_nothing_to_complain_of() {
    let server = Server::new(|path| match path {
        "/base/" => text(200, CLIENT),
        "/base/odata/standard.odata/" | "/base/hs/hotstart/v1/events" => text(401, ""),
        _ => text(404, ""),
    })
    .await;
    let found = server.check().await;
    let codes: Vec<_> = found.0.iter().map(|check| check.finding.code()).collect();
    assert_eq!(codes, CODES);
    assert!(
        found
            .0
            .iter()
            .all(|check| matches!(check.verdict(), Verdict::Ok | Verdict::NotChecked)),
        "{:?}",
        found.0
    );
    assert_eq!(found.of("client").parameters["version"], "8.3.25.1286");
    assert_eq!(found.finding("odata"), Finding::ODataAsks);
    assert_eq!(found.finding("services"), Finding::ServicesAsks);
    assert_eq!(found.finding("certificate"), Finding::CertificateUnused);
    assert_eq!(
        server.asked(),
        [
            "GET /base/",
            "GET /base/odata/standard.odata/?$format=json",
            "GET /base/hs/hotstart/v1/events"
        ],
        "nothing is signed in and no session is begun"
    );
    for check in &found.0 {
        for language in [Language::Ru, Language::En] {
            let view = check.view(language);
            assert!(!view.evidence.contains('{') && !view.evidence.is_empty(), "{view:?}");
            assert!(!view.advice.is_some_and(|advice| advice.contains('{')));
        }
    }
}

#[tokio::test]
async fn addresses_are_judged_before_anything_is_asked() {
    for (address, finding) in [
        ("https://host/base?N=Иванов&P=Canary", Finding::AddressInvalid),
        ("ftp://host/base", Finding::AddressInvalid),
        ("", Finding::AddressInvalid),
    ] {
        let found = check(address).await;
        assert_eq!(found.0.len(), 1, "{address}");
        assert_eq!(found.finding("address"), finding);
        assert!(!format!("{:?}", found.0).contains("Canary"));
    }
    // A name that cannot exist (RFC 6761), so that nothing leaves this computer.
    let plain = check("http://1c.invalid/base/ru_RU/#e1cib/list/Задача.З").await;
    assert_eq!(plain.finding("address"), Finding::AddressPlain);
    assert_eq!(plain.finding("reachable"), Finding::NameUnknown);
    let marked = check_publication("http://1c.invalid/base/ru_RU/", true, None, NOW).await;
    assert_eq!(marked[0].finding, Finding::AddressNormal);
    assert_eq!(marked[0].parameters["address"], "http://1c.invalid/base");
    let area = check("http://1c.invalid/a/ea/1234567").await;
    assert_eq!(area.finding("service-mode"), Finding::ModeService);
    assert_eq!(plain.finding("service-mode"), Finding::ModeOwn);
}

#[tokio::test]
async fn servers_that_do_not_help_are_told_apart() {
    for (status, body, finding) in [
        (404, "", Finding::NoSuchPublication),
        (
            403,
            "Начало сеанса с информационной базой запрещено.",
            Finding::BaseLocked,
        ),
        (500, "", Finding::ServerTrouble),
        (502, "Bad Gateway", Finding::ServerTrouble),
        (401, "", Finding::Reached),
    ] {
        // A function that captures nothing has to be found by the status it gives.
        let script: fn(&str) -> _ = match status {
            404 => |_| text(404, ""),
            403 => |_| text(403, "Начало сеанса с информационной базой запрещено."),
            500 => |_| text(500, ""),
            502 => |_| text(502, "Bad Gateway"),
            _ => |_| text(401, ""),
        };
        let found = Server::new(script).await.check().await;
        assert_eq!(found.finding("reachable"), finding, "{status} {body}");
        assert_eq!(found.finding("client"), Finding::ClientUnseen, "{status}");
        assert_eq!(found.0.len(), CODES.len());
    }
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let found = check(&format!("http://{address}/base")).await;
    assert_eq!(found.finding("reachable"), Finding::Unreachable);
    assert_eq!(found.finding("odata"), Finding::ODataUnseen);
    assert_eq!(found.0.len(), CODES.len());
    let portal = Server::new(|_| text(200, "<title>Войдите в сеть</title>"))
        .await
        .check()
        .await;
    assert_eq!(portal.failed(), [Finding::ClientOther]);
    assert_eq!(
        portal.finding("odata"),
        Finding::ODataUnclear,
        "a page is no answer of the interface"
    );
}

#[tokio::test]
async fn redirects_are_followed_within_the_host_only() {
    let own = Server::new(|path| match path {
        "/base/" => to(302, "ru_RU/"),
        "/base/ru_RU/" => text(200, CLIENT),
        _ => text(404, ""),
    })
    .await;
    let found = own.check().await;
    assert_eq!(found.finding("redirect"), Finding::RedirectOwn);
    assert_eq!(found.of("redirect").parameters["path"], "/base/ru_RU/");
    assert_eq!(found.finding("client"), Finding::ClientFound);

    let other = Server::new(|_| to(302, "http://user:Canary@1c.invalid/sign-in?token=Canary")).await;
    let found = other.check().await;
    assert_eq!(found.finding("redirect"), Finding::RedirectHost);
    assert_eq!(found.of("redirect").parameters["address"], "http://1c.invalid/sign-in");
    assert_eq!(found.finding("reachable"), Finding::Reached);
    assert_eq!(found.finding("client"), Finding::ClientUnseen);
    assert!(!format!("{:?}", found.0).contains("Canary"));

    let endless = Server::new(|_| to(301, "/base/")).await;
    assert_eq!(endless.check().await.finding("redirect"), Finding::RedirectLoop);
    assert!(endless.asked().len() < 20);
}
