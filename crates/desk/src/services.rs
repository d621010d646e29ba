//! HTTP services of bases, called as the 1C user of the settings with the password of the keyring.
use std::sync::Arc;
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Draft, RelayItem, Services, Waiting};
use hotstart_core::relay::{Pace, Trouble};
use hotstart_core::settings::BaseSettings;
use hotstart_platform::keyring::Keyring;
use onec::client::{Base, Login, Options, ServiceError, ServicePath};
use onec::{NavigationLink, Publication};
use serde_json::json;

use crate::http::Http;
use crate::relay::{self, EventSessions};

/// The service that makes drafts.
const DRAFT: &str = "hotstart/v1/draft";

/// Services over HTTP.
#[derive(Clone)]
pub struct HttpServices {
    keyring: Keyring,
    http: Arc<Http>,
    pub(crate) sessions: EventSessions,
    pace: Pace,
}

impl HttpServices {
    /// Reads passwords from `keyring` when they are needed.
    pub fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            http: Arc::default(),
            sessions: EventSessions::default(),
            pace: relay::pace(),
        }
    }

    pub(crate) async fn base(&self, settings: &BaseSettings, patience: Duration) -> Result<Option<Base>, Failure> {
        let (Some(key), Some(user), Some(address)) =
            (settings.service_key(), &settings.service_user, &settings.publication)
        else {
            return Ok(None);
        };
        let refused = |code| Failure::new(code).with("base", &settings.name);
        let password = self.keyring.get(&key).await?;
        let password = password.ok_or_else(|| refused(Code::ServiceRefused))?;
        let login = Login::new(user, password).ok_or_else(|| refused(Code::ServiceRefused))?;
        let publication = Publication::parse(address).map_err(|_| refused(Code::PublicationInvalid))?;
        let http = self.http.client(address).map_err(|()| refused(Code::BaseUnreachable))?;
        let options = Options {
            intranet: settings.intranet,
            answer_within: patience,
            ..Options::default()
        };
        let base = Base::new(http, publication, Some(login), options);
        base.map(Some).map_err(|error| of_service(settings, &error))
    }

    async fn ask_draft(&self, settings: &BaseSettings, wanted: &Draft) -> Result<Option<String>, Failure> {
        let Some(base) = self.base(settings, Options::default().answer_within).await? else {
            return Ok(None);
        };
        let Some(path) = ServicePath::parse(DRAFT) else {
            return Ok(None);
        };
        let body = json!({
            "kind": wanted.object,
            "portal": wanted.portal,
            "type": wanted.entity.entity_type.to_string(),
            "id": wanted.entity.id.get(),
        });
        let answer = base.post(&path, &body).await;
        base.finish().await;
        let answer = match answer {
            Ok(answer) => answer,
            // A base without the service.
            Err(ServiceError::Status(404 | 405 | 501)) => return Ok(None),
            Err(error) => return Err(of_service(settings, &error)),
        };
        let answer = answer.json().map_err(|error| of_service(settings, &error))?;
        // What a base says is checked like any other link: only the form of an object opens.
        let nav = answer["link"]
            .as_str()
            .and_then(|link| NavigationLink::parse(link).ok());
        match nav {
            Some(nav) if !nav.is_active() => Ok(Some(nav.to_string())),
            Some(_) | None => Err(of_service(settings, &ServiceError::Unexpected)),
        }
    }
}

impl Services for HttpServices {
    fn draft(&self, base: BaseSettings, wanted: Draft) -> Waiting<Result<Option<String>, Failure>> {
        let services = self.clone();
        Box::pin(async move { services.ask_draft(&base, &wanted).await })
    }

    fn events(&self, base: BaseSettings, events: Vec<RelayItem>) -> Waiting<Result<serde_json::Value, Trouble>> {
        let services = self.clone();
        Box::pin(async move { services.give_events(&base, &events).await })
    }

    fn end_events(&self, base: String) -> Waiting<()> {
        let services = self.clone();
        Box::pin(async move { services.end_session(&base).await })
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    fn lot(&self) -> f64 {
        rand::random()
    }
}

pub(crate) fn of_service(base: &BaseSettings, error: &ServiceError) -> Failure {
    let code = match error {
        ServiceError::Plain => Code::AddressInsecure,
        ServiceError::Credentials | ServiceError::Access => Code::ServiceRefused,
        ServiceError::NoLicence => Code::LicenceBusy,
        ServiceError::Unreachable | ServiceError::Timeout | ServiceError::Tls | ServiceError::Moved { .. } => {
            Code::BaseUnreachable
        }
        ServiceError::Unfit
        | ServiceError::TooLarge
        | ServiceError::OData(_)
        | ServiceError::Status(_)
        | ServiceError::Unexpected => Code::ServiceFailed,
    };
    Failure::new(code).with("base", &base.name).with("detail", error.kind())
}
