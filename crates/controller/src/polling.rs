//! Portals that are asked, since no channel of theirs can be had; and who watches over the channels for that.
//!
//! ```text
//! status of a channel ──► watch ──► why polled? ──► round: counters ──► (changed?) lists ──► compare
//!        timer ─────────────┘                                                                  │
//!                          shown, journal ◄── committed ◄── notes, read, position in one transaction
//! ```
//!
//! When and what is asked is decided in `hotstart_core::polling`. A round obeys the rules of events: the same ids, one
//! transaction with the position, nothing shown before it is committed.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bitrix24_pull::{Remedy, State as PullState};
use hotstart_core::Timestamp;
use hotstart_core::failure::Code;
use hotstart_core::notification::Viewer;
use hotstart_core::polling::{self, Channel, Pace};
use hotstart_core::settings::PortalSettings;
use tokio::time::Instant;

use crate::catch_up::Repair;
use crate::connections::failed;
use crate::controller::Controller;

mod rounds;
mod shown;

pub(crate) use rounds::Asked;
use rounds::Rounds;

/// How often a channel that was given up is tried again while its portal is polled.
const AGAIN: Duration = Duration::from_secs(30 * 60);

/// Every portal whose connection is wanted.
#[derive(Debug, Default)]
pub(crate) struct Watching {
    pub(crate) portals: BTreeMap<String, Watched>,
    /// When there is something to do.
    next: Option<Instant>,
}

/// One portal.
#[derive(Debug)]
pub(crate) struct Watched {
    online: bool,
    /// Since when no events arrive.
    away_since: Timestamp,
    rounds: Option<Rounds>,
    /// When a channel that was given up is tried again.
    again: Option<Instant>,
    pub(crate) repair: Repair,
}

impl Controller {
    /// When something is to be done for a portal.
    pub(crate) const fn watch_deadline(&self) -> Option<Instant> {
        self.watching.next
    }

    /// Looks at every channel and does what is due.
    pub(crate) fn watch(&mut self) {
        let portals = self.state.settings.portals.clone();
        let wanted = |name: &str| portals.iter().any(|portal| portal.portal == name);
        self.watching.portals.retain(|name, _| wanted(name));
        for portal in &portals {
            match self.channel(&portal.portal) {
                Some(channel) => self.watch_one(portal, channel),
                None => {
                    self.watching.portals.remove(&portal.portal);
                }
            }
        }
        self.watching.next = self.next_deadline();
    }

    fn next_deadline(&self) -> Option<Instant> {
        let now = self.now();
        let watched = self.watching.portals.values();
        let all = watched.flat_map(|watched| {
            let rounds = watched.rounds.as_ref();
            let round = rounds
                .filter(|rounds| rounds.under_way.is_none())
                .map(|rounds| rounds.due);
            let away = (rounds.is_none() && !watched.online).then_some(polling::AWAY);
            let away = away.map(|longest| longest.saturating_sub(Duration::from_millis(now.since(watched.away_since))));
            // A second more, so that it has really passed; what passes without consequence is looked at rarely.
            let away = away.map(|left| Instant::now() + left.max(Duration::from_secs(30)) + Duration::from_secs(1));
            [round, away, watched.again, watched.repair.due()]
        });
        all.flatten().min()
    }

    /// How the channel of a portal is; none where no connection is wanted.
    fn channel(&self, portal: &str) -> Option<Channel> {
        if self.connections.is_ended(portal) {
            return Some(Channel::Failed { sign_in: true });
        }
        if !self.connections.is_running(portal) {
            return None;
        }
        let status = self.connections.status(portal);
        let known = self.watching.portals.get(portal);
        let since = known
            .filter(|watched| !watched.online)
            .map_or_else(|| self.now(), |watched| watched.away_since);
        Some(match status.map(|status| &status.state) {
            Some(PullState::Online) => Channel::Online,
            Some(PullState::Failed(failure)) => Channel::Failed {
                sign_in: failure.remedy == Remedy::SignIn || failed(portal, failure).code == Code::AuthRefused,
            },
            Some(PullState::Stopped) => return None,
            Some(PullState::Configuring | PullState::Connecting | PullState::Waiting { .. }) | None => {
                Channel::Away { since }
            }
        })
    }

    fn watch_one(&mut self, portal: &PortalSettings, channel: Channel) {
        let (name, now, instant) = (portal.portal.as_str(), self.now(), Instant::now());
        let why = polling::why(portal.connection, channel, &self.state.settings.polling, now);
        let position = self.position(name);
        let fresh = !self.state.cursors.contains_key(name);
        let settings = self.state.settings.polling.clone();
        let lot = self.ports.services.lot();
        let watched = self.watching.portals.entry(name.to_owned()).or_insert_with(|| Watched {
            online: false,
            away_since: now,
            rounds: None,
            again: None,
            repair: Repair::default(),
        });
        let online = channel == Channel::Online;
        if watched.online != online {
            (watched.online, watched.away_since) = (online, now);
            if online && fresh && polling::carries_messages(portal.connection) {
                watched.repair.want(false);
            }
        }
        let gave_up = matches!(channel, Channel::Failed { sign_in: false });
        watched.again = gave_up.then(|| watched.again.unwrap_or(instant + AGAIN));
        let Some(why) = why else {
            watched.rounds = None;
            return self.do_what_is_due(name, instant);
        };
        if let Some(rounds) = &mut watched.rounds {
            rounds.why = why;
        } else {
            let pace = Pace::new(position.as_ref(), now);
            // Who has just connected wants to see something; a desk that starts again shares the morning.
            let wait = position.map_or(Duration::ZERO, |_| pace.first(&settings, lot));
            watched.rounds = Some(Rounds {
                why,
                pace,
                due: instant + wait,
                under_way: None,
                wait,
                earliest: instant,
                position,
                failure: None,
                answered: None,
            });
            self.polling_begins(name, why);
        }
        self.do_what_is_due(name, instant);
    }

    fn do_what_is_due(&mut self, portal: &str, instant: Instant) {
        let Some(watched) = self.watching.portals.get_mut(portal) else {
            return;
        };
        if watched.again.is_some_and(|again| again <= instant) {
            watched.again = Some(instant + AGAIN);
            self.connections.reconnect(portal);
        }
        let due = |rounds: &Rounds| rounds.due <= instant && rounds.under_way.is_none();
        let polls = watched.rounds.as_ref().is_some_and(due);
        let repairs = watched.repair.due().is_some_and(|due| due <= instant);
        if polls {
            self.begin_round(portal);
        }
        if repairs {
            self.repair(portal);
        }
    }

    /// The unread notes of a portal.
    pub(crate) fn unread_of(&self, portal: &str) -> BTreeSet<String> {
        let notes = self
            .state
            .inbox
            .iter()
            .filter(|note| !note.read && note.portal == portal);
        notes.map(|note| note.id.clone()).collect()
    }

    /// Who looks.
    pub(crate) fn viewer(&self, portal: &str) -> Viewer<'_> {
        let settings = &self.state.settings;
        Viewer {
            user_id: settings.portal(portal).and_then(|known| known.user_id.as_deref()),
            language: settings.language,
            settings: &settings.notifications,
            now: self.now(),
        }
    }
}
