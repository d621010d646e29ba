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
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::Outcome;
use hotstart_core::notification::Viewer;
use hotstart_core::polling::{self, Channel, Pace, Polled, Round, Why, look};
use hotstart_core::ports::{Cursor, Looked};
use hotstart_core::settings::PortalSettings;
use hotstart_core::view::{ConnectionState, ConnectionView};
use tokio::time::Instant;

use crate::catch_up::{Found, Progress, Purpose, Repair};
use crate::connections::failed;
use crate::controller::Controller;
use crate::job::Finished;

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

/// A portal that is polled.
#[derive(Debug)]
pub(crate) struct Rounds {
    why: Why,
    pace: Pace,
    due: Instant,
    /// The number of the round that is under way.
    under_way: Option<u64>,
    wait: Duration,
    /// No round may begin before, whatever the user wishes: the share of the desk is used up till then.
    earliest: Instant,
    position: Option<Polled>,
    failure: Option<Failure>,
    /// When the portal last answered.
    answered: Option<Timestamp>,
}

/// What a round brought.
pub(crate) struct Asked {
    polled: Polled,
    looked: Option<Looked>,
    requests: u32,
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

    /// Keeps in the journal that the portal is polled from now on, and why.
    fn polling_begins(&mut self, portal: &str, why: Why) {
        let failure = self.why_polled(portal, why);
        let record = self.entry("connect", "desk", portal, portal, self.now());
        // The portal is connected all the same.
        self.record(record.with_failure(Outcome::Done, &failure, self.state.settings.language));
    }

    /// Why there is no channel, and what would help.
    fn why_polled(&self, portal: &str, why: Why) -> Failure {
        let status = self.connections.status(portal);
        let missing = |detail: &str| {
            Failure::new(Code::ChannelMissing)
                .with("portal", portal)
                .with("detail", detail)
        };
        match (why, status.map(|status| &status.state)) {
            (Why::OwnChannelOnly, _) => Failure::new(Code::ChannelOwn).with("portal", portal),
            (_, Some(PullState::Failed(failure))) => {
                let told = failed(portal, failure);
                if told.code == Code::AuthScope {
                    told
                } else {
                    missing(told.code_text())
                }
            }
            _ => {
                let reason = status.and_then(|status| status.reason.as_ref());
                missing(reason.map_or("offline", |reason| reason.code()))
            }
        }
    }

    fn position(&self, portal: &str) -> Option<Polled> {
        let cursor = self.state.cursors.get(&polling_key(portal))?;
        serde_json::from_str(&cursor.position).ok()
    }

    fn begin_round(&mut self, portal: &str) {
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

    /// What the user sees of a portal that is polled.
    pub(crate) fn polling_view(&self, view: ConnectionView) -> ConnectionView {
        let watched = self.watching.portals.get(&view.portal);
        let Some(rounds) = watched.and_then(|watched| watched.rounds.as_ref()) else {
            return view;
        };
        let language = self.state.settings.language;
        let seconds = |wait: Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        let polling = ConnectionState::Polling {
            seconds: seconds(rounds.wait).max(1),
        };
        let state = match &rounds.failure {
            // The channel itself may be well, as that of an application: then its state is no news.
            None if rounds.answered.is_none() => ConnectionState::Connecting,
            None => polling,
            Some(failure) if failure.code == Code::PortalLimit => polling,
            Some(failure) if failure.code == Code::PortalUnreachable => ConnectionState::Waiting {
                seconds: seconds(rounds.due.saturating_duration_since(Instant::now())),
            },
            Some(failure) => ConnectionState::Failed {
                failure: failure.view(language),
            },
        };
        ConnectionView {
            state,
            since: rounds.answered.or(view.since),
            transport: None,
            why: Some(self.why_polled(&view.portal, rounds.why).view(language)),
            ..view
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

impl Watching {
    fn rounds(&mut self, portal: &str) -> Option<&mut Rounds> {
        self.portals.get_mut(portal)?.rounds.as_mut()
    }
}

/// The name of the position of polling beside that of the channel; no portal is named so.
fn polling_key(portal: &str) -> String {
    format!("{portal}#polling")
}
