//! The limits of REST: the leaky bucket of a source address, the operating time of a method, the block by hand.
//!
//! A cloud portal lets a burst of fifty calls pass and then two a second, counted for the portal and the source address,
//! whoever calls. Operating time is counted for each method of each application or webhook in ten baskets of a minute.
//! All of it is off until it is switched on.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reply::Refusal;
use crate::clock;

/// Baskets of the window of operating time.
const BASKETS: i64 = 10;

/// What is limited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Setup {
    /// The leaky bucket; `null`: off.
    pub(crate) bucket: Option<Bucket>,
    /// Seconds of operating time for a method in the window; `null`: off.
    pub(crate) operating_s: Option<f64>,
    /// Seconds of the window (600).
    pub(crate) window_s: i64,
    /// Seconds that a call of a method is charged beside its real time, by method or `*`.
    pub(crate) costs: BTreeMap<String, f64>,
    /// Every call is blocked by hand.
    pub(crate) overloaded: bool,
}

/// A leaky bucket.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Bucket {
    /// Calls that it holds (50).
    pub(crate) size: f64,
    /// Calls that leave it in a second (2).
    pub(crate) drain: f64,
}

/// The operating time that a method used, for `time` of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Operating {
    /// Seconds in the window.
    pub(crate) used: f64,
    /// Unix seconds when a part of them is forgotten.
    pub(crate) reset_at: i64,
}

/// The limits and what they counted.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    setup: Setup,
    levels: BTreeMap<IpAddr, Level>,
    work: BTreeMap<(String, String), Baskets>,
    tally: Tally,
}

/// How full a bucket is, and what went through it.
#[derive(Clone, Copy, Debug)]
struct Level {
    filled: f64,
    at: Timestamp,
    accepted: u64,
}

/// Seconds by the minute in which they began.
#[derive(Clone, Debug, Default)]
struct Baskets(VecDeque<(i64, f64)>);

#[derive(Clone, Debug, Default)]
struct Tally {
    accepted: u64,
    query_limit: u64,
    operation_time: u64,
    overload: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            bucket: None,
            operating_s: None,
            window_s: 600,
            costs: BTreeMap::new(),
            overloaded: false,
        }
    }
}

impl Default for Bucket {
    fn default() -> Self {
        Self { size: 50.0, drain: 2.0 }
    }
}

impl Bucket {
    /// The shortest time in which one address can make so many calls without a refusal.
    #[expect(clippy::cast_precision_loss, reason = "nobody makes so many calls")]
    pub(crate) fn ideal_seconds(&self, calls: u64) -> f64 {
        ((calls as f64 - self.size) / self.drain).max(0.0)
    }
}

impl Limits {
    /// Changes what is limited; the buckets are empty afterwards.
    pub(crate) fn set(&self, setup: Setup) {
        *self.lock() = Inner {
            setup,
            ..Inner::default()
        };
    }

    /// Empties the buckets and forgets what was counted.
    pub(crate) fn reset(&self) {
        let setup = self.lock().setup.clone();
        self.set(setup);
    }

