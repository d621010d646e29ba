//! The methods of the module pull: configuration, public channels, watches, and what applications send themselves.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Portal;
use super::channels::Lease;
use super::orders::EXPIRY;
use super::reply::{Outcome, Refusal, Reply};
use super::rest::Call;
use crate::clock;
use crate::office::ServerVersion;
use crate::params::{self, Params};
use crate::push::{Address, Draft, hex, jwt};

/// Seconds that a token lives: half a day.
const TOKEN_TTL: i64 = 43_200;
/// Seconds after which a watch that nobody extended is forgotten.
const WATCH_TTL: i64 = 32 * 60;

impl Portal {
    /// `pull.config.get`: everything that a client needs to connect as this user. Not for applications.
    pub(super) fn config_get(&self, call: &Call<'_>) -> Outcome {
        if call.application().is_some() {
            return Err(wrong_auth_type("Method not available for OAuth authorization."));
        }
        self.configured()?;
        let user = call.user.id;
        self.renew_expired(user, call.at);
        let shared = self.channels.shared();
        let private = self.channels.private(user);
        let chan = hex(&shared.channel.private);
        let mut config = self.configuration(user, &shared, private.as_ref(), chan, call.at);
        config["publicChannels"] = if self.around.version.number() < 4 {
            false.into()
        } else {
            self.descriptors(&[user])
        };
        config["serverTime"] = clock::iso(self.channels.portal_time(call.at)).into();
        Ok(Reply::of(config))
    }

    /// `pull.application.config.get`: the channels of the application itself. For applications only.
    pub(super) fn application_config_get(&self, call: &Call<'_>) -> Outcome {
        let Some(client) = call.application() else {
            let text = "Get application config available only for application authorization.";
            return Err(wrong_auth_type(text));
        };
        self.configured()?;
        let user = call.user.id;
        let shared = self.channels.application(client, None, call.at);
        let private = self.channels.application(client, Some(user), call.at);
        let chan = format!("{},{}", hex(&shared.channel.private), hex(&private.channel.private));
        Ok(Reply::of(self.configuration(
            user,
            &shared,
            Some(&private),
            chan,
            call.at,
        )))
    }

    /// `pull.application.event.add`: to a user of the application, or to all of them.
    pub(super) fn application_event_add(&self, params: &Params, call: &Call<'_>) -> Outcome {
        let Some(client) = call.application() else {
            let text = "Send push notifications available only for application authorization.";
            return Err(wrong_auth_type(text));
        };
        let text = |name: &str| params::text(params, name).unwrap_or_default();
        let (command, module) = (text("COMMAND"), text("MODULE_ID").to_lowercase());
        let module = if module.is_empty() { "application" } else { &module };
        let fits = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        if !fits(&command, "_:|.-") {
            return Err(Refusal::bad("COMMAND_ERROR", "Command format is wrong"));
        }
        if !fits(module, "._") {
            return Err(Refusal::bad("MODULE_ID_ERROR", "Module id format is wrong"));
        }
        let event = params::get(params, "PARAMS").cloned().unwrap_or_else(|| json!([]));
        let users: Vec<Option<u64>> = match params::get(params, "USER_ID") {
            None => vec![None],
            Some(value) => {
                // Not an administrator: to himself only, and the number must be the text of his own.
                if !call.user.admin && *value != Value::String(call.user.id.to_string()) {
                    let text = "Only admin can send notifications to other users";
                    return Err(Refusal::bad("USER_ID_ACCESS_ERROR", text));
                }
                let ids = params::items(value);
                ids.iter()
                    .filter_map(params::as_number)
                    .filter_map(|user| u64::try_from(user).ok())
                    .map(Some)
                    .collect()
            }
        };
        for user in users {
            let lease = self.channels.application(client, user, call.at);
            let to = Address {
                id: lease.channel.private,
                private: true,
            };
            let body = self.body(to, module, &command, event.clone(), call.at);
            self.hand_over(to, Draft::portal(body, EXPIRY));
        }
        Ok(Reply::of(true.into()))
    }

    /// `pull.channel.public.get`.
    pub(super) fn public_channel(&self, params: &Params) -> Outcome {
        refuse_application(params)?;
        let user = params::number(params, "USER_ID")
            .and_then(|user| u64::try_from(user).ok())
            .unwrap_or(0);
        self.descriptor(user)
            .map(Reply::of)
            .ok_or_else(|| Refusal::bad("USER_ID_EMPTY", "User id is wrong or has no channel"))
    }

