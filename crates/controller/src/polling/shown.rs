//! What the user sees of a portal that is polled, and why it is.
use std::time::Duration;

use bitrix24_pull::State as PullState;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::Outcome;
use hotstart_core::polling::Why;
use hotstart_core::view::{ConnectionState, ConnectionView};
use tokio::time::Instant;

use crate::connections::failed;
use crate::controller::Controller;

impl Controller {
    /// Keeps in the journal that the portal is polled from now on, and why.
    pub(super) fn polling_begins(&mut self, portal: &str, why: Why) {
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
}
