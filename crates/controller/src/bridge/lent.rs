//! Who holds which events: several clients of a base divide them. A client that has died gives its events to another one
//! when their time is over.
use std::collections::BTreeMap;
use std::time::Duration;

use hotstart_core::bridge::Caller;
use tokio::time::Instant;

/// How long a client may work on what it was given before another one gets it.
const LENT_FOR: Duration = Duration::from_secs(60);

/// Events on loan, by their number in the queue.
#[derive(Debug, Default)]
pub(super) struct Lent(BTreeMap<u64, (Caller, Instant)>);

impl Lent {
    /// Whether this client may have an event: nobody holds it, or it does so itself, or the time is over.
    pub(super) fn is_free(&self, number: u64, caller: &Caller, now: Instant) -> bool {
        self.0
            .get(&number)
            .is_none_or(|(holder, until)| holder == caller || *until <= now)
    }

    /// Lends events to a client.
    pub(super) fn lend(&mut self, numbers: &[u64], caller: &Caller, now: Instant) {
        for number in numbers {
            self.0.insert(*number, (caller.clone(), now + LENT_FOR));
        }
    }

    /// They are back, or gone for good; what another base holds is none of this one's business.
    pub(super) fn end(&mut self, numbers: &[u64], base: &str) {
        for number in numbers {
            if self.0.get(number).is_some_and(|(holder, _)| holder.base == base) {
                self.0.remove(number);
            }
        }
    }

    /// Nobody of this base holds anything any more.
    pub(super) fn forget(&mut self, base: &str) {
        self.0.retain(|_, (holder, _)| holder.base != base);
    }

    /// When the first event of a base that another client holds becomes free.
    pub(super) fn free_at(&self, caller: &Caller, now: Instant) -> Option<Instant> {
        self.0
            .values()
            .filter(|(holder, until)| holder.base == caller.base && holder != caller && *until > now)
            .map(|(_, until)| *until)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(base: &str, client: &str) -> Caller {
        Caller {
            base: base.to_owned(),
            client: client.to_owned(),
        }
    }

    #[test]
    fn only_its_own_base_ends_a_loan() {
        let now = Instant::now();
        let (ours, other, stranger) = (caller("ut", "a"), caller("ut", "b"), caller("bp", "x"));
        let mut lent = Lent::default();
        lent.lend(&[1, 2], &ours, now);
        lent.end(&[1, 2], &stranger.base);
        assert!(!lent.is_free(1, &other, now));
        lent.end(&[1], &other.base);
        assert!(lent.is_free(1, &other, now) && !lent.is_free(2, &other, now));
        assert_eq!(lent.free_at(&other, now), Some(now + LENT_FOR));
        assert_eq!(
            lent.free_at(&other, now + LENT_FOR),
            None,
            "what is free is not waited for"
        );
        lent.forget("ut");
        assert!(lent.is_free(2, &other, now));
    }
}
