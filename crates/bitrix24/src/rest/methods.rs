//! The methods that are called here and there, with their answers as values.

use serde_json::{Value, json};

use super::{Rest, RestError, RestErrorKind, php};

/// Who the webhook acts for (`profile`): the test of a connection, allowed with every scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// User id.
    pub id: u64,
    /// Administrator of the portal.
    pub admin: bool,
    /// First name.
    pub name: String,
    /// Last name.
    pub last_name: String,
}

/// The current user (`user.current`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// User id.
    pub id: u64,
    /// First name.
    pub name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address; empty when the scope does not show it.
    pub email: String,
}

/// Whether a method can be called (`method.get`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodInfo {
    /// The portal has it.
    pub existing: bool,
    /// This webhook may call it.
    pub available: bool,
}

impl Rest {
    /// `profile`.
    pub async fn profile(&self) -> Result<Profile, RestError> {
        let result = self.call("profile", json!({})).await?;
        let id = result
            .get("ID")
            .and_then(php::number)
            .ok_or_else(|| unexpected("profile"))?;
        Ok(Profile {
            id,
            admin: php::flag(&result["ADMIN"]),
            name: php::text(&result["NAME"]),
            last_name: php::text(&result["LAST_NAME"]),
        })
    }

    /// `user.current`.
    pub async fn user_current(&self) -> Result<User, RestError> {
        let result = self.call("user.current", json!({})).await?;
        let id = result
            .get("ID")
            .and_then(php::number)
            .ok_or_else(|| unexpected("user.current"))?;
        Ok(User {
            id,
            name: php::text(&result["NAME"]),
            last_name: php::text(&result["LAST_NAME"]),
            email: php::text(&result["EMAIL"]),
        })
    }

    /// `scope`: what the webhook was made for.
    pub async fn scope(&self) -> Result<Vec<String>, RestError> {
        let result = self.call("scope", json!({})).await?;
        let scopes = php::map(&result)
            .into_iter()
            .filter_map(|(_, scope)| scope.as_str().map(str::to_owned));
        Ok(scopes.collect())
    }

    /// `method.get`.
    pub async fn method_get(&self, name: &str) -> Result<MethodInfo, RestError> {
        let result = self.call("method.get", json!({"name": name})).await?;
        if !result.is_object() {
            return Err(unexpected("method.get"));
        }
        Ok(MethodInfo {
            existing: php::flag(&result["isExisting"]),
            available: php::flag(&result["isAvailable"]),
        })
    }

    /// `pull.config.get`, never from the portal's cache: the configuration of the user's own channel.
    pub async fn pull_config_get(&self) -> Result<Value, RestError> {
        self.call("pull.config.get", json!({"CACHE": "N"})).await
    }

    /// `pull.channel.public.list`: the public channels of users, as a map by user id.
    pub async fn pull_channel_public_list(&self, users: &[u64]) -> Result<Value, RestError> {
        self.call("pull.channel.public.list", json!({"USERS": users})).await
    }

    /// `pull.watch.extend`: keeps watch tags alive; a map from tag to whether it lives on.
    pub async fn pull_watch_extend(&self, tags: &[String]) -> Result<Value, RestError> {
        self.call("pull.watch.extend", json!({"TAGS": tags})).await
    }

    /// `crm.item.get` with the original names of user fields: the item itself.
    pub async fn crm_item_get(&self, entity_type_id: u64, id: u64) -> Result<Value, RestError> {
        let params = json!({"entityTypeId": entity_type_id, "id": id, "useOriginalUfNames": "Y"});
        let mut result = self.call("crm.item.get", params).await?;
        match result.get_mut("item").map(Value::take) {
            Some(item) if item.is_object() => Ok(item),
            Some(_) | None => Err(unexpected("crm.item.get")),
        }
    }
}

fn unexpected(method: &str) -> RestError {
    RestError::new(
        RestErrorKind::Unexpected,
        &format!("the answer of {method} has another shape"),
    )
}
