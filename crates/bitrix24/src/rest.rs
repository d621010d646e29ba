//! REST of a portal over an incoming webhook.
//!
//! A call goes out as JSON by POST, and comes back as `{"result": ...}` or `{"error": ...}`: with any status, 200
//! included, and sometimes as an HTML page of whatever stands before the portal. All of that ends in one
//! [`RestError`] that says what helps. Redirects are not followed, since the address holds the secret; no error or log
//! holds the address either.

mod batch;
mod client;
mod error;
mod methods;
mod php;

use std::{sync::Arc, time::Duration};

use serde_json::Value;

pub use batch::Call;
pub use client::ClientOptions;
pub use error::{Advice, RestError, RestErrorKind};
pub use methods::{MethodInfo, Profile, User};

use crate::webhook::Webhook;

/// A portal to call; cheap to clone.
#[derive(Debug, Clone)]
pub struct Rest {
    client: reqwest::Client,
    webhook: Arc<Webhook>,
    max_body: usize,
}

/// A successful answer with what stands beside the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The result itself.
    pub result: Value,
    /// Number of all items of a list, if it was counted.
    pub total: Option<u64>,
    /// Offset of the next page, if there is one.
    pub next: Option<u64>,
    /// When the budget of this method is full again, by the portal's clock in unix seconds (cloud only).
    pub operating_reset_at: Option<u64>,
}

impl Rest {
    /// A client for the webhook. Reads the trusted roots of the system for an https portal: some tens of milliseconds.
    pub fn new(webhook: Webhook, options: &ClientOptions) -> Result<Self, RestError> {
        let client = client::build(&webhook, options)?;
        Ok(Self {
            client,
            webhook: Arc::new(webhook),
            max_body: options.max_body,
        })
    }

    /// The webhook behind it.
    pub fn webhook(&self) -> &Webhook {
        &self.webhook
    }

    /// Calls a method with its parameters (an object, or an array for old methods with positional ones) and gives its
    /// `result`.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, RestError> {
        let answer = self.call_fully(method, params).await?;
        Ok(answer.result)
    }

    /// Calls a method and gives the whole answer.
    pub async fn call_fully(&self, method: &str, params: Value) -> Result<Answer, RestError> {
        if method.is_empty()
            || !method
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_')
        {
            return Err(RestError::new(RestErrorKind::Request, "not a method name"));
        }
        let params = if params.is_null() {
            Value::Object(serde_json::Map::new())
        } else {
            params
        };
        let url = self.webhook.url_of(&format!("{method}.json"));
        let answer = client::send(&self.client, &url, &params, self.max_body).await;
        match &answer {
            Ok(_) => tracing::debug!(method, "REST"),
            Err(error) => tracing::debug!(method, kind = error.kind().code(), status = error.status(), "REST"),
        }
        answer
    }
}

/// The wait that the portal named, at most an hour.
pub(crate) fn retry_after(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers
        .get(reqwest::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}

#[cfg(test)]
mod tests;
