//! An office with its publications, and a client for them that shares nothing with the server's code.

use hotstart_office::{Office, Options, start};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A counterparty and a document that the portal knows.
pub(crate) const GRAIN: &str = "312e175a-c9c9-11ec-8936-000c29dddd38";
pub(crate) const ORDER: &str = "e1cib/data/Документ.ЗаказКлиента?ref=8936000c29dddd3811ecc9c9312e175a";
pub(crate) const USER: &str = "Иванов И.И.";

pub(crate) struct Base {
    pub(crate) office: Office,
    pub(crate) client: Client,
}

/// A client that follows nothing and trusts `authority`, a certificate as PEM, if there is one.
pub(crate) fn client(authority: Option<&str>) -> Client {
    // Fails only when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    if let Some(authority) = authority {
        let root = reqwest::Certificate::from_pem(authority.as_bytes()).expect("a certificate");
        builder = builder.tls_certs_only([root]);
    }
    builder.build().expect("a client")
}

impl Base {
    pub(crate) async fn open() -> Self {
        Self {
            office: start(Options::default()).await.expect("the office starts"),
            client: client(None),
        }
    }

    pub(crate) fn address(&self, index: usize) -> &str {
        &self.office.addresses().publications[index]
    }

    /// A call of the first publication, as the user.
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/{path}", self.address(0));
        self.client.request(method, url).basic_auth(USER, Some("demo"))
    }

    pub(crate) async fn odata(&self, resource: &str) -> Response {
        let path = format!("odata/standard.odata/{resource}");
        self.ask(Method::GET, &path).send().await.expect("an answer")
    }

    pub(crate) async fn service(&self, call: &str, body: &Value) -> Response {
        self.ask(Method::POST, &format!("hs/hotstart/v1/{call}"))
            .body(body.to_string())
            .send()
            .await
            .expect("an answer")
    }

    pub(crate) async fn set(&self, change: Value) -> Value {
        let mut change = change;
        change["publication"] = json!("ut");
        self.control("set", &change).await
    }

    pub(crate) async fn control(&self, call: &str, body: &Value) -> Value {
        let url = format!("{}/publication/{call}", self.office.addresses().control);
        let answer = self.client.post(url).json(body).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a text"));
        assert_eq!(status, 200, "{call}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(crate) async fn read(&self, call: &str) -> Value {
        let url = format!("{}/publication/{call}", self.office.addresses().control);
        self.client
            .get(url)
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON")
    }

    pub(crate) async fn state(&self) -> Value {
        self.read("state").await["ut"].clone()
    }

    /// A call of the web client.
    pub(crate) async fn e1cib(&self, call: &str, seance: &str, root: &Value) -> Response {
        let url = format!("{}/ru_RU/e1cib/{call}?seanceId={seance}", self.address(0));
        let body = json!({"root": root}).to_string();
        self.client.post(url).body(body).send().await.expect("an answer")
    }

    /// Loads the page far enough to have a session.
    pub(crate) async fn enter(&self) -> String {
        let url = format!("{}/ru_RU/e1cib/login?clnId=load&cred=auto", self.address(0));
        let answer = self.client.post(url).body("{}").send().await.expect("an answer");
        let value: Value = answer.json().await.expect("JSON");
        value["root"]["seanceId"].as_str().expect("a session").to_owned()
    }
}

/// The refusal that the page branches on.
pub(crate) async fn refusal(answer: Response) -> String {
    let value: Value = answer.json().await.expect("JSON");
    value["root"]["exception"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