    /// Lets a call from the address into its bucket, or refuses it. A batch is one call.
    pub(crate) fn enter(&self, from: IpAddr, at: Timestamp) -> Result<(), Refusal> {
        let mut inner = self.lock();
        let bucket = inner.setup.bucket;
        if inner.setup.overloaded {
            inner.tally.overload += 1;
            let text = "REST API is blocked due to overload.";
            return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOAD_LIMIT", text));
        }
        let level = inner.levels.entry(from).or_insert(Level {
            filled: 0.0,
            at,
            accepted: 0,
        });
        if let Some(bucket) = bucket {
            let passed = clock::unix_float(at) - clock::unix_float(level.at);
            let filled = (level.filled - passed.max(0.0) * bucket.drain).max(0.0);
            // The wall clock has microseconds: a call that comes exactly in time is in time.
            if filled + 1.0 > bucket.size + 1e-4 {
                inner.tally.query_limit += 1;
                let text = "Too many requests";
                return Err(Refusal::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "QUERY_LIMIT_EXCEEDED",
                    text,
                ));
            }
            (level.filled, level.at) = (filled + 1.0, at);
        }
        level.accepted += 1;
        inner.tally.accepted += 1;
        inner.tally.first.get_or_insert(at);
        inner.tally.last = Some(at);
        Ok(())
    }

    /// Whether the caller may use the method now; what is over is refused before the call.
    pub(crate) fn may_work(&self, caller: &str, method: &str, at: Timestamp) -> Result<(), Refusal> {
        let mut inner = self.lock();
        let Some(limit) = inner.setup.operating_s else {
            return Ok(());
        };
        let window = inner.setup.window_s;
        let key = (caller.to_owned(), method.to_owned());
        let used = inner.work.get_mut(&key).map_or(0.0, |baskets| baskets.used(window, at));
        if used < limit {
            return Ok(());
        }
        inner.tally.operation_time += 1;
        let text = "Method is blocked due to operation time limit.";
        Err(Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "OPERATION_TIME_LIMIT",
            text,
        ))
    }

    /// Charges a call that took so many seconds.
    pub(crate) fn worked(&self, caller: &str, method: &str, seconds: f64, at: Timestamp) -> Operating {
        let mut inner = self.lock();
        let costs = &inner.setup.costs;
        let cost = costs.get(method).or_else(|| costs.get("*")).copied().unwrap_or(0.0);
        let window = inner.setup.window_s;
        let key = (caller.to_owned(), method.to_owned());
        let baskets = inner.work.entry(key).or_default();
        baskets.add(window, seconds + cost, at);
        Operating {
            used: baskets.used(window, at),
            reset_at: baskets.reset_at(window, at),
        }
    }

    /// What is set, what was counted, and the shortest time for `calls` or for those that were let in.
    pub(crate) fn report(&self, calls: Option<u64>) -> Value {
        let inner = self.lock();
        let tally = &inner.tally;
        let busiest = inner.levels.values().map(|level| level.accepted).max().unwrap_or(0);
        let ideal = inner
            .setup
            .bucket
            .map_or(0.0, |bucket| bucket.ideal_seconds(calls.unwrap_or(busiest)));
        let seconds = match (tally.first, tally.last) {
            (Some(first), Some(last)) => clock::unix_float(last) - clock::unix_float(first),
            _ => 0.0,
        };
        json!({
            "setup": inner.setup, "accepted": tally.accepted, "addresses": inner.levels.len(),
            "refusals": tally.query_limit + tally.operation_time + tally.overload,
            "refused": {
                "QUERY_LIMIT_EXCEEDED": tally.query_limit, "OPERATION_TIME_LIMIT": tally.operation_time,
                "OVERLOAD_LIMIT": tally.overload,
            },
            "first_at_us": tally.first.map(clock::micros), "last_at_us": tally.last.map(clock::micros),
            "seconds": seconds, "ideal_seconds": ideal,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Baskets {
    fn add(&mut self, window: i64, seconds: f64, at: Timestamp) {
        let width = (window / BASKETS).max(1);
        let start = at.as_second() - at.as_second().rem_euclid(width);
        match self.0.back_mut() {
            Some((basket, sum)) if *basket == start => *sum += seconds,
            _ => self.0.push_back((start, seconds)),
        }
    }

    fn used(&mut self, window: i64, at: Timestamp) -> f64 {
        while self
            .0
            .front()
            .is_some_and(|(start, _)| start + window <= at.as_second())
        {
            self.0.pop_front();
        }
        self.0.iter().map(|(_, seconds)| seconds).sum()
    }

    fn reset_at(&self, window: i64, at: Timestamp) -> i64 {
        self.0.front().map_or(at.as_second(), |(start, _)| *start) + window
    }
}

#[cfg(test)]
mod tests;
