//! Certificates that are right and wrong. None of the wrong ones can be waved through.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use bitrix24_pull::{
    TlsFault, TransportKind,
    config::Endpoint,
    session::NotOpened,
    transport::{Connector, Incoming, Proxy},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{io::AsyncReadExt as _, net::TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::stage::{Stage, endpoint, frame, head, next, open, upgraded, write};

/// An authority of its own, as a company has one.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self {
            issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
        }
    }

    /// A connector that trusts this authority and no other.
    pub(crate) fn connector(&self) -> Connector {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Connector::with_tls(Arc::new(config)).with_proxy(Proxy::direct())
    }

    /// A server with a certificate for these names.
    pub(crate) fn server(&self, names: &[&str]) -> TlsAcceptor {
        self.server_with(names, |_| {})
    }

    fn server_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> TlsAcceptor {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        acceptor(certificate.der().clone(), &key)
    }
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// What comes of it when a server with this certificate is called by its address.
async fn called(connector: Connector, acceptor: TlsAcceptor) -> Option<NotOpened> {
    let stage = Stage::new().await;
    let script = async {
        let stream = stage.accept().await;
        if let Ok(mut stream) = acceptor.accept(stream).await {
            serve(&mut stream).await;
        }
    };
    let (opened, ()) = tokio::join!(
        open(connector, TransportKind::WebSocket, vec![stage.endpoint("wss")]),
        script
    );
    opened.err()
}

async fn serve(stream: &mut TlsStream<TcpStream>) {
    // Nothing is said to a server that is not trusted.
    let mut first = [0];
    if stream.read_exact(&mut first).await.is_ok() {
        let request = head(stream).await;
        write(stream, upgraded(&request)).await;
    }
}

#[tokio::test]
async fn a_trusted_root_is_accepted() {
    let authority = Authority::new();
    assert_eq!(
        called(authority.connector(), authority.server(&["127.0.0.1"])).await,
        None
    );
}

#[tokio::test]
async fn frames_come_over_tls() {
    let authority = Authority::new();
    let stage = Stage::new().await;
    let server = authority.server(&["localhost"]);
    let script = async {
        let mut stream = server.accept(stage.accept().await).await.unwrap();
        let request = head(&mut stream).await;
        write(
            &mut stream,
            [upgraded(&request).as_bytes(), &frame(0x81, b"one")].concat(),
        )
        .await;
        write(&mut stream, frame(0x82, &vec![1; 100_000])).await;
        stream
    };
    let client = async {
        // By name, over whichever of its addresses answers.
        let by_name: Endpoint = endpoint(&format!("wss://localhost:{}/subws/", stage.address().port()));
        let mut link = open(authority.connector(), TransportKind::WebSocket, vec![by_name])
            .await
            .unwrap();
        assert!(matches!(next(&mut link).await, Incoming::Text(text) if text.as_str() == "one"));
        assert!(matches!(next(&mut link).await, Incoming::Binary(bytes) if bytes.len() == 100_000));
        link
    };
    let (_link, _stream) = tokio::join!(client, script);
}

#[tokio::test]
async fn long_polling_uses_the_same_trust() {
    let authority = Authority::new();
    for (names, expected) in [
        (["127.0.0.1"], None),
        (["push.example"], Some(NotOpened::Tls(TlsFault::WrongHost))),
    ] {
        let stage = Stage::new().await;
        let server = authority.server(&names);
        let script = async {
            if let Ok(mut stream) = server.accept(stage.accept().await).await {
                head(&mut stream).await;
                write(&mut stream, "HTTP/1.1 304 Not Modified\r\n\r\n").await;
            }
        };
        let endpoints = vec![stage.endpoint("https")];
        let (opened, ()) = tokio::join!(
            open(authority.connector(), TransportKind::LongPolling, endpoints),
            script
        );
        assert_eq!(opened.err(), expected);
    }
}

#[tokio::test]
async fn wrong_certificates_are_refused() {
    let authority = Authority::new();
    let refused = |fault| Some(NotOpened::Tls(fault));
    let names = ["127.0.0.1"];
    let other_host = authority.server(&["push.example"]);
    assert_eq!(
        called(authority.connector(), other_host).await,
        refused(TlsFault::WrongHost),
        "another host"
    );
    let expired = authority.server_with(&names, |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    assert_eq!(
        called(authority.connector(), expired).await,
        refused(TlsFault::Expired),
        "expired"
    );
    let future = authority.server_with(&names, |params| params.not_before = date_time_ymd(4000, 1, 1));
    assert_eq!(
        called(authority.connector(), future).await,
        refused(TlsFault::Expired),
        "not yet valid"
    );
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let own = acceptor(own.self_signed(&key).unwrap().der().clone(), &key);
    assert_eq!(
        called(authority.connector(), own).await,
        refused(TlsFault::UnknownIssuer),
        "signed by itself"
    );
    let interceptor = Authority::new().server(&names);
    assert_eq!(
        called(authority.connector(), interceptor).await,
        refused(TlsFault::UnknownIssuer),
        "an authority that nobody installed"
    );
}

#[tokio::test]
async fn the_roots_of_the_system_do_not_trust_an_interceptor() {
    let connector = Connector::new().with_proxy(Proxy::direct());
    assert_eq!(
        called(connector, Authority::new().server(&["127.0.0.1"])).await,
        Some(NotOpened::Tls(TlsFault::UnknownIssuer))
    );
}

#[tokio::test]
async fn old_versions_and_other_protocols_are_refused() {
    // The alert of a server without TLS 1.2; a server hello of TLS 1.0 and of 1.1; something else; nothing.
    let hello = |version: u8| {
        let mut hello = vec![0x03, version];
        hello.extend([7; 32]);
        hello.extend([0, 0xc0, 0x13, 0]);
        let length = u8::try_from(hello.len()).unwrap();
        [&[0x16, 3, version, 0, length + 4, 2, 0, 0, length][..], &hello].concat()
    };
    for answer in [
        vec![0x15, 3, 1, 0, 2, 2, 70],
        hello(1),
        hello(2),
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        Vec::new(),
    ] {
        let stage = Stage::new().await;
        let script = async {
            let mut stream = stage.accept().await;
            let mut begun = [0; 5];
            stream.read_exact(&mut begun).await.unwrap();
            let length = usize::from(u16::from_be_bytes([begun[3], begun[4]]));
            stream.read_exact(&mut vec![0; length]).await.unwrap();
            write(&mut stream, &answer).await;
        };
        let endpoints = vec![stage.endpoint("wss")];
        let connector = Authority::new().connector();
        let (opened, ()) = tokio::join!(open(connector, TransportKind::WebSocket, endpoints), script);
        assert_eq!(opened.err(), Some(NotOpened::Tls(TlsFault::Protocol)), "{answer:x?}");
    }
}

#[tokio::test]
async fn a_plain_address_is_not_tried_after_a_wrong_certificate_unless_it_was_given() {
    let stage = Stage::new().await;
    let authority = Authority::new();
    let server = authority.server(&["push.example"]);
    let script = async {
        let _ = server.accept(stage.accept().await).await;
    };
    let address: SocketAddr = stage.address();
    assert_eq!(address.ip(), Ipv4Addr::LOCALHOST);
    let endpoints = vec![stage.endpoint("wss")];
    let (opened, ()) = tokio::join!(open(authority.connector(), TransportKind::WebSocket, endpoints), script);
    assert_eq!(opened.err(), Some(NotOpened::Tls(TlsFault::WrongHost)));
    assert!(stage.is_left_alone().await);
}
