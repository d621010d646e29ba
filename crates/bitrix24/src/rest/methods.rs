//! The methods that are called here and there, with their answers as values. Each is named like the portal's own method.

mod crm;
mod fields;
mod messenger;
mod pull;

use serde::Deserialize;
use serde_json::{Value, json};

pub use crm::{Activities, Items};
pub use fields::{FieldSpec, UserField};
pub use messenger::{
    Counters, FeedItem, FeedPage, Many, NoticeButton, NoticePage, Notification, Person, RecentChat, RecentDialog,
    RecentMessage, RecentPage, Unread,
};
pub use pull::AppEvent;

use super::php::{self, Entries};
use super::{Rest, RestError};

/// As whom calls are made (`profile`): the test of a connection, allowed with every scope.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Profile {
    /// User id.
    #[serde(deserialize_with = "php::number")]
    pub id: u64,
    /// Administrator of the portal.
    #[serde(default, deserialize_with = "php::flag")]
    pub admin: bool,
    /// First name.
    #[serde(default, deserialize_with = "php::text")]
    pub name: String,
    /// Last name.
    #[serde(default, rename = "LAST_NAME", deserialize_with = "php::text")]
    pub last_name: String,
}

impl Profile {
    /// First and last name; empty where the portal tells neither.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.name, self.last_name).trim().to_owned()
    }
}

/// The current user (`user.current`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct User {
    /// User id.
    #[serde(deserialize_with = "php::number")]
    pub id: u64,
    /// First name.
    #[serde(default, deserialize_with = "php::text")]
    pub name: String,
    /// Last name.
    #[serde(default, rename = "LAST_NAME", deserialize_with = "php::text")]
    pub last_name: String,
    /// E-mail address; empty when the scope does not show it.
    #[serde(default, deserialize_with = "php::text")]
    pub email: String,
}

/// Whether a method can be called (`method.get`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodInfo {
    /// The portal has it.
    #[serde(rename = "isExisting", deserialize_with = "php::flag")]
    pub existing: bool,
    /// This webhook or application may call it.
    #[serde(rename = "isAvailable", deserialize_with = "php::flag")]
    pub available: bool,
}

impl Rest {
    /// `profile`.
    pub async fn profile(&self) -> Result<Profile, RestError> {
        self.call_as("profile", json!({})).await
    }

    /// `user.current`.
    pub async fn user_current(&self) -> Result<User, RestError> {
        self.call_as("user.current", json!({})).await
    }

    /// `scope`: what webhook or application may do.
    pub async fn scope(&self) -> Result<Vec<String>, RestError> {
        let scopes: Entries<String> = self.call_as("scope", json!({})).await?;
        Ok(scopes.0.into_iter().map(|(_, scope)| scope).collect())
    }

    /// `method.get`.
    pub async fn method_get(&self, name: &str) -> Result<MethodInfo, RestError> {
        self.call_as("method.get", json!({"name": name})).await
    }

    /// `app.info`: what the portal knows of the application; an error for webhooks.
    pub async fn app_info(&self) -> Result<Value, RestError> {
        self.call("app.info", json!({})).await
    }

    /// `server.time`: the portal's clock as ISO 8601 with its offset.
    pub async fn server_time(&self) -> Result<String, RestError> {
        self.call_as("server.time", json!({})).await
    }
}
