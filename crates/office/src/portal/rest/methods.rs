//! The methods: those about the caller and the portal here, the others in their modules.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::scopes::scope_of;
use super::{Call, Proof};
use crate::clock;
use crate::params::{self, Params};
use crate::portal::crm::PAGE;
use crate::portal::manners::Flavour;
use crate::portal::people::{SCOPES, User};
use crate::portal::reply::{Outcome, Refusal, Reply};
use crate::portal::{Portal, batch, crm, messenger, offline};

impl Portal {
    /// Calls a method, its name in lower case; its scope was checked.
    pub(super) fn method(&self, name: &str, params: &Params, call: &Call<'_>) -> Outcome {
        match name {
            "profile" => Ok(Reply::of(call.user.profile())),
            "user.current" => Ok(Reply::of(call.user.card(&clock::iso(call.at)))),
            "user.admin" => Ok(Reply::of(call.user.admin.into())),
            "user.get" => Ok(self.users_by(params, call)),
            "server.time" => Ok(Reply::of(clock::iso(self.channels.portal_time(call.at)).into())),
            "scope" => Ok(Reply::of(scopes(params, call))),
            "methods" => Err(Refusal::bad("METHOD_HALTED", "Method is halted, use method.get")),
            "method.get" => method_get(params, call),
            "feature.get" => self.feature(params),
            "app.info" => self.app_info(call),
            "batch" => Ok(batch::run(self, params, call)),
            "pull.config.get" => self.config_get(call),
            "pull.application.config.get" => self.application_config_get(call),
            "pull.application.event.add" => self.application_event_add(params, call),
            "pull.channel.public.get" => self.public_channel(params),
            "pull.channel.public.list" => self.public_channels(params),
            "pull.watch.extend" => Ok(self.extend_watches(params, call)),
            _ if name.starts_with("event") => offline::call(self, name, params, call),
            _ if name.starts_with("im.") => messenger::call(self, name, params, call),
            _ => {
                let outcome = crm::call(&self.crm, name, params, call.user);
                self.tell_changes(call.user.id, params, call.application());
                outcome
            }
        }
    }

    fn app_info(&self, call: &Call<'_>) -> Outcome {
        let application = call.application().and_then(|client| self.authority.application(client));
        let application = application.ok_or_else(|| Refusal::bad("ACCESS_DENIED", "Application context required"))?;
        let license = match self.manners.get().flavour {
            Flavour::Cloud => "ru_company",
            Flavour::Box => "box",
        };
        Ok(Reply::of(json!({
            "ID": 5, "CODE": application.client_id, "VERSION": 1, "STATUS": "L", "INSTALLED": application.installed,
            "PAYMENT_EXPIRED": if application.unpaid { "Y" } else { "N" }, "DAYS": null, "LANGUAGE_ID": "ru",
            "LICENSE": license, "LICENSE_TYPE": license.trim_start_matches("ru_"), "LICENSE_FAMILY": license.trim_start_matches("ru_"),
        })))
    }

    fn feature(&self, params: &Params) -> Outcome {
        let code = params::text(params, "CODE").ok_or_else(|| Refusal::missing("CODE"))?;
        let known = ["rest_offline_extended", "rest_auth_connector"].contains(&code.as_str());
        let on = known && self.manners.get().offline_extended;
        Ok(Reply::of(json!({"value": if on { "Y" } else { "N" }})))
    }

    fn users_by(&self, params: &Params, call: &Call<'_>) -> Reply {
        let now = clock::iso(call.at);
        let filter = params::get(params, "FILTER")
            .and_then(Value::as_object)
            .unwrap_or(params);
        let ids = params::get(filter, "ID").map(params::items);
        let name = params::text(filter, "NAME_SEARCH").map(|name| name.to_lowercase());
        let wanted = |user: &&User| {
            let by_id = ids.as_ref().is_none_or(|ids| {
                ids.iter()
                    .any(|id| params::as_number(id) == i64::try_from(user.id).ok())
            });
            let named = |name: &String| user.full_name().to_lowercase().contains(name.as_str());
            by_id && name.as_ref().is_none_or(named)
        };
        let users: Vec<Value> = self.people.all().filter(wanted).map(|user| user.card(&now)).collect();
        let start = params::number(params, "start").and_then(|start| usize::try_from(start).ok());
        let start = start.unwrap_or(0);
        let total = users.len();
        Reply {
            total: Some(total),
            next: (start + PAGE < total).then_some(start + PAGE),
            result: users.into_iter().skip(start).take(PAGE).collect(),
            operating: None,
        }
    }
}

/// What the caller was given; `full`: everything that there is.
fn scopes(params: &Params, call: &Call<'_>) -> Value {
    let full = params::get(params, "full").is_some_and(|full| {
        full.as_bool() == Some(true)
            || params::as_text(full).is_some_and(|text| ["1", "true", "Y"].contains(&text.as_str()))
    });
    if full { json!(SCOPES) } else { json!(call.scopes) }
}

fn method_get(params: &Params, call: &Call<'_>) -> Outcome {
    let name = params::text(params, "name")
        .ok_or_else(|| Refusal::missing("name"))?
        .to_lowercase();
    let scope = scope_of(&name);
    let available = scope.is_some_and(|scope| scope.within(&call.scopes));
    Ok(Reply::of(
        json!({"isExisting": scope.is_some(), "isAvailable": available}),
    ))
}

/// What only an application may call.
pub(crate) fn application<'c>(call: &'c Call<'_>) -> Result<&'c str, Refusal> {
    let text = match call.proof {
        Proof::Application(ref client) => return Ok(client),
        Proof::Webhook | Proof::Session => {
            "Current authorization type is denied for this method: Application context required"
        }
    };
    Err(Refusal::new(StatusCode::FORBIDDEN, "WRONG_AUTH_TYPE", text))
}
