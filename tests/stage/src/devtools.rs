//! The developer tools of a running Chromium: pages are opened, counted and closed over HTTP on the loopback.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::chromium::{Profile, ascii};
use crate::http;

/// Where the developer tools of a browser listen.
#[derive(Debug, Clone)]
pub struct DevTools {
    address: String,
}

impl DevTools {
    /// The file in which a browser names its port.
    pub(crate) fn file(profile: &Profile) -> PathBuf {
        profile.folder().join("DevToolsActivePort")
    }

    /// The tools of the browser with this profile, once it has named its port.
    pub(crate) fn of(profile: &Profile) -> Option<Self> {
        let text = std::fs::read_to_string(Self::file(profile)).ok()?;
        let port: u16 = text.lines().next()?.trim().parse().ok()?;
        Some(Self {
            address: format!("http://127.0.0.1:{port}"),
        })
    }

    /// Opens an address in a new tab in front of the others.
    pub fn open(&self, address: &str) -> Result<()> {
        let page = http::put(&format!("{}/json/new?{}", self.address, as_query(address)))?;
        page.get("id").and_then(Value::as_str).context("no page was opened")?;
        Ok(())
    }

    /// The ids of all tabs and windows.
    pub fn pages(&self) -> Result<Vec<String>> {
        let list = http::get(&format!("{}/json/list", self.address))?;
        Ok(pages(&list))
    }

    /// Closes a tab.
    pub fn close(&self, page: &str) -> Result<()> {
        http::page(&format!("{}/json/close/{page}", self.address)).map(drop)
    }
}

/// Only what a person sees is a page; workers and frames stand in the same list.
fn pages(list: &Value) -> Vec<String> {
    let targets = list.as_array().into_iter().flatten();
    targets
        .filter(|target| target.get("type").and_then(Value::as_str) == Some("page"))
        .filter_map(|target| target.get("id").and_then(Value::as_str))
        .map(str::to_owned)
        .collect()
}

/// The whole address is the query here: its own fragment must not end it.
fn as_query(address: &str) -> String {
    ascii(address).replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_with_a_fragment_is_one_query() {
        assert_eq!(
            as_query("http://127.0.0.1:8/ut/ru_RU/#e1cib/list/Я?a=b c"),
            "http://127.0.0.1:8/ut/ru_RU/%23e1cib/list/%D0%AF?a=b%20c"
        );
    }

    #[test]
    fn workers_are_no_pages() {
        let list = json!([{"id": "A", "type": "page"}, {"id": "B", "type": "service_worker"}, {"type": "page"}]);
        assert_eq!(pages(&list), ["A"]);
        assert!(pages(&json!({})).is_empty());
    }
}
