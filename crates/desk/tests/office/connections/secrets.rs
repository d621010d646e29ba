//! A canary scan: whatever happens to a connection, no secret of it gets into a log, an error or a `Debug` output.
use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Arc, Mutex};

use hotstart_core::ports::{Logins as _, Portals as _};
use hotstart_core::secret::Secret;
use hotstart_core::settings::tokens_key;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use super::peer::{Stand, settled};

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
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
async fn no_secret_of_a_connection_is_seen_anywhere() {
    let log = Log::default();
    // Of everything that this program writes, and of what the HTTP library says above its own bytes.
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("trace,hotstart_office=off,hyper=debug,h2=debug")
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _scope = tracing::subscriber::set_default(subscriber);
    let mut canaries: Vec<String> = Vec::new();
    let mut seen = String::new();

    let stand = Stand::open().await;
    let app = stand.application().await;
    canaries.push(app.secret.clone());
    let wanted = stand.wanted(1, &app);
    let _ = write!(seen, "{wanted:?}");
    let begun = stand.logins.begin(wanted).await.unwrap();
    let _ = write!(seen, "{begun:?}");
    let address = stand.agree(&begun.authorize, "lebedev").await;
    for name in ["code=", "state="] {
        let (_, rest) = address.split_once(name).unwrap();
        canaries.push(rest.split('&').next().unwrap().to_owned());
    }
    let came_back = stand.logins.came_back(1);
    stand.browser.get(&address).send().await.unwrap();
    let answer = came_back.await.unwrap();
    let _ = write!(seen, "{answer:?}");
    let identity = stand.logins.finish(1, answer).await.unwrap();
    stand.logins.know(&[stand.by_application(&app)]);
    let mut note = async |stand: &Stand| {
        let kept = stand.keyring.get(&tokens_key(&stand.host())).await.unwrap().unwrap();
        let tokens: Value = serde_json::from_str(kept.expose_secret()).unwrap();
        for name in ["access_token", "refresh_token"] {
            canaries.push(tokens[name].as_str().unwrap().to_owned());
        }
    };
    note(&stand).await;
    stand.order("/portal/tokens", json!({"end": "access"})).await;
    let deal = || "deal:123".parse().unwrap();
    let _ = write!(
        seen,
        "{identity:?} {:?}",
        stand.portals.entity(stand.host(), deal()).await.is_ok()
    );
    note(&stand).await;
    let mut connection = stand.connect(&stand.by_application(&app));
    assert_eq!(settled(&mut connection).await, "online");
    stand.order("/portal/tokens", json!({"end": "access"})).await;
    stand.order("/portal/tokens", json!({"end": "refresh"})).await;
    let _ = write!(seen, "{:?}", stand.portals.entity(stand.host(), deal()).await);
    let mut wrong = app.clone();
    wrong.secret = "CanaryWrong".to_owned();
    canaries.push(wrong.secret.clone());
    let begun = stand.logins.begin(stand.wanted(2, &wrong)).await.unwrap();
    let address = stand.agree(&begun.authorize, "lebedev").await;
    let _ = write!(seen, "{:?}", stand.logins.finish(2, Secret::from(address)).await);

    let cookies = stand.cookies("lebedev").await;
    let (_, rest) = cookies.split_once("PHPSESSID=").unwrap();
    canaries.push(rest.split(';').next().unwrap().to_owned());
    let login = stand.session_login(&cookies);
    let _ = write!(seen, "{login:?}");
    stand.logins.session(login).await.unwrap();
    stand.logins.know(&[stand.by_session()]);
    let mut connection = stand.connect(&stand.by_session());
    assert_eq!(settled(&mut connection).await, "online");
    stand.order("/portal/sessions", json!({"end": true, "user": 2})).await;
    let _ = write!(seen, "{:?}", stand.logins.look(stand.by_session()).await);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("the tokens of an application were renewed"),
        "the log was written"
    );
    assert_eq!(canaries.len(), 9);
    for canary in &canaries {
        assert!(canary.len() >= 8, "{canary}");
        assert!(!seen.contains(canary), "{canary} is printed: {seen}");
        if let Some(at) = log.find(canary) {
            let around: String = log[..at]
                .chars()
                .rev()
                .take(300)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            panic!("{canary} is in the log: {around}");
        }
    }
}
