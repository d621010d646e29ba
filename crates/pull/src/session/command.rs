//! System commands: what the push module of the portal tells its clients about the connection itself.

use serde_json::{Value, value::RawValue};

use super::{Now, Session, code};
use crate::{delay::Pause, status::Reason};

/// Whether a command says that events go to another channel now.
pub(super) fn replaces_a_channel(command: &str) -> bool {
    command.eq_ignore_ascii_case("channel_expire")
}

impl Session {
    pub(super) fn command(&mut self, command: &str, params: &RawValue, now: Now) {
        tracing::debug!(command, "system command");
        match command.to_ascii_uppercase().as_str() {
            "CHANNEL_EXPIRE" => {
                let params = serde_json::from_str(params.get()).unwrap_or(Value::Null);
                self.channel_expired(&params, now);
            }
            "CONFIG_EXPIRE" => self.renew_in(Pause::ConfigExpired, now),
            "SERVER_RESTART" => {
                let wait = (self.delay)(Pause::ServerRestart);
                self.leave(code::SERVER_RESTARTED);
                self.status.reason = Some(Reason::ServerRestart);
                self.wait_for(wait, now);
            }
            _ => {}
        }
    }

    /// Two kinds: a shared channel comes with its successor, an own channel asks for a new configuration.
    fn channel_expired(&mut self, params: &Value, now: Now) {
        let by_token = self.config.as_ref().is_some_and(|config| config.token.is_some());
        if params["action"] == "reconnect" && by_token {
            // The token names the channels, so only a new one leads to the successor.
            self.renewing = true;
            self.renew_in(Pause::ChannelSwapped, now);
        } else if params["action"] == "reconnect" && self.swap_channel(params) {
            // The old channel goes on for a while; events of the new one are replayed from before this moment.
            let at = now.instant + (self.delay)(Pause::ChannelSwapped);
            self.swap_at = Some(self.swap_at.map_or(at, |planned| planned.min(at)));
            // A configuration that is under way may still name the old one.
            self.outdated |= self.configuring.is_some();
        } else {
            self.renewing = true;
            self.renew_in(Pause::ChannelExpired, now);
        }
    }

    /// Puts the successor in place; not if the command is about a channel that is not ours (any more).
    fn swap_channel(&mut self, params: &Value) -> bool {
        let Some(config) = &mut self.config else {
            return false;
        };
        let old = &params["channel"];
        let kind = old["type"]
            .as_str()
            .or_else(|| params["new_channel"]["type"].as_str())
            .unwrap_or("shared");
        let current = if kind == "private" {
            &config.private
        } else {
            &config.shared
        };
        let ours = match (current, old["id"].as_str()) {
            (Some(current), Some(id)) => current.is(id),
            (None, _) | (_, None) => true,
        };
        ours && config.replace_channel(kind, &params["new_channel"])
    }
}
