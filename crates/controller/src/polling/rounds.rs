//! The rounds of a portal that is polled: counters first, lists where a counter has changed.
use std::collections::BTreeSet;
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::polling::{Pace, Polled, Round, Why, look};
use hotstart_core::ports::{Cursor, Looked};
use tokio::time::Instant;

use super::Watching;
use crate::catch_up::{Found, Progress, Purpose};
use crate::controller::Controller;
use crate::job::Finished;

/// A portal that is polled.
#[derive(Debug)]
pub(crate) struct Rounds {
    pub(super) why: Why,
    pub(super) pace: Pace,
    pub(super) due: Instant,
    /// The number of the round that is under way.
    pub(super) under_way: Option<u64>,
    pub(super) wait: Duration,
    /// No round may begin before, whatever the user wishes: the share of the desk is used up till then.
    pub(super) earliest: Instant,
    pub(super) position: Option<Polled>,
    pub(super) failure: Option<Failure>,
    /// When the portal last answered.
    pub(super) answered: Option<Timestamp>,
}

/// What a round brought.
pub(crate) struct Asked {
    polled: Polled,
    looked: Option<Looked>,
    requests: u32,
}

impl Controller {
    pub(super) fn position(&self, portal: &str) -> Option<Polled> {
        let cursor = self.state.cursors.get(&polling_key(portal))?;
        serde_json::from_str(&cursor.position).ok()
    }

    pub(super) fn begin_round(&mut self, portal: &str) {
        let (now, number) = (self.now(), self.state.next_number());
        let settings = self.state.settings.polling.clone();
        let messenger = self.ports.messenger.clone();
        let before = self.unread_of(portal);
        let Some(rounds) = self.watching.rounds(portal) else {
            return;
        };
        rounds.under_way = Some(number);
        let known = rounds.position;
        let portal = portal.to_owned();
        let asked = portal.clone();
        let work = Box::pin(async move {
            let counters = messenger.counters(asked.clone()).await?;
            let (wanted, polled) = look(known.as_ref(), &counters, &settings, now);
            if wanted.is_empty() {
                return Ok(Asked {
                    polled,
                    looked: None,
                    requests: 1,
                });
            }
            let looked = messenger.look(asked, wanted).await?;
            Ok(Asked {
                polled,
                requests: looked.requests + 1,
                looked: Some(looked),
            })
        });
        self.job(work, move |result| {
            Finished::CaughtUp(Progress::Polled {
                portal,
                number,
                before,
                result,
            })
        });
    }

    /// A round has its answer.
    pub(crate) fn polled(
        &mut self,
        portal: &str,
        number: u64,
        before: &BTreeSet<String>,
        result: Result<Asked, Failure>,
    ) {
        let now = self.now();
        let Some(rounds) = self.watching.rounds(portal) else {
            return;
        };
        if rounds.under_way != Some(number) {
            return;
        }
        let Asked {
            mut polled,
            looked,
            requests,
        } = match result {
            Ok(asked) => asked,
            Err(failure) => {
                let round = if failure.code == Code::PortalLimit {
                    Round::Refused
                } else {
                    Round::Failed
                };
                let news = rounds.failure.as_ref().is_none_or(|known| known.code != failure.code);
                rounds.failure = Some(failure.clone());
                self.round_ends(portal, round, 1);
                // That the portal asks to slow down is the business of the pace alone.
                if news && round == Round::Failed {
                    self.connected(portal, Err(failure));
                }
                return;
            }
        };
        let recovered = rounds
            .failure
            .take()
            .is_some_and(|failure| failure.code != Code::PortalLimit);
        rounds.answered = Some(now);
        let crowded = rounds.pace.crowded();
        if recovered {
            self.connected(portal, Ok(()));
        }
        let Some(Looked { snapshot, .. }) = looked else {
            self.round_ends(portal, Round::Quiet, requests);
            return;
        };
        polled.offset = snapshot.offset.or(polled.offset);
        polled.crowded = crowded;
        let found = self.compare(portal, &snapshot, before);
        let cursor = serde_json::to_string(&polled).ok().map(|position| Cursor {
            portal: polling_key(portal),
            position,
            seen: Vec::new(),
        });
        // What the queue has given is forgotten by the portal once the next events are asked for.
        let lasting = !snapshot.feed.is_empty();
        let commands = self.heed_bells(portal, &snapshot);
        self.keep(Found {
            commands,
            portal: portal.to_owned(),
            number,
            missing: found,
            cursor,
            lasting,
            purpose: Purpose::Poll { polled, requests },
        });
    }

    /// A round is over: the next one is planned.
    pub(crate) fn round_ends(&mut self, portal: &str, round: Round, requests: u32) {
        let (now, settings) = (self.now(), self.state.settings.polling.clone());
        let lot = self.ports.services.lot();
        let Some(rounds) = self.watching.rounds(portal) else {
            return;
        };
        rounds.under_way = None;
        rounds.wait = rounds.pace.after(round, requests, &settings, now, lot);
        rounds.due = Instant::now() + rounds.wait;
        rounds.earliest = match round {
            Round::Refused => rounds.due,
            Round::Quiet | Round::News | Round::Failed => Instant::now() + settings.share() * requests.max(1),
        };
        self.watch();
    }

    /// The rounds of a portal have come to this position.
    pub(crate) fn position_kept(&mut self, portal: &str, number: u64, polled: Polled) -> bool {
        let Some(rounds) = self.watching.rounds(portal) else {
            return false;
        };
        if rounds.under_way != Some(number) {
            return false;
        }
        rounds.position = Some(polled);
        true
    }

    /// Asks at once: the user looks, or the network is back.
    pub(crate) fn poll_soon(&mut self) {
        let now = Instant::now();
        let rounds = self.watching.portals.values_mut();
        for rounds in rounds.filter_map(|watched| watched.rounds.as_mut()) {
            rounds.due = rounds.due.min(now.max(rounds.earliest));
        }
        self.watch();
    }
}

impl Watching {
    fn rounds(&mut self, portal: &str) -> Option<&mut Rounds> {
        self.portals.get_mut(portal)?.rounds.as_mut()
    }
}

/// The name of the position of polling beside that of the channel; no portal is named so.
fn polling_key(portal: &str) -> String {
    format!("{portal}#polling")
}
