//! The portal as a real one is: a client of its own, and what it needs for every test of this folder.

mod crm;
mod limits;
mod manners;
mod messenger;
mod oauth;
mod offline;
mod session;

use hotstart_office::{Office, Options, start};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) struct Stand {
    pub(crate) office: Office,
    pub(crate) client: Client,
}

/// A form as a browser sends it.
pub(crate) trait Form {
    fn form(self, fields: &[(&str, &str)]) -> Self;
}

impl Form for RequestBuilder {
    fn form(self, fields: &[(&str, &str)]) -> Self {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        self.header("content-type", "application/x-www-form-urlencoded")
            .body(pairs.join("&"))
    }
}

impl Stand {
    pub(crate) async fn open() -> Self {
        Self {
            office: start(Options::default()).await.expect("the office starts"),
            client: crate::base::client(None),
        }
    }

    pub(crate) fn portal(&self) -> &str {
        &self.office.addresses().portal
    }

    pub(crate) fn host(&self) -> &str {
        self.portal().strip_prefix("http://").expect("a plain address")
    }

    /// A call of the control interface.
    pub(crate) async fn order(&self, call: &str, body: Value) -> Value {
        let url = format!("{}{call}", self.office.addresses().control);
        let answer = self.client.post(url).json(&body).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a text"));
        assert_eq!(status, 200, "{call}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(crate) async fn state(&self, call: &str) -> Value {
        let url = format!("{}{call}", self.office.addresses().control);
        let answer = self.client.get(url).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// A call by the webhook of user 1: status and body.
    pub(crate) async fn hook(&self, method: &str, params: Value) -> (u16, Value) {
        let url = format!("{}{method}", self.office.addresses().webhook);
        read(self.client.post(url).json(&params).send().await.expect("an answer")).await
    }

    /// The result of a good call.
    pub(crate) async fn result(&self, method: &str, params: Value) -> Value {
        let (status, body) = self.hook(method, params).await;
        assert_eq!(status, 200, "{method}: {body}");
        body["result"].clone()
    }

    /// A call by an access token.
    pub(crate) async fn by_token(&self, token: &str, method: &str, params: Value) -> (u16, Value) {
        let mut params = params;
        params["auth"] = token.into();
        let url = format!("{}/rest/{method}", self.portal());
        read(self.client.post(url).json(&params).send().await.expect("an answer")).await
    }

    /// An access token for a user of an application.
    pub(crate) async fn token(&self, client_id: &str, user: u64) -> String {
        let given = self
            .order("/application", json!({"client_id": client_id, "user": user}))
            .await;
        given["access_token"].as_str().expect("a token").to_owned()
    }
}

pub(crate) async fn read(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

/// Status and code of a refusal.
pub(crate) fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}
