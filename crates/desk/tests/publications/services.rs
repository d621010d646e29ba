//! OData and HTTP services, as they answer somebody without a name.
use hotstart_core::doctor::Finding;

use crate::server::{CLIENT, Script, Server, text, to};

#[tokio::test]
async fn every_answer_of_the_interface_has_its_finding() {
    let scripts: [(Script, Finding, Finding); 6] = [
        (
            |_| text(200, "{\"value\":[]}"),
            Finding::ODataOpen,
            Finding::ServicesOpen,
        ),
        (|_| text(404, ""), Finding::ODataOff, Finding::ServicesOff),
        (|_| text(406, ""), Finding::ODataLicence, Finding::ServicesLicence),
        (|_| text(405, ""), Finding::ODataUnclear, Finding::ServicesOpen),
        (|_| text(403, ""), Finding::ODataUnclear, Finding::ServicesUnclear),
        (
            |_| to(302, "https://1c.invalid/"),
            Finding::ODataOff,
            Finding::ServicesOff,
        ),
    ];
    for (script, odata, service) in scripts {
        let found = Server::new(script).await.check().await;
        assert_eq!((found.finding("odata"), found.finding("services")), (odata, service));
    }
}

#[tokio::test]
async fn a_window_and_its_services_are_apart() {
    let server = Server::new(|path| match path {
        "/base/" => text(200, CLIENT),
        "/base/odata/standard.odata/" => text(500, "{\"odata.error\":{\"code\":\"18\",\"message\":{\"value\":\"x\"}}}"),
        _ => text(500, ""),
    })
    .await;
    let found = server.check().await;
    assert_eq!(found.failed(), []);
    assert_eq!(
        found.of("odata").parameters["kind"],
        "service.odata code 18, status 500"
    );
    assert_eq!(found.of("services").parameters["kind"], "service.status 500");
}
