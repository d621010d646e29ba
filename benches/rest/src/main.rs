//! `hotstart-rest deals` reads every deal of a portal and holds them all; `hotstart-rest calls <n>` makes so many single
//! calls at once within the limits of the cloud. The webhook is in `WEBHOOK`. Prints one JSON value.

use std::io::Write as _;
use std::time::{Duration, Instant};

use bitrix24::rest::{ClientOptions, Items, Limits, Rates, Rest, php};
use bitrix24::webhook::Webhook;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Pages in a request: fewer than a portal takes, so that never more than one small answer is held.
const PAGES: usize = 10;
/// Requests under way; the others have more.
const REQUESTS: usize = 2;

/// A deal, with what an exchange with an accounting program would ask for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read to be held, as the other clients hold them")]
struct Deal {
    #[serde(deserialize_with = "php::number")]
    id: u64,
    #[serde(deserialize_with = "text")]
    title: Box<str>,
    #[serde(deserialize_with = "text")]
    stage_id: Box<str>,
    #[serde(default, deserialize_with = "php::seconds")]
    opportunity: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    currency_id: Box<str>,
    #[serde(default, deserialize_with = "php::maybe_number")]
    company_id: Option<u64>,
    #[serde(default, deserialize_with = "php::maybe_number")]
    assigned_by_id: Option<u64>,
    #[serde(default, deserialize_with = "text")]
    updated_time: Box<str>,
}

/// Text that will not grow.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<str>, D::Error> {
    php::text(deserializer).map(String::into_boxed_str)
}

/// The same for every client.
const FIELDS: [&str; 8] = [
    "id",
    "title",
    "stageId",
    "opportunity",
    "currencyId",
    "companyId",
    "assignedById",
    "updatedTime",
];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["deals"] => runtime.block_on(deals())?,
        ["calls", count] => runtime.block_on(calls(count.parse()?))?,
        _ => return Err("deals, or calls <n>".into()),
    };
    writeln!(std::io::stdout().lock(), "{report}")?;
    Ok(())
}

fn rest(limits: Limits, turn_within: Duration) -> Outcome<Rest> {
    let webhook = Webhook::parse(&std::env::var("WEBHOOK")?)?;
    let options = ClientOptions {
        limits,
        turn_within,
        ..ClientOptions::default()
    };
    Ok(Rest::new(webhook, &options)?)
}

/// The office has no limits here, so none are kept.
async fn deals() -> Outcome<Value> {
    let rest = rest(Limits::none(), Duration::ZERO)?;
    let begin = Instant::now();
    let items = Items {
        entity_type_id: 2,
        select: FIELDS.map(str::to_owned).into(),
        ..Items::default()
    };
    // By id, as the vendor advises for many rows: then the portal counts nothing.
    let listing = items.listing::<Deal>().pages_at_once(PAGES).requests_at_once(REQUESTS);
    let listing = listing.by_id("id", Some("items"), |deal| deal.id);
    let deals = rest.pages(listing).collect(usize::MAX).await?;
    let seconds = begin.elapsed().as_secs_f64();
    let id_sum: u64 = deals.iter().map(|deal| deal.id).sum();
    Ok(json!({"items": deals.len(), "id_sum": id_sum, "seconds": seconds, "rss_kb": most_memory()?}))
}

async fn calls(count: usize) -> Outcome<Value> {
    let rest = rest(Limits::new(Rates::CLOUD), Duration::from_secs(3600))?;
    let begin = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let rest = rest.clone();
        calls.spawn(async move { rest.profile().await });
    }
    let (mut answered, mut failures) = (0, Vec::new());
    while let Some(call) = calls.join_next().await {
        match call? {
            Ok(_) => answered += 1,
            Err(error) => failures.push(error.to_string()),
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    Ok(json!({"calls": answered, "failures": failures, "seconds": seconds, "rss_kb": most_memory()?}))
}

/// The largest resident set so far, as Linux has booked it.
fn most_memory() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_ascii_whitespace().next());
    Ok(number.ok_or("no VmHWM")?.parse()?)
}
