//! The configuration of push channels, and events on the channel of an application.

use serde_json::{Value, json};

use crate::rest::{Rest, RestError};

/// An event for the channel of the calling application (`pull.application.event.add`).
#[derive(Debug, Clone, PartialEq)]
pub struct AppEvent {
    /// Latin letters, digits, `_`, `|`, `.`, `-`, `:`.
    pub command: String,
    /// What goes with it.
    pub params: Value,
    /// The module that it names; the portal takes `application` when there is none.
    pub module: Option<String>,
    /// For this user only; else for everybody. Who is no administrator can only name himself.
    pub user: Option<u64>,
}

impl Rest {
    /// `pull.config.get`, never from the portal's cache: the configuration of the user's own channel.
    pub async fn pull_config_get(&self) -> Result<Value, RestError> {
        self.call("pull.config.get", json!({"CACHE": "N"})).await
    }

    /// `pull.application.config.get`, never from the portal's cache: the configuration of the application's channel.
    pub async fn pull_application_config_get(&self) -> Result<Value, RestError> {
        self.call("pull.application.config.get", json!({"CACHE": "N"})).await
    }

    /// `pull.application.event.add`.
    pub async fn pull_application_event_add(&self, event: &AppEvent) -> Result<(), RestError> {
        let mut params = json!({"COMMAND": event.command, "PARAMS": event.params});
        if let Some(module) = &event.module {
            params["MODULE_ID"] = module.as_str().into();
        }
        if let Some(user) = event.user {
            // Portals compare it with the caller's own id as text.
            params["USER_ID"] = user.to_string().into();
        }
        self.call("pull.application.event.add", params).await.map(drop)
    }

    /// `pull.channel.public.list`: the public channels of users, as a map by user id.
    pub async fn pull_channel_public_list(&self, users: &[u64]) -> Result<Value, RestError> {
        self.call("pull.channel.public.list", json!({"USERS": users})).await
    }

    /// `pull.watch.extend`: keeps watch tags alive; a map from tag to whether it lives on.
    pub async fn pull_watch_extend(&self, tags: &[String]) -> Result<Value, RestError> {
        self.call("pull.watch.extend", json!({"TAGS": tags})).await
    }
}
