//! Keeping the limits of a portal on our side, so that no call is refused.
//!
//! A portal lets in calls as a leaky bucket does: one each half second, fifty at once after a pause (official page
//! "limits"). It also books the working time of each method over ten minutes and blocks the method when that is too
//! much. Both are per portal and source address; all clients of a portal should share one [`Limits`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::answer::Time;
use super::error::{RestError, RestErrorKind};

/// Calls that are never made at once though the portal would take them: it sees them by its own clock and after a way of
/// changing length, so that the last of a full burst could come a moment too early.
const MARGIN: u32 = 2;
/// The share of the working time that is used.
const USED: f64 = 0.95;
/// How long a method rests that the portal has blocked without ever having said how long: one of its ten baskets.
const BASKET: Duration = Duration::from_secs(60);
/// Methods that are remembered.
const MOST_METHODS: usize = 256;

/// What a portal lets in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Calls at once after a pause.
    pub burst: u32,
    /// Time in which one more is let in.
    pub every: Duration,
    /// Working time of one method within ten minutes.
    pub operating: Duration,
}

impl Rates {
    /// The cloud: 50 at once, 2 a second, 480 s of a method's work.
    pub const CLOUD: Self = Self {
        burst: 50,
        every: Duration::from_millis(500),
        operating: Duration::from_secs(480),
    };

    /// The cloud's plan Enterprise: 250 at once, 5 a second.
    pub const ENTERPRISE: Self = Self {
        burst: 250,
        every: Duration::from_millis(200),
        operating: Duration::from_secs(480),
    };
}

/// The limits of one portal, shared by its clones. Calls get their turn in the order in which they asked.
#[derive(Debug, Clone, Default)]
pub struct Limits(Option<Arc<Kept>>);

#[derive(Debug)]
struct Kept {
    rates: Rates,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the bucket will have run empty, if nothing more comes.
    empty_at: Option<Instant>,
    methods: BTreeMap<String, Method>,
}

#[derive(Debug, Clone, Copy)]
struct Method {
    /// When the portal forgets a part of its working time.
    resets_at: Instant,
    /// It rests until then.
    resting: bool,
}

impl Limits {
    /// Keeps these rates.
    pub fn new(rates: Rates) -> Self {
        Self(Some(Arc::new(Kept {
            rates,
            state: Mutex::default(),
        })))
    }

    /// Keeps none: for an installation of one's own, which has none unless its administrator wants it.
    pub fn none() -> Self {
        Self(None)
    }

    /// Waits until one of these methods may be called. A wait of more than `within` is not begun: it is an error that
    /// names it. A caller that gives up waiting has used its turn up all the same.
    pub async fn turn(&self, methods: &[&str], within: Duration) -> Result<(), RestError> {
        let Some(kept) = &self.0 else { return Ok(()) };
        let end = Instant::now() + within;
        loop {
            let now = Instant::now();
            let left = end.saturating_duration_since(now);
            let rest = kept.state().rest(methods, now);
            if rest > left {
                return Err(too_long(rest));
            }
            if rest.is_zero() {
                let wait = kept.state().take(kept.rates, now, left).map_err(too_long)?;
                if !wait.is_zero() {
                    sleep(wait).await;
                }
                return Ok(());
            }
            sleep(rest).await;
        }
    }

    /// Books what the portal says about the working time of a method.
    pub fn used(&self, method: &str, time: Option<&Time>, now: Instant) {
        let Some(kept) = &self.0 else { return };
        let Some(time) = time else { return };
        let (Some(operating), Some(resets_in)) = (time.operating, time.operating_resets_in()) else {
            return;
        };
        let much = operating >= kept.rates.operating.as_secs_f64() * USED;
        let noted = Method {
            resets_at: now + resets_in,
            resting: much,
        };
        kept.state().note(method, noted, now);
    }

    /// The portal has refused a call: its bucket is full, or the time of the method is used up.
    pub(super) fn refused(&self, methods: &[&str], operating: bool, now: Instant) {
        let Some(kept) = &self.0 else { return };
        let mut state = kept.state();
        if !operating {
            let full = now + kept.rates.every * kept.rates.burst.saturating_sub(MARGIN).max(1);
            state.empty_at = Some(state.empty_at.map_or(full, |at| at.max(full)));
            return;
        }
        for method in methods {
            let known = state.methods.get(*method).map(|method| method.resets_at);
            let resets_at = known.filter(|at| *at > now).unwrap_or(now + BASKET);
            let noted = Method {
                resets_at,
                resting: true,
            };
            state.note(method, noted, now);
        }
    }
}

impl Kept {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How long these methods still rest.
    fn rest(&self, methods: &[&str], now: Instant) -> Duration {
        let resting = methods
            .iter()
            .filter_map(|method| self.methods.get(*method))
            .filter(|method| method.resting);
        resting
            .map(|method| method.resets_at.saturating_duration_since(now))
            .max()
            .unwrap_or_default()
    }

    /// Takes a place in the bucket, and gives the wait for it; one that is too long is given as an error and not taken.
    fn take(&mut self, rates: Rates, now: Instant, within: Duration) -> Result<Duration, Duration> {
        let room = rates.every * rates.burst.saturating_sub(MARGIN + 1);
        let empty_at = self.empty_at.map_or(now, |at| at.max(now));
        let wait = empty_at.saturating_duration_since(now).saturating_sub(room);
        if wait > within {
            return Err(wait);
        }
        self.empty_at = Some(empty_at + rates.every);
        Ok(wait)
    }

    fn note(&mut self, method: &str, noted: Method, now: Instant) {
        if self.methods.len() >= MOST_METHODS {
            self.methods.retain(|_, method| method.resets_at > now);
        }
        if self.methods.len() < MOST_METHODS || self.methods.contains_key(method) {
            self.methods.insert(method.to_owned(), noted);
        }
    }
}

fn too_long(wait: Duration) -> RestError {
    RestError::new(RestErrorKind::Limit, "the wait for a turn is too long").with_wait(wait)
}

#[cfg(test)]
mod tests;
