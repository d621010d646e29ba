//! Publications of 1C over HTTP, without a session.
use std::sync::Arc;
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Publications, Waiting};
use reqwest::StatusCode;

use crate::http::Http;

/// How long a publication may take to answer before its window is not opened.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of an answer is read to learn why it refuses.
const READ: usize = 16 * 1024;

/// Asks publications for their first page.
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
            let text = beginning(answer).await;
            // 1C says it only in words: "Начало сеанса с информационной базой запрещено".
            let locked = ["запрещено", "denied", "prohibited"]
                .iter()
                .any(|word| text.contains(word));
            Err(failure(if locked {
                Code::BaseLocked
            } else {
                Code::BaseUnreachable
            }))
        })
    }
}

async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= READ {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
