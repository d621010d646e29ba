//! A thousand push connections as values: how they come back when all of them are dropped at once.
//!
//! ```text
//! seed ──► life (one Session, its own random numbers, time that only the simulation moves) ──► attempts ──► herd ──► JSON
//! ```
//!
//! The sessions are those of the product, with the pauses of the product; only the random numbers are seeded, so that
//! a result can be had again. No socket is opened and no time passes. Prints one JSON value.

mod herd;
mod life;

use std::io::Write as _;
use std::time::{Duration, Instant};

use bitrix24_pull::config::Origin;
use serde_json::{Value, json};

use herd::Herd;

/// Clients of one server.
const CLIENTS: u64 = 1000;
/// Different runs of chance.
const SEEDS: u64 = 25;
/// How long the server is away in the second play.
const OUTAGE: Duration = Duration::from_secs(180);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let begin = Instant::now();
    let origin = Origin {
        portal: "https://portal.example.ru/".parse()?,
        intranet: false,
    };
    let play = |outage| -> Vec<Herd> {
        (0..SEEDS)
            .map(|seed| Herd::play(CLIENTS, seed, outage, &origin, begin))
            .collect()
    };
    let (dropped, outage) = (play(Duration::ZERO), play(OUTAGE));
    let report = json!({
        "clients": CLIENTS,
        "seeds": SEEDS,
        "peak_per_100ms": spread(dropped.iter().map(|herd| f64::from(herd.peak()))),
        "back_p95_s": spread(dropped.iter().map(|herd| herd.back(95).as_secs_f64())),
        "outage_s": OUTAGE.as_secs(),
        "outage_return_p50_s": spread(outage.iter().map(|herd| herd.back(50).as_secs_f64())),
        "outage_return_p95_s": spread(outage.iter().map(|herd| herd.back(95).as_secs_f64())),
        "outage_peak_per_100ms": spread(outage.iter().map(|herd| f64::from(herd.peak()))),
        "outage_attempts_per_client": spread(outage.iter().map(Herd::attempts_per_client)),
    });
    writeln!(std::io::stdout().lock(), "{report}")?;
    Ok(())
}

/// Median and worst of the seeds.
fn spread(values: impl Iterator<Item = f64>) -> Value {
    let mut values: Vec<f64> = values.map(|value| (value * 1000.0).round() / 1000.0).collect();
    values.sort_by(f64::total_cmp);
    json!({"median": values.get(values.len() / 2), "max": values.last()})
}
