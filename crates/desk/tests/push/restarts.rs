//! The office is restarted between events, with the client staying: nothing is lost, nothing comes twice.
//!
//! `OFFICE_RESTARTS` sets how often; thousands are for an idle hour.
use std::time::Duration;

use crate::peer::{Client, Office, up_to};

fn times() -> u64 {
    let wanted = std::env::var("OFFICE_RESTARTS").ok();
    wanted.and_then(|wanted| wanted.parse().ok()).unwrap_or(200)
}

#[tokio::test]
async fn an_office_that_is_restarted_between_events() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("history");
    let mut office = Office::start_with(4, None, Some(history.clone()));
    let port = office.addresses.portal.rsplit(':').next().unwrap().parse().unwrap();
    let mut client = Client::start(&office);
    client.online().await;
    let mut number = 0;
    for round in 0..times() {
        // Sometimes before the client is back, sometimes long after.
        client.during(Duration::from_millis(round * 7 % 23)).await;
        number += 1;
        office.publish(number).await;
        if round % 3 == 0 {
            client.until(usize::try_from(number).unwrap()).await;
        }
        drop(office);
        office = Office::start_with(4, Some(port), Some(history.clone()));
    }
    client.until(usize::try_from(number).unwrap()).await;
    client.during(Duration::from_millis(700)).await;
    assert_eq!(client.numbers, up_to(number));
}