    /// `pull.channel.public.list`.
    pub(super) fn public_channels(&self, params: &Params) -> Outcome {
        refuse_application(params)?;
        let users = match params::get(params, "USERS") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            Some(value) => value.clone(),
            None => Value::Null,
        };
        let users: Vec<u64> = params::items(&users)
            .iter()
            .filter_map(params::as_number)
            .filter_map(|user| u64::try_from(user).ok())
            .collect();
        if users.is_empty() {
            return Err(Refusal::bad(
                "INVALID_FORMAT",
                "A wrong format for the USERS field is passed",
            ));
        }
        Ok(Reply::of(self.descriptors(&users)))
    }

    /// `pull.watch.extend`: false for tags that no page of the portal left.
    pub(super) fn extend_watches(&self, params: &Params, call: &Call<'_>) -> Reply {
        let tags = params::get(params, "TAGS").map(params::items).unwrap_or_default();
        let map: Params = tags
            .iter()
            .filter_map(params::as_text)
            .map(|tag| {
                let known = self.extend_watch(call.user.id, &tag, call.at);
                (tag, Value::Bool(known))
            })
            .collect();
        Reply::of(if map.is_empty() { json!([]) } else { Value::Object(map) })
    }

    /// A page of the portal that the user opened leaves a watch.
    pub(crate) fn add_watch(&self, user: u64, tag: &str, now: Timestamp) {
        self.watches().insert((user, tag.to_owned()), now.as_second());
    }

    fn extend_watch(&self, user: u64, tag: &str, now: Timestamp) -> bool {
        let mut watches = self.watches();
        let Some(since) = watches.get_mut(&(user, tag.to_owned())) else {
            return false;
        };
        let alive = now.as_second() - *since < WATCH_TTL;
        if alive {
            *since = now.as_second();
        }
        alive
    }

    fn configured(&self) -> Result<(), Refusal> {
        if self.channels.setup().server_enabled {
            return Ok(());
        }
        Err(Refusal::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "SERVER_ERROR",
            "Push & Pull server is not configured",
        ))
    }

    fn configuration(&self, user: u64, shared: &Lease, private: Option<&Lease>, chan: String, now: Timestamp) -> Value {
        let (key, version) = (self.hub.key(), self.around.version);
        let setup = self.channels.setup();
        let private = private.map(|lease| lease.describe(key, version));
        let client_id = self.hub.tuning().client_id;
        let mut config = json!({
            "server": self.server(client_id.is_some()),
            "api": {"revision_web": self.channels.revision(), "revision_mobile": 3},
            "channels": {"shared": shared.describe(key, version), "private": private},
        });
        let ttl = setup.config_ttl.or((version == ServerVersion::V5).then_some(TOKEN_TTL));
        if let Some(ttl) = ttl {
            config["exp"] = (now.as_second() + ttl).into();
        }
        if let Some(client_id) = client_id {
            config["clientId"] = client_id.into();
        } else if version == ServerVersion::V5 {
            let claims = jwt::Claims {
                iss: self.channels.host_id.clone(),
                iat: now.as_second(),
                exp: now.as_second() + ttl.unwrap_or(TOKEN_TTL),
                sub: Some(user.to_string()),
                chan,
            };
            config["jwt"] = jwt::write(&claims, key).into();
        }
        config
    }

    /// The office speaks no TLS: its secure addresses are the plain ones.
    fn server(&self, shared_mode: bool) -> Value {
        let (host, version) = (&self.around.host, self.around.version);
        let setup = self.channels.setup();
        let (sub, subws, publish) = if shared_mode {
            ("/subws/", "/subws/", "/rest/")
        } else {
            ("/bitrix/sub/", "/bitrix/subws/", "/bitrix/rest/")
        };
        json!({
            "version": setup.version.unwrap_or_else(|| u32::from(version.number())), "server_enabled": true,
            "mode": if shared_mode { "shared" } else { "personal" },
            "hostname": host,
            "long_polling": format!("http://{host}{sub}"),
            "long_pooling_secure": format!("http://{host}{sub}"),
            "websocket_enabled": setup.websocket_enabled.unwrap_or(true),
            "websocket": format!("ws://{host}{subws}"),
            "websocket_secure": format!("ws://{host}{subws}"),
            "publish_enabled": version.number() > 3,
            "publish": format!("http://{host}{publish}"),
            "publish_secure": format!("http://{host}{publish}"),
            "config_timestamp": self.channels.config_timestamp(),
        })
    }

    /// A map from user to public channel; an empty one is an empty list in PHP.
    fn descriptors(&self, users: &[u64]) -> Value {
        let map: Map<String, Value> = users
            .iter()
            .filter_map(|user| Some((user.to_string(), self.descriptor(*user)?)))
            .collect();
        if map.is_empty() { json!([]) } else { Value::Object(map) }
    }

    fn descriptor(&self, user: u64) -> Option<Value> {
        let lease = self.channels.private(user)?;
        let public = lease.channel.public?;
        Some(json!({
            "user_id": user, "public_id": hex(&public),
            "signature": self.hub.key().sign_public(public).unwrap_or_default(),
            "start": clock::iso(lease.start), "end": clock::iso(lease.end()),
        }))
    }

    fn renew_expired(&self, user: u64, now: Timestamp) {
        if self.channels.shared().end() <= now {
            self.expire_shared(now);
        }
        if self.channels.private(user).is_some_and(|lease| lease.end() <= now) {
            self.expire_private(user, now);
        }
    }
}

/// Channels of applications are for applications.
fn refuse_application(params: &Params) -> Result<(), Refusal> {
    if params::text(params, "APPLICATION").as_deref() == Some("Y") {
        return Err(Refusal::bad(
            "WRONG_AUTH_TYPE",
            "Get application channel available only for application.",
        ));
    }
    Ok(())
}

fn wrong_auth_type(text: &str) -> Refusal {
    Refusal::new(axum::http::StatusCode::FORBIDDEN, "WRONG_AUTH_TYPE", text)
}
