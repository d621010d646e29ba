//! Servers of version 5 and later are asked by JSON-RPC and answer every request.

use serde_json::{Value, json};

use super::{
    super::{Effect, Now, Session},
    Ask, AskError, Pending, Wish,
};
use crate::{config::Config, status::TransportKind, wire::outgoing};

impl Session {
    pub(super) fn call(&mut self, ask: Ask, now: Now) {
        if self.status.transport != Some(TransportKind::WebSocket) {
            return self.reply(ask.number, Err(AskError::Unsupported));
        }
        let (method, params) = match &ask.what {
            Wish::Publish(message) => {
                let body = json!({"module_id": message.module, "command": message.command, "params": message.params});
                let params = json!({"userList": message.users, "body": body, "expiry": message.expiry});
                ("publish", params)
            }
            Wish::LastSeen(users) => ("getUsersLastSeen", json!({"userList": users})),
            Wish::WatchPresence(user) => ("subscribeStatusChange", json!({"userId": user})),
            Wish::IgnorePresence(user) => ("unsubscribeStatusChange", json!({"userId": user})),
            Wish::ListChannels => ("listChannels", json!({})),
            Wish::Ping => ("ping", json!({})),
            Wish::Listening(_) => return self.reply(ask.number, Err(AskError::Unsupported)),
        };
        let id = self.next_call(method, &params);
        let until = now.instant + self.limits.answer_within;
        self.asking.calls.insert(
            id,
            Pending {
                number: ask.number,
                until,
            },
        );
    }

    fn next_call(&mut self, method: &str, params: &Value) -> u64 {
        self.asking.next_id += 1;
        let id = self.asking.next_id;
        self.effects
            .push_back(Effect::Send(outgoing::request(id, method, params)));
        id
    }

    /// A new connection: presence has to be asked for again.
    pub(in crate::session) fn ask_for_presence(&mut self) {
        if self.config.as_ref().is_some_and(Config::is_json_rpc)
            && self.status.transport == Some(TransportKind::WebSocket)
        {
            for user in self.asking.presence.clone() {
                self.next_call("subscribeStatusChange", &json!({"userId": user}));
            }
        }
    }
}
