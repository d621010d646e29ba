//! The way to an open connection: configuration, opening, failing, waiting.

use std::time::Duration;

use serde_json::Value;

use super::{Effect, NotOpened, Now, Phase, Session, code};
use crate::{
    config::Config,
    delay::Pause,
    source::{ConfigFailure, Remedy},
    status::{Failure, Reason, State, TransportKind},
};

impl Session {
    /// The next attempt: with the configuration at hand while it is good, else with a new one.
    pub(super) fn go(&mut self, now: Now) {
        let good = self.renew_at.is_none_or(|at| now.instant < at);
        match self.config.take() {
            Some(config) if good => {
                self.connect(&config, now);
                self.config = Some(config);
            }
            outdated => {
                self.config = outdated;
                self.configure(now);
                self.enter(Phase::Configuring, State::Configuring, now);
            }
        }
    }

    pub(super) fn configure(&mut self, now: Now) {
        self.configuring = Some(now.instant + self.limits.configure_within);
        self.effects.push_back(Effect::Configure);
    }

    pub(super) fn connect(&mut self, config: &Config, now: Now) {
        let kind = self.choose(config);
        let endpoints = config.endpoints(kind, self.ledger.resume_from());
        self.ledger.connecting();
        let max_message = if self.oversized && kind == TransportKind::WebSocket {
            self.limits.max_replay
        } else {
            self.limits.max_message
        };
        self.effects.push_back(Effect::Open {
            kind,
            endpoints,
            max_message,
        });
        self.enter(
            Phase::Connecting {
                until: now.instant + self.limits.open_within,
                kind,
            },
            State::Connecting,
            now,
        );
    }

    pub(super) fn configured(&mut self, answer: Result<Value, ConfigFailure>, now: Now) {
        if self.configuring.take().is_none() {
            return;
        }
        let read = match answer {
            Ok(result) => Config::parse(&result, &self.origin).map_err(|error| ConfigFailure {
                kind: error.code().to_owned(),
                message: error.to_string(),
                remedy: if error.is_transient() {
                    Remedy::Retry { after: None }
                } else {
                    Remedy::GiveUp
                },
            }),
            Err(failure) => Err(failure),
        };
        match (read, self.phase) {
            (_, Phase::Stopped | Phase::Failed) => {}
            (Ok(config), Phase::Online { .. }) => self.renewed(config, now),
            (Ok(config), Phase::Configuring) => {
                if !self.adopt(&config, now) {
                    self.ledger.thaw();
                }
                self.connect(&config, now);
                self.config = Some(config);
            }
            // It was asked for while online, and the connection ended meanwhile.
            (Ok(config), Phase::Waiting { .. }) => {
                if !self.adopt(&config, now) {
                    self.ledger.thaw();
                }
                self.config = Some(config);
            }
            (Ok(config), Phase::Connecting { .. }) => {
                if !self.adopt(&config, now) {
                    self.ledger.thaw();
                }
                self.leave(code::CONFIG_REPLACED);
                self.connect(&config, now);
                self.config = Some(config);
            }
            (Err(failure), Phase::Configuring) => self.not_configured(failure, now),
            (Err(failure), Phase::Online { .. } | Phase::Waiting { .. } | Phase::Connecting { .. }) => {
                tracing::debug!(
                    kind = failure.kind,
                    message = failure.message,
                    "no new configuration yet"
                );
                // The channels at hand may well outlive the portal's trouble.
                let wait = self
                    .next_delay()
                    .max(failure.remedy.least())
                    .max(Duration::from_secs(1));
                self.renew_at = Some(now.instant + wait);
            }
        }
    }

    pub(super) fn not_configured(&mut self, failure: ConfigFailure, now: Now) {
        tracing::debug!(kind = failure.kind, message = failure.message, "no configuration");
        self.status.reason = Some(Reason::Config(failure.kind.clone()));
        match failure.remedy {
            Remedy::Retry { .. } => self.wait(failure.remedy.least(), now),
            Remedy::SignIn | Remedy::GiveUp => {
                let failure = Failure {
                    kind: failure.kind,
                    remedy: failure.remedy,
                };
                self.enter(Phase::Failed, State::Failed(failure), now);
            }
        }
    }

    /// Takes the facts of a configuration that do not depend on the connection. True when it is to be asked for again,
    /// since a command came while it was under way.
    pub(super) fn adopt(&mut self, config: &Config, now: Now) -> bool {
        self.shift = config
            .server_time
            .map_or(jiff::SignedDuration::ZERO, |server| now.wall.duration_since(server));
        self.configured_at = Some(now.instant);
        self.server_clock = config.server_time.map(|server| (server, now.instant));
        self.status.server_version = Some(config.server_version);
        self.asking.channels.clone_from(&config.public_channels);
        self.note_revision(config.revision);
        let server_now = now.wall - self.shift;
        self.renew_at = config.expires.map(|expires| {
            let left = Duration::try_from(expires.duration_since(server_now)).unwrap_or_default();
            // A configuration that lives for minutes only is renewed at half of its life, and never more often than
            // once a minute.
            let wait = left.checked_sub(self.limits.renew_before).unwrap_or(left / 2);
            now.instant + wait.max(Duration::from_secs(60))
        });
        let outdated = std::mem::take(&mut self.outdated);
        if outdated {
            self.renew_in(Pause::ChannelExpired, now);
        }
        self.renewing = outdated;
        outdated
    }

    pub(super) fn not_opened(&mut self, why: NotOpened, now: Now) {
        let Phase::Connecting { kind, .. } = self.phase else {
            return;
        };
        let (reason, least) = match why {
            NotOpened::Unreachable => (Reason::Unreachable, None),
            NotOpened::Tls(fault) => (Reason::Tls(fault), None),
            NotOpened::TimedOut => (Reason::TimedOut, None),
            NotOpened::NotAPushServer => (Reason::NotAPushServer, None),
            NotOpened::Refused { status, retry_after } => {
                // Servers 1.0 and 2.0 refuse an expired channel during the upgrade, where others close with 4010.
                if matches!(status, 400 | 401 | 403) {
                    self.config = None;
                }
                (Reason::Refused(status), retry_after)
            }
        };
        self.leave(code::NORMAL);
        if self.route_failed(kind, why)
            && let Some(config) = self.config.take()
        {
            self.connect(&config, now);
            self.config = Some(config);
            return;
        }
        self.status.reason = Some(reason);
        self.wait(least.unwrap_or_default(), now);
    }

    /// Waits before the next attempt, at least as long as somebody asked for.
    pub(super) fn wait(&mut self, least: Duration, now: Now) {
        let wait = self.next_delay().max(least);
        self.wait_for(wait, now);
    }

    pub(super) fn wait_for(&mut self, wait: Duration, now: Now) {
        let until = now.wall.checked_add(wait).unwrap_or(now.wall);
        self.enter(
            Phase::Waiting {
                until: now.instant + wait,
            },
            State::Waiting { until },
            now,
        );
    }

    pub(super) fn next_delay(&mut self) -> Duration {
        let attempt = self.attempt;
        self.attempt = attempt.saturating_add(1);
        (self.delay)(Pause::Retry { attempt })
    }
}
