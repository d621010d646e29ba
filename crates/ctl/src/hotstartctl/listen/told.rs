//! What is said on standard error: how the connection fares, each piece of news once.

use std::io::Write as _;
use std::sync::Arc;

use bitrix24_pull::{Gap, State, Status};
use hotstart_core::texts::Language;
use hotstart_desk::WebhookSource;

use crate::output::Failure;

/// Says what is new.
pub(super) struct Told {
    source: Arc<WebhookSource>,
    /// What was said last, so that a long outage does not fill a disk.
    last: String,
}

impl Told {
    pub(super) const fn new(source: Arc<WebhookSource>) -> Self {
        Self {
            source,
            last: String::new(),
        }
    }

    /// Says how the connection fares; fails when it was given up.
    pub(super) fn state(&mut self, status: &Status) -> Result<(), Failure> {
        match &status.state {
            State::Online => {
                let version = status.server_version.unwrap_or_default();
                self.say(format!("connected, push server version {version}"));
            }
            State::Waiting { .. } => {
                let reason = status.reason.as_ref().map_or("closed", |reason| reason.code());
                self.say(format!("not connected ({reason}), trying again"));
            }
            State::Failed(failure) => return Err(self.failed(&failure.kind)),
            State::Stopped | State::Configuring | State::Connecting => {}
        }
        Ok(())
    }

    /// Says that something is missing.
    pub(super) fn gap(&mut self, gap: Gap) {
        let why = match gap {
            Gap::ChannelsReplaced => "the channels were replaced meanwhile",
            Gap::ReplayLimited => "there were more than the server gives at once",
            Gap::Unverified => "the server could not be asked what it skipped while connecting",
        };
        self.say(format!("events may be missing: {why}"));
    }

    fn failed(&self, kind: &str) -> Failure {
        let known = self.source.failure().filter(|failure| failure.code_text() == kind);
        let message = known.map_or_else(
            || "there can be no connection with the push configuration of this portal".to_owned(),
            |failure| failure.text(Language::En),
        );
        Failure::failed(kind, message)
    }

    fn say(&mut self, text: String) {
        if text != self.last {
            // Nobody may be listening there.
            let _ = writeln!(std::io::stderr(), "hotstartctl: {}: {text}", self.source.portal());
            self.last = text;
        }
    }
}
