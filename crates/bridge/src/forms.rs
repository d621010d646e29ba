//! What is written in queries and bodies.
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    pub(crate) link: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotifyBody {
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) text: String,
    pub(crate) link: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct EventsQuery {
    pub(crate) after: Option<String>,
    #[serde(default)]
    pub(crate) wait: u64,
    #[serde(default)]
    pub(crate) client: String,
}

#[derive(Deserialize)]
pub(crate) struct AnswersQuery {
    #[serde(default)]
    pub(crate) client: String,
}

/// As the HTTP service of a base answers.
#[derive(Deserialize)]
pub(crate) struct AnswersBody {
    pub(crate) results: Vec<Value>,
}

#[derive(Deserialize)]
pub(crate) struct RestQuery {
    pub(crate) portal: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct GoQuery {
    pub(crate) link: Option<String>,
}

/// Whether a client may call itself so.
pub(crate) fn is_name(client: &str) -> bool {
    client.len() <= 64 && client.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}
