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
pub(super) struct Lent {
    held: BTreeMap<u64, (Caller, Instant)>,
    /// Events with which a base has failed, and when it may have them again.
    rests: BTreeMap<u64, (String, Instant)>,
}

impl Lent {
    /// Whether this client may have an event: nobody holds it, or it does so itself, or the time is over.
    pub(super) fn is_free(&self, number: u64, caller: &Caller, now: Instant) -> bool {
        let rests = self.rests.get(&number).is_some_and(|(_, until)| *until > now);
        let held = self.held.get(&number);
        !rests && held.is_none_or(|(holder, until)| holder == caller || *until <= now)
    }

    /// A base has failed with an event: nobody gets it before its time, and what was given before acknowledges it no more.
    pub(super) fn rest(&mut self, number: u64, base: &str, until: Instant) {
        self.held.remove(&number);
        self.rests.insert(number, (base.to_owned(), until));
    }

    /// Whether the last word about an event was that it has failed.
    pub(super) fn failed(&self, number: u64, base: &str) -> bool {
        self.rests.get(&number).is_some_and(|(of, _)| of == base)
    }

    /// They are given again.
    pub(super) fn given(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.rests.remove(number);
        }
    }

    /// Lends events to a client.
    pub(super) fn lend(&mut self, numbers: &[u64], caller: &Caller, now: Instant) {
        for number in numbers {
            self.held.insert(*number, (caller.clone(), now + LENT_FOR));
        }
    }

    /// They are back, or gone for good; what another base holds is none of this one's business.
    pub(super) fn end(&mut self, numbers: &[u64], base: &str) {
        for number in numbers {
            if self.held.get(number).is_some_and(|(holder, _)| holder.base == base) {
                self.held.remove(number);
            }
            if self.failed(*number, base) {
                self.rests.remove(number);
            }
        }
    }

    /// Nobody of this base holds anything any more.
    pub(super) fn forget(&mut self, base: &str) {
        self.held.retain(|_, (holder, _)| holder.base != base);
        self.rests.retain(|_, (of, _)| of != base);
    }

    /// When the first event of a base becomes free that another client holds, or that has failed.
    pub(super) fn free_at(&self, caller: &Caller, now: Instant) -> Option<Instant> {
        let held = self.held.values();
        let held = held.filter(|(holder, _)| holder.base == caller.base && holder != caller);
        let rests = self.rests.values().filter(|(base, _)| *base == caller.base);
        held.map(|(_, until)| *until)
            .chain(rests.map(|(_, until)| *until))
            .filter(|until| *until > now)
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

    #[test]
    fn what_has_failed_rests_for_everybody_and_is_not_acknowledged_by_what_came_before() {
        let now = Instant::now();
        let until = now + Duration::from_secs(2);
        let (ours, other) = (caller("ut", "a"), caller("ut", "b"));
        let mut lent = Lent::default();
        lent.lend(&[1], &ours, now);
        lent.rest(1, "ut", until);
        assert!(!lent.is_free(1, &ours, now) && !lent.is_free(1, &other, now));
        assert_eq!(lent.free_at(&ours, now), Some(until));
        assert!(lent.failed(1, "ut") && !lent.failed(1, "bp"));
        assert!(lent.is_free(1, &other, until) && lent.failed(1, "ut"));
        lent.given(&[1]);
        assert!(!lent.failed(1, "ut"));
    }
}
