//! Chains that are right and wrong, and what is said of each. None is waved through: the page is never asked for.
use std::net::SocketAddr;
use std::sync::Arc;

use hotstart_core::doctor::Finding;
use hotstart_desk::doctor::{Trust, check_publication};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

use crate::server::{CLIENT, Found, NOW, check};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn root(name: &str) -> Authority {
    CertifiedIssuer::self_signed(authority_params(name), KeyPair::generate().unwrap()).unwrap()
}

fn intermediate(name: &str, above: &Authority) -> Authority {
    CertifiedIssuer::signed_by(authority_params(name), KeyPair::generate().unwrap(), above).unwrap()
}

/// A certificate for a name, valid for years around [`NOW`] unless changed.
fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "1c.example.ru");
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}

struct Served {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

fn signed(params: &CertificateParams, issuer: &Issuer<'_, KeyPair>, above: &[&Authority]) -> Served {
    let key = KeyPair::generate().unwrap();
    let mut chain = vec![params.signed_by(&key, issuer).unwrap().der().clone()];
    chain.extend(above.iter().map(|authority| authority.der().clone()));
    Served { chain, key }
}

/// The check of a base that is served with this chain, by a desk that trusts this root.
async fn checked(served: Served, trusted: &Authority) -> Found {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(served.key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(served.chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                CLIENT.len()
            );
            let _ = stream.write_all(format!("{head}{CLIENT}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    examined(address, trusted).await
}

/// The check of a base at this address, by a desk that trusts this root.
async fn examined(address: SocketAddr, trusted: &Authority) -> Found {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der().clone()).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())).build();
    let trust = Trust::of(verifier.unwrap());
    Found(check_publication(&format!("https://{address}/base"), false, Some(&trust), NOW).await)
}

#[tokio::test]
async fn a_whole_chain_is_accepted_and_its_end_is_told() {
    let root = root("Company Root");
    let middle = intermediate("Company Issuing", &root);
    let found = checked(signed(&params("127.0.0.1"), &middle, &[&middle]), &root).await;
    let check = found.of("certificate");
    assert_eq!(check.finding, Finding::CertificateGood);
    assert_eq!(check.parameters["until"], "2040-01-01");
    assert_eq!(check.parameters["issuer"], "Company Issuing");
    assert_eq!(found.finding("client"), Finding::ClientFound);
}

#[tokio::test]
async fn an_end_that_is_near_is_told_early() {
    let root = root("Company Root");
    let mut soon = params("127.0.0.1");
    soon.not_after = date_time_ymd(2026, 11, 30);
    let found = checked(signed(&soon, &root, &[]), &root).await;
    let check = found.of("certificate");
    // Whether this computer's own clock is past that day is not the matter of this test.
    if check.finding == Finding::CertificateSoon {
        assert_eq!(
            (check.parameters["days"].as_str(), check.parameters["until"].as_str()),
            ("8", "2026-11-30")
        );
    } else {
        assert_eq!(check.finding, Finding::CertificateExpired);
    }
}

#[tokio::test]
async fn the_missing_link_is_named() {
    let root = root("Company Root");
    let middle = intermediate("Company Issuing", &root);
    let found = checked(signed(&params("127.0.0.1"), &middle, &[]), &root).await;
    let check = found.of("certificate");
    assert_eq!(check.finding, Finding::CertificateLink);
    assert_eq!(check.parameters["name"], "1c.example.ru");
    assert_eq!(check.parameters["issuer"], "Company Issuing");
    assert_eq!(check.parameters["count"], "1");
    assert_eq!(found.finding("reachable"), Finding::Reached);
    assert_eq!(found.finding("client"), Finding::ClientUnseen);
    assert_eq!(found.finding("odata"), Finding::ODataUnseen);
    assert_eq!(found.failed(), [Finding::CertificateLink]);
}

#[tokio::test]
async fn other_faults_of_chains_are_told_apart() {
    let (company, other) = (root("Company Root"), root("Interceptor"));
    let found = checked(signed(&params("127.0.0.1"), &other, &[&other]), &company).await;
    assert_eq!(found.finding("certificate"), Finding::CertificateRoot);
    assert_eq!(found.of("certificate").parameters["issuer"], "Interceptor");

    let twin = root("Company Root");
    let found = checked(signed(&params("127.0.0.1"), &twin, &[&twin]), &company).await;
    assert_eq!(
        found.finding("certificate"),
        Finding::CertificateRoot,
        "the same name and another key"
    );

    let key = KeyPair::generate().unwrap();
    let own = params("127.0.0.1").self_signed(&key).unwrap().der().clone();
    let found = checked(Served { chain: vec![own], key }, &company).await;
    assert_eq!(found.finding("certificate"), Finding::CertificateOwn);

    let found = checked(signed(&params("1c.example.ru"), &company, &[]), &company).await;
    let check = found.of("certificate");
    assert_eq!(check.finding, Finding::CertificateHost);
    assert_eq!(
        (check.parameters["host"].as_str(), check.parameters["names"].as_str()),
        ("127.0.0.1", "1c.example.ru")
    );

    let mut old = params("127.0.0.1");
    (old.not_before, old.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 2, 3));
    let found = checked(signed(&old, &company, &[]), &company).await;
    assert_eq!(found.finding("certificate"), Finding::CertificateExpired);
    assert_eq!(found.of("certificate").parameters["until"], "2021-02-03");

    let mut early = params("127.0.0.1");
    early.not_before = date_time_ymd(2039, 5, 6);
    let found = checked(signed(&early, &company, &[]), &company).await;
    assert_eq!(found.finding("certificate"), Finding::CertificateEarly);
    assert_eq!(found.of("certificate").parameters["from"], "2039-05-06");
}

#[tokio::test]
async fn a_server_without_tls_on_the_port_is_told() {
    let server = crate::server::Server::new(|_| crate::server::text(400, "")).await;
    let found = examined(server.address, &root("Company Root")).await;
    assert_eq!(found.finding("certificate"), Finding::TlsOld);
}

#[tokio::test]
async fn without_roots_nothing_is_asked() {
    let found = check("https://127.0.0.1:1/base").await;
    assert_eq!(found.finding("certificate"), Finding::TlsRoots);
    assert_eq!(found.0.len(), 12);
}
