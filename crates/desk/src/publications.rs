//! Publications of 1C over HTTP, without a session.
use std::sync::Arc;
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Publications, Waiting};
use hotstart_core::window::Session;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::http::{Http, beginning};

/// How long a publication may take to answer before its window is not opened.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of an answer is read to learn why it refuses.
const READ: usize = 16 * 1024;

/// What the web client itself says when it leaves.
const LOGOUT: &str = r#"{"root":{}}"#;

/// Asks publications for their first page, and ends what a page has left over.
#[derive(Default)]
pub struct HttpPublications {
    http: Arc<Http>,
}

impl Publications for HttpPublications {
    fn probe(&self, alias: String, address: String) -> Waiting<Result<(), Failure>> {
        let http = self.http.clone();
        Box::pin(async move {
            let failure = |code| Failure::new(code).with("base", &alias);
            let client = http.client(&address).map_err(|()| failure(Code::BaseUnreachable))?;
            // The web client adds the slash itself and would be redirected; a session begins only with its scripts.
            let request = client.get(format!("{address}/")).timeout(PATIENCE).send();
            let answer = request.await.map_err(|error| {
                tracing::info!(base = alias, error = %error.without_url(), "the publication does not answer");
                failure(Code::BaseUnreachable)
            })?;
            let status = answer.status();
            if status.is_success() || status.is_redirection() || status == StatusCode::UNAUTHORIZED {
                return Ok(());
            }
            let text = beginning(answer, READ).await;
            Err(failure(if says_locked(&text) {
                Code::BaseLocked
            } else {
                Code::BaseUnreachable
            }))
        })
    }

    fn end_session(&self, alias: String, session: Session) -> Waiting<Result<(), Failure>> {
        let http = self.http.clone();
        Box::pin(async move {
            let failed = || Failure::new(Code::ReleaseFailed).with("base", &alias);
            let client = http.client(&session.root).map_err(|()| failed())?;
            let mut address = Url::parse(&format!("{}/e1cib/logout", session.root)).map_err(|_| failed())?;
            address.query_pairs_mut().append_pair("seanceId", &session.id);
            let request = client
                .post(address)
                .timeout(PATIENCE)
                .header(CONTENT_TYPE, "application/json");
            let answer = request.body(LOGOUT).send().await.map_err(|error| {
                tracing::info!(base = alias, error = %error.without_url(), "a session was not ended");
                failed()
            })?;
            // A server that does not know the session any more has ended it.
            if answer.status().is_success() || answer.status() == StatusCode::NOT_FOUND {
                return Ok(());
            }
            tracing::info!(
                base = alias,
                status = answer.status().as_u16(),
                "a session was not ended"
            );
            Err(failed())
        })
    }
}

/// Whether a page says that sessions are not let in. 1C says it only in words: "Начало сеанса с информационной базой
/// запрещено".
pub(crate) fn says_locked(page: &str) -> bool {
    ["запрещено", "denied", "prohibited"]
        .iter()
        .any(|word| page.contains(word))
}
