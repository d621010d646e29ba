//! Events for the HTTP service of a base: one session for each base, kept from call to call, so that the relay takes one
//! licence and not one for every call.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::RelayItem;
use hotstart_core::relay::{Pace, Trouble};
use hotstart_core::settings::BaseSettings;
use onec::client::{Base, ServiceError, ServicePath};
use serde_json::{Value, json};

use crate::services::{HttpServices, of_service};

/// The service that takes events.
const EVENTS: &str = "hotstart/v1/events";
/// A batch may be work for a base.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a base that is well answers at once.
const PING: &str = "hotstart/v1/ping";
/// A base that does not answer to that within this time is away.
const PROBE: Duration = Duration::from_secs(10);
/// For trials: every wait of the relay in milliseconds; a session without events is ended after ten of them.
const BACKOFF_VARIABLE: &str = "HOTSTART_RELAY_BACKOFF_MS";

/// The sessions, by the alias of the base. One of another publication or user than that of the settings is not used.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventSessions(Arc<Mutex<Sessions>>);

type Sessions = HashMap<String, (BaseSettings, Arc<Base>)>;

impl EventSessions {
    fn all(&self) -> MutexGuard<'_, Sessions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpServices {
    pub(crate) async fn give_events(&self, settings: &BaseSettings, items: &[RelayItem]) -> Result<Value, Trouble> {
        self.give_events_within(settings, items, PATIENCE).await
    }

    async fn give_events_within(
        &self,
        settings: &BaseSettings,
        items: &[RelayItem],
        patience: Duration,
    ) -> Result<Value, Trouble> {
        let refused = |code| Trouble::Away(Failure::new(code).with("base", &settings.name).with("detail", ""));
        let path = ServicePath::parse(EVENTS).ok_or_else(|| refused(Code::Internal))?;
        let base = self.events_base(settings, patience).await.map_err(Trouble::Away)?;
        let events: Vec<Value> = items
            .iter()
            .map(|item| json!({"id": item.event.id, "type": item.event.kind, "data": item.event.data}))
            .collect();
        let answer = base.post(&path, &json!({"events": events})).await;
        let error = match answer.and_then(|answer| answer.json()) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if matches!(error, ServiceError::Credentials) {
            // The password may be another one by now.
            self.sessions.all().remove(&settings.alias);
        }
        if matches!(error, ServiceError::Timeout) && self.is_well(settings).await {
            // One of these events hangs it. The next call gets a session in which nothing hangs.
            self.sessions.all().remove(&settings.alias);
            return Err(Trouble::Broken(of_service(settings, &error)));
        }
        Err(trouble(settings, &error))
    }

    /// Whether a base that did not answer to events answers to anything, in a session of its own.
    async fn is_well(&self, settings: &BaseSettings) -> bool {
        let (Some(path), Ok(Some(probe))) = (ServicePath::parse(PING), self.base(settings, PROBE).await) else {
            return false;
        };
        let answers = probe.get(&path).await.is_ok();
        probe.finish().await;
        answers
    }

    pub(crate) async fn end_session(&self, alias: &str) {
        let kept = self.sessions.all().remove(alias);
        if let Some((_, base)) = kept {
            base.finish().await;
        }
    }

    async fn events_base(&self, settings: &BaseSettings, patience: Duration) -> Result<Arc<Base>, Failure> {
        let same = |known: &BaseSettings| {
            known.publication == settings.publication
                && known.service_user == settings.service_user
                && known.intranet == settings.intranet
        };
        let kept = self.sessions.all().get(&settings.alias).cloned();
        match kept {
            Some((known, base)) if same(&known) => return Ok(base),
            Some((_, former)) => former.finish().await,
            None => {}
        }
        let made = self.base(settings, patience).await?;
        let made = made.ok_or_else(|| Failure::new(Code::ServiceRefused).with("base", &settings.name))?;
        let made = Arc::new(made);
        let kept = (settings.clone(), Arc::clone(&made));
        self.sessions.all().insert(settings.alias.clone(), kept);
        Ok(made)
    }
}

