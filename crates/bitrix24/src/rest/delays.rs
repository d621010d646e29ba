//! How long a refused call waits before it is made again.

use std::{fmt, sync::Arc, time::Duration};

use super::error::RestErrorKind;

/// The first wait after a refusal; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(30);
/// Tries after the first one.
const TRIES: u32 = 5;
/// A portal that blocks its callers by hand is left alone longer.
const OVERLOAD: u32 = 10;

/// Which calls that the portal has refused for a limit are made again, and when. Such a call was not carried out, so
/// making it again is safe for every method; nothing else is ever repeated by itself.
#[derive(Clone)]
pub struct Delays(Arc<Rule>);

/// Gives the wait for the kind of refusal and the number of refusals before it.
type Rule = dyn Fn(RestErrorKind, u32) -> Option<Duration> + Send + Sync;

impl Delays {
    /// Gives every refusal to the caller.
    pub fn none() -> Self {
        Self::by(|_, _| None)
    }

    /// Five tries with waits of 1, 2, 4, 8, 16 s (ten times that where the portal's operators have blocked it), each
    /// made up to a half longer by `chance`, a source of numbers in 0..1, so that many desks do not come back as one.
    pub fn usual(chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self::by(move |kind, refusals| {
            if refusals >= TRIES {
                return None;
            }
            let times = if kind == RestErrorKind::Blocked { OVERLOAD } else { 1 };
            let wait = FIRST.saturating_mul(1 << refusals.min(16)).min(LONGEST) * times;
            Some(wait.mul_f64(1.0 + chance().clamp(0.0, 1.0) / 2.0))
        })
    }

    /// By a rule of the caller's own: the kind of the refusal and how many there were before it; `None` gives up.
    pub fn by(rule: impl Fn(RestErrorKind, u32) -> Option<Duration> + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// The wait after a refusal.
    pub(super) fn after(&self, kind: RestErrorKind, refusals: u32) -> Option<Duration> {
        (self.0)(kind, refusals)
    }
}

impl Default for Delays {
    fn default() -> Self {
        Self::none()
    }
}

impl fmt::Debug for Delays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delays")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let delays = Delays::usual(|| 0.0);
        let waits: Vec<_> = (0..7)
            .map(|n| delays.after(RestErrorKind::Limit, n).map(|wait| wait.as_secs()))
            .collect();
        assert_eq!(waits, [Some(1), Some(2), Some(4), Some(8), Some(16), None, None]);
        assert_eq!(delays.after(RestErrorKind::Blocked, 1), Some(Duration::from_secs(20)));
        let late = Delays::usual(|| 1.0).after(RestErrorKind::Limit, 0);
        assert_eq!(late, Some(Duration::from_millis(1500)));
        assert_eq!(Delays::none().after(RestErrorKind::Limit, 0), None);
    }
}
