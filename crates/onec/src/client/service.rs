//! HTTP services that a configuration publishes.

use reqwest::Method;
use serde_json::Value;

use super::exchange::{Answer, Call};
use super::{Base, ServiceError};
use crate::encoding::decode;

/// The path of an HTTP service behind `/hs/`: root address and template (`hotstart/v1/events`), each part
/// percent-encoded when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePath {
    parts: Vec<String>,
}

impl ServicePath {
    /// Reads a path of one or more parts, raw or percent-encoded; `None` for empty parts, dots, queries and whatever
    /// could name another address.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Option<Vec<String>> = text
            .split('/')
            .map(|part| decode(part).ok().filter(|part| fits(part)))
            .collect();
        parts.map(|parts| Self { parts })
    }

    /// The path behind the publication.
    fn address(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(|part| super::exchange::encode(part)).collect();
        format!("hs/{}", parts.join("/"))
    }
}

fn fits(part: &str) -> bool {
    part.chars().any(|c| c != '.')
        && !part
            .chars()
            .any(|c| c.is_control() || matches!(c, '/' | '\\' | '?' | '#'))
}

impl Base {
    /// Reads from an HTTP service.
    pub async fn get(&self, service: &ServicePath) -> Result<Answer, ServiceError> {
        self.exchange(&Call {
            method: Method::GET,
            path: service.address(),
            root: service.address(),
            body: None,
        })
        .await
    }

    /// Gives JSON to an HTTP service. When a session turns out to be lost the request is sent once again, and the answers
    /// of a lost session (400, 404, 500) may come from the service itself: what is sent must carry its own key.
    pub async fn post(&self, service: &ServicePath, body: &Value) -> Result<Answer, ServiceError> {
        self.exchange(&Call {
            method: Method::POST,
            path: service.address(),
            root: service.address(),
            body: Some(body.to_string()),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded_part_by_part() {
        let path = ServicePath::parse("hotstart/v1/события 1").unwrap();
        assert_eq!(
            path.address(),
            "hs/hotstart/v1/%D1%81%D0%BE%D0%B1%D1%8B%D1%82%D0%B8%D1%8F%201"
        );
        assert_eq!(ServicePath::parse("a/100%25").unwrap().address(), "hs/a/100%25");
    }

    #[test]
    fn nothing_leads_out_of_the_service() {
        for text in [
            "",
            "/",
            "a/",
            "/a",
            "a//b",
            "a/../b",
            "a/%2e%2e/b",
            "a/.",
            "a?b",
            "a#b",
            "a%2fb",
            "a\\b",
            "a%0ab",
            "%zz",
        ] {
            assert_eq!(ServicePath::parse(text), None, "{text}");
        }
    }
}