/// Whether a base is away, or one of the events may be to blame.
fn trouble(settings: &BaseSettings, error: &ServiceError) -> Trouble {
    let failure = of_service(settings, error);
    match error {
        ServiceError::Plain
        | ServiceError::Unfit
        | ServiceError::Unreachable
        | ServiceError::Tls
        | ServiceError::Timeout
        | ServiceError::Moved { .. }
        | ServiceError::Credentials
        | ServiceError::Access
        | ServiceError::NoLicence
        | ServiceError::Unexpected
        | ServiceError::Status(404 | 405 | 408 | 429 | 501..=504) => Trouble::Away(failure),
        ServiceError::TooLarge | ServiceError::OData(_) | ServiceError::Status(_) => Trouble::Broken(failure),
    }
}

/// How patient the relay is, here and now.
pub(crate) fn pace() -> Pace {
    let usual = Pace::default();
    trial_ms().map_or(usual, |ms| Pace {
        first_ms: ms.max(1),
        most_ms: ms.max(1),
        idle_ms: ms.saturating_mul(10),
        ..usual
    })
}

/// Every wait of the relay in milliseconds, where this is a trial.
pub(crate) fn trial_ms() -> Option<u64> {
    std::env::var(BACKOFF_VARIABLE).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_only_to_blame_for_what_happens_inside_a_call() {
        let base = BaseSettings::default();
        for status in [404, 502, 503, 504] {
            assert!(
                matches!(trouble(&base, &ServiceError::Status(status)), Trouble::Away(_)),
                "{status}"
            );
        }
        for status in [400, 413, 500, 507] {
            assert!(
                matches!(trouble(&base, &ServiceError::Status(status)), Trouble::Broken(_)),
                "{status}"
            );
        }
        assert!(matches!(trouble(&base, &ServiceError::NoLicence), Trouble::Away(_)));
    }

    /// A base whose events hang; what else it is asked is answered.
    async fn hanging() -> String {
        use axum::Router;
        use axum::http::header::SET_COOKIE;
        use axum::routing::{get, post};

        let ping = || async { ([(SET_COOKIE, "ibsession=1; path=/")], "{}") };
        let hangs = || async { std::future::pending::<()>().await };
        let app = Router::new()
            .route("/base/hs/hotstart/v1/events", post(hangs))
            .route("/base/hs/hotstart/v1/ping", get(ping));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}/base")
    }

    #[tokio::test]
    async fn events_that_hang_a_base_are_to_blame_if_it_answers_otherwise() {
        use hotstart_core::ports::Secrets as _;
        use hotstart_platform::keyring::Keyring;

        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::in_file(folder.path().join("secrets"));
        let services = HttpServices::new(keyring.clone());
        let base = BaseSettings {
            alias: "ut".to_owned(),
            publication: Some(hanging().await),
            service_user: Some("Админ".to_owned()),
            ..BaseSettings::default()
        };
        let key = base.service_key().unwrap();
        keyring.keep(key, "demo".to_owned(), false).await.unwrap();
        let patience = Duration::from_millis(200);
        let given = services.give_events_within(&base, &[], patience).await;
        assert!(matches!(given, Err(Trouble::Broken(_))), "{given:?}");
        assert!(services.sessions.all().is_empty(), "the hanging session is used again");
    }

    #[test]
    fn lots_differ() {
        use hotstart_core::ports::Services as _;
        use hotstart_platform::keyring::Keyring;

        let services = HttpServices::new(Keyring::in_file("nowhere".into()));
        let drawn: Vec<f64> = (0..20).map(|_| services.lot()).collect();
        assert!(drawn.iter().all(|lot| (0.0..=1.0).contains(lot)));
        assert!(drawn.iter().any(|lot| (lot - drawn[0]).abs() > 0.001));
    }
}
