//! Whether the vendor's own program runs beside: its pages ask so, over a picture on loopback.
use std::time::Duration;

use hotstart_core::doctor::{Check, Finding};
use reqwest::header::CONTENT_TYPE;

use crate::http::Http;

/// The port of Bitrix24 Desktop; never one of ours.
pub const VENDOR_PORT: u16 = 20141;
/// As long as the portal's pages wait.
const PATIENCE: Duration = Duration::from_millis(500);

/// Asks the port of Bitrix24 Desktop.
pub async fn check_vendor(port: u16) -> Check {
    Check::new(if answers(port).await {
        Finding::VendorRuns
    } else {
        Finding::VendorNone
    })
}

async fn answers(port: u16) -> bool {
    let address = format!("http://127.0.0.1:{port}/icon.png");
    let Ok(client) = Http::default().client(&address) else {
        return false;
    };
    let Ok(answer) = client.get(&address).timeout(PATIENCE).send().await else {
        return false;
    };
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    answer.status().is_success() && kind.is_none_or(|kind| kind.starts_with("image/"))
}
