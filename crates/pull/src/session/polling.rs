//! Long polling: one request after the other, each from what the owner has stored.

use std::time::{Duration, Instant};

use super::{Effect, Now, Session};
use crate::{position::Mid, status::TransportKind, transport::Answer};

/// An answer that comes faster than this and brings nothing new is a server that does not hold requests.
const TOO_FAST: Duration = Duration::from_secs(1);
/// How long such a server is left alone.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the exchange is.
#[derive(Default)]
pub(super) struct Polling {
    /// When the request was made that is under way.
    asked: Option<Instant>,
    /// The answer brought something that was not known.
    news: bool,
    /// The next request is due, but not before this.
    due: Option<Instant>,
}

impl Polling {
    pub(super) fn opened(&mut self, now: Now) {
        *self = Self {
            asked: Some(now.instant),
            news: false,
            due: None,
        };
    }

    /// No request is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.asked.is_none()
    }

    /// Whether something that arrived was new.
    pub(super) fn note_news(&mut self, news: bool) {
        self.news |= news;
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.due
    }
}

impl Session {
    /// The answer to a request is complete.
    pub(super) fn answered(&mut self, answer: &Answer, now: Now) {
        self.heard(now);
        if !self.is_online() || self.status.transport != Some(TransportKind::LongPolling) {
            return;
        }
        self.worked();
        let moment = answer.etag_tag.clone().zip(answer.last_modified.clone());
        let mid = answer.last_message_id.as_deref().and_then(|mid| Mid::new(mid).ok());
        self.ledger.begin_at(mid, moment);
        let fast = self.polling.asked.is_some_and(|asked| now.instant < asked + TOO_FAST);
        self.polling.asked = None;
        if self.repeat_for_the_lone(now) {
            return self.poll(now);
        }
        let news = std::mem::take(&mut self.polling.news);
        if answer.empty && self.caught_up(now) {
            return;
        }
        let wait = if fast && !news { PATIENCE } else { Duration::ZERO };
        self.polling.due = Some(now.instant + wait);
        self.poll_if_due(now);
    }

    /// The next request, once everything that arrived is stored: it says to the server that it is.
    pub(super) fn poll_if_due(&mut self, now: Now) {
        let due = self.polling.due.is_some_and(|due| due <= now.instant);
        if due && self.ledger.open_deliveries() == 0 && self.is_online() {
            self.poll(now);
        }
    }

    fn poll(&mut self, now: Now) {
        let Some(config) = &self.config else { return };
        // Everything that was read is stored by now, but for what is asked for again: that begins where reading stands.
        let endpoints = config.endpoints(TransportKind::LongPolling, self.ledger.read_to());
        self.ledger.expect_history();
        self.expect_replay();
        // From here on the server owes an answer.
        self.heard(now);
        self.polling.asked = Some(now.instant);
        self.polling.due = None;
        self.effects.push_back(Effect::Poll(endpoints));
    }
}
