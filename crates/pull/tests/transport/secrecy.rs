//! Addresses are as good as passwords: their query must not reach a log, however much is logged.

use std::{
    io,
    sync::{Arc, Mutex},
};

use bitrix24_pull::{
    TransportKind,
    transport::{Proxy, post},
};
use bytes::Bytes;
use tracing_subscriber::fmt::MakeWriter;

use crate::stage::{Stage, direct, endpoint, head, write};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_query_and_no_credentials_reach_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for kind in [TransportKind::WebSocket, TransportKind::LongPolling] {
        let stage = Stage::new().await;
        for answer in ["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", ""] {
            let (opened, ()) = stage
                .open(kind, async {
                    let mut stream = stage.accept().await;
                    head(&mut stream).await;
                    write(&mut stream, answer).await;
                })
                .await;
            assert!(opened.is_err());
        }
    }
    let proxy = Stage::new().await;
    let connector = direct().with_proxy(Proxy::at(&format!("http://me:secret@{}", proxy.address()), ""));
    let posting = endpoint("https://push.example/rest/?CHANNEL_ID=secret");
    let script = async {
        let mut stream = proxy.accept().await;
        head(&mut stream).await;
        write(&mut stream, "HTTP/1.1 407 Denied\r\nContent-Length: 0\r\n\r\n").await;
    };
    let (posted, ()) = tokio::join!(post(&connector, &posting, Bytes::from_static(b"secret")), script);
    assert!(posted.is_err());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("not opened") && log.contains("tunnel"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}
