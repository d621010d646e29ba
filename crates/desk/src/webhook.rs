//! A push connection over a webhook that was given by hand: nothing of settings or keyring is needed.
use std::sync::{Mutex, PoisonError};

use bitrix24::rest::{ClientOptions, Rest, RestError};
use bitrix24::webhook::Webhook;
use bitrix24_pull::{ConfigFailure, ConfigFuture, ConfigSource};
use hotstart_core::failure::{Code, Failure};
use url::Url;

use crate::clients::plain;
use crate::connector::remedy;
use crate::failures::{of_rest, of_webhook};
use crate::http::USER_AGENT;

/// Gives the configuration of the user's channel over one webhook; calls `pull.config.get` and nothing else.
pub struct WebhookSource {
    webhook: Webhook,
    /// Kept from one failure to the next only: a client holds the roots of trust, and a good answer is good for hours.
    client: Mutex<Option<Rest>>,
    failure: Mutex<Option<Failure>>,
}

impl WebhookSource {
    /// Reads the address of a webhook. Plain http is accepted for this computer, or with `intranet` for any.
    pub fn new(address: &str, intranet: bool) -> Result<Self, Failure> {
        Ok(Self {
            webhook: Webhook::parse_with(address, plain(intranet)).map_err(of_webhook)?,
            client: Mutex::default(),
            failure: Mutex::default(),
        })
    }

    /// The portal, without any secret.
    pub fn portal(&self) -> String {
        self.webhook.portal().to_string()
    }

    /// The front page of the portal, which decides what push servers it may name.
    pub fn origin(&self) -> Result<Url, Failure> {
        Url::parse(&self.webhook.origin()).map_err(|_| Failure::new(Code::WebhookInvalid))
    }

    /// Why the last question failed, as a person is told.
    pub fn failure(&self) -> Option<Failure> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask(&self) -> Result<serde_json::Value, RestError> {
        let kept = self.client.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rest = match kept {
            Some(rest) => rest,
            None => Rest::new(self.webhook.clone(), &options())?,
        };
        let answer = rest.pull_config_get().await;
        if answer.is_err() {
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
        }
        answer
    }
}

impl ConfigSource for WebhookSource {
    fn fetch(&self) -> ConfigFuture<'_> {
        Box::pin(async move {
            let answer = self.ask().await;
            let failure = answer
                .as_ref()
                .err()
                .map(|error| of_rest(&self.portal(), error).with("scope", "pull_channel"));
            self.failure
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone_from(&failure);
            answer.map_err(|error| ConfigFailure {
                kind: failure.map_or("internal", |failure| failure.code_text()).to_owned(),
                message: error.message().to_owned(),
                remedy: remedy(&error),
            })
        })
    }
}

fn options() -> ClientOptions {
    ClientOptions {
        user_agent: USER_AGENT.to_owned(),
        ..ClientOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::post;
    use axum::{Json, Router};
    use bitrix24_pull::Remedy;
    use serde_json::{Value, json};

    use super::*;

    async fn portal(answer: Value) -> String {
        let app = Router::new().route(
            "/rest/1/secretsecret/pull.config.get.json",
            post(async move || Json(answer)),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}/rest/1/secretsecret/")
    }

    #[test]
    fn addresses_that_are_refused_have_codes_and_stay_untold() {
        for (address, intranet, code) in [
            ("", false, "webhook.invalid"),
            ("https://portal.example.ru/", false, "webhook.invalid"),
            (
                "http://portal.example.ru/rest/1/CanaryCanary/",
                false,
                "address.insecure",
            ),
        ] {
            let failure = WebhookSource::new(address, intranet).err().unwrap();
            assert_eq!(failure.code_text(), code);
            assert!(!failure.to_string().contains("Canary"));
        }
        let source = WebhookSource::new("http://portal.example.ru/rest/1/CanaryCanary/", true).unwrap();
        assert_eq!(source.origin().unwrap().as_str(), "http://portal.example.ru/");
    }

    #[tokio::test]
    async fn an_answer_is_given_on_and_ends_the_failure() {
        let address = portal(json!({"result": {"server": {"version": 4}}})).await;
        let source = WebhookSource::new(&address, false).unwrap();
        assert_eq!(source.fetch().await.unwrap(), json!({"server": {"version": 4}}));
        assert_eq!(source.failure(), None);
    }

    #[tokio::test]
    async fn what_helps_goes_with_the_failure() {
        for (error, remedy, code) in [
            ("INVALID_CREDENTIALS", Remedy::SignIn, "auth.refused"),
            ("insufficient_scope", Remedy::GiveUp, "auth.scope"),
            ("QUERY_LIMIT_EXCEEDED", Remedy::Retry { after: None }, "portal.limit"),
        ] {
            let address = portal(json!({"error": error})).await;
            let source = WebhookSource::new(&address, false).unwrap();
            let failed = source.fetch().await.unwrap_err();
            assert_eq!((failed.kind.as_str(), failed.remedy), (code, remedy));
            let failure = source.failure().unwrap();
            assert_eq!(failure.code_text(), code);
            assert!(!failure.to_string().contains("secretsecret"));
        }
    }
}
