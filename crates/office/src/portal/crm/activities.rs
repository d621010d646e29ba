//! Activities ("дела"), among them those of external channels: there the connector of 1C puts its documents, and the
//! connector's own record names the host that their addresses begin with.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::listing::rows;
use super::{Records, id_of, map_of};
use crate::clock;
use crate::params::{self, Params};
use crate::portal::entities::{COMPANY, CONTACT, DEAL, REFS};
use crate::portal::people::User;
use crate::portal::reply::{Outcome, Refusal, Reply};

/// The methods.
pub(super) const METHODS: [&str; 6] = [
    "crm.activity.list",
    "crm.activity.get",
    "crm.activity.add",
    "crm.activity.update",
    "crm.activity.delete",
    "crm.externalchannel.connector.list",
];

/// The 1C of this portal, as its connector is registered.
const ORIGINATOR: &str = "1C_UT";

/// The activities that the portal starts with: two documents of contact 31, one of company 21, and a call.
pub(super) fn first(now: Timestamp) -> BTreeMap<u64, Map<String, Value>> {
    let document = |kind: &str, reference: &str| {
        json!({"ACTIVITY": {"EXTERNAL_FIELDS": {
            "EXTERNAL_TYPE_ID": kind, "NUMBER": "0000-000127", "MANAGER": "Лебедев И.",
            "EXTERNAL_URL": format!("/#e1cib/data/Документ.{kind}?ref={reference}"), "RESULT_PERCENT": 100,
        }}})
    };
    let external = |owner_type: u32, owner: u64, subject: &str, params: Value| {
        json!({
            "OWNER_TYPE_ID": owner_type, "OWNER_ID": owner, "TYPE_ID": 6, "PROVIDER_ID": "CRM_EXTERNAL_CHANNEL",
            "PROVIDER_TYPE_ID": "ACTIVITY", "PROVIDER_GROUP_ID": "ONE_C", "SUBJECT": subject, "ORIGINATOR_ID": ORIGINATOR,
            "ORIGIN_ID": "1c-127", "PROVIDER_PARAMS": params, "COMPLETED": "Y",
        })
    };
    let call = json!({
        "OWNER_TYPE_ID": DEAL, "OWNER_ID": 127, "TYPE_ID": 2, "PROVIDER_ID": "VOXIMPLANT_CALL", "PROVIDER_TYPE_ID": "CALL",
        "SUBJECT": "Входящий звонок", "COMPLETED": "Y",
    });
    let list = [
        external(
            CONTACT,
            31,
            "Заказ клиента 0000-000127",
            document("ЗаказКлиента", REFS[1]),
        ),
        external(
            CONTACT,
            31,
            "Реализация 0000-000127",
            document("РеализацияТоваровУслуг", REFS[3]),
        ),
        external(
            COMPANY,
            21,
            "Заказ клиента 0000-000021",
            document("ЗаказКлиента", REFS[0]),
        ),
        call,
    ];
    let mut activities = BTreeMap::new();
    for (id, fields) in (501..).zip(list) {
        if let Value::Object(fields) = fields {
            activities.insert(id, complete(id, &fields, 1, &clock::iso(now)));
        }
    }
    activities
}

pub(super) fn call(records: &mut Records, method: &str, params: &Params, user: &User) -> Outcome {
    let fields = || map_of(params, "fields").ok_or_else(|| Refusal::bad("", "Parameter 'fields' must be array."));
    let id = || id_of(params, "ID").ok_or_else(|| Refusal::bad("", "ID is not defined or invalid."));
    let not_found = || Refusal::bad("", "Activity is not found.");
    let now = clock::iso(clock::now());
    match method {
        "crm.activity.list" => Ok(list(records, params)),
        "crm.externalchannel.connector.list" => {
            let (result, total, _) = rows(vec![connector(&records.server_host)], params);
            Ok(Reply {
                total: Some(total),
                ..Reply::of(result.into())
            })
        }
        "crm.activity.get" => {
            let row = records.activities.get(&id()?).ok_or_else(not_found)?;
            Ok(Reply::of(Value::Object(row.clone())))
        }
        "crm.activity.add" => {
            records.last_id += 1;
            let id = records.last_id;
            let activity = complete(id, fields()?, user.id, &now);
            touch(records, &activity, &now);
            records.activities.insert(id, activity);
            Ok(Reply::of(id.into()))
        }
        "crm.activity.update" => {
            let row = records.activities.get_mut(&id()?).ok_or_else(not_found)?;
            row.extend(fields()?.iter().map(|(name, value)| (name.clone(), shown(value))));
            row.insert("LAST_UPDATED".to_owned(), now.clone().into());
            let activity = row.clone();
            touch(records, &activity, &now);
            Ok(Reply::of(true.into()))
        }
        _ => {
            let gone = records.activities.remove(&id()?).ok_or_else(not_found)?;
            touch(records, &gone, &now);
            Ok(Reply::of(true.into()))
        }
    }
}

/// The owner tells when something was last done about it; its own time of modification stays.
fn touch(records: &mut Records, activity: &Map<String, Value>, now: &str) {
    let number = |name: &str| params::number(activity, name);
    let owner = number("OWNER_TYPE_ID").and_then(|kind| u32::try_from(kind).ok());
    let id = number("OWNER_ID").and_then(|id| u64::try_from(id).ok());
    if let (Some(kind), Some(id)) = (owner, id)
        && let Some(entity) = records.entities.get_mut(&(kind, id))
    {
        entity.fields.insert("LAST_ACTIVITY_TIME".to_owned(), now.into());
    }
}

/// Beside its own fields a list is filtered by `BINDINGS`, pairs of owner type and owner.
fn list(records: &Records, params: &Params) -> Reply {
    let mut all: Vec<Map<String, Value>> = records.activities.values().cloned().collect();
    let mut asked = params.clone();
    if let Some(bindings) = map_of(params, "filter").and_then(|filter| filter.get("BINDINGS")) {
        let pairs: Vec<(Option<i64>, Option<i64>)> = params::items(bindings)
            .iter()
            .filter_map(Value::as_object)
            .map(|pair| (params::number(pair, "OWNER_TYPE_ID"), params::number(pair, "OWNER_ID")))
            .collect();
        all.retain(|row| pairs.contains(&(params::number(row, "OWNER_TYPE_ID"), params::number(row, "OWNER_ID"))));
        for (name, value) in &mut asked {
            if let (true, Value::Object(filter)) = (name.eq_ignore_ascii_case("filter"), value) {
                filter.remove("BINDINGS");
            }
        }
    }
    let (result, total, next) = rows(all, &asked);
    Reply {
        result: result.into(),
        total: Some(total),
        next,
        operating: None,
    }
}

fn connector(server_host: &str) -> Map<String, Value> {
    let row = json!({
        "TYPE_ID": "ONE_C", "NAME": "1С:Управление торговлей", "APP_ID": null, "CHANNEL_ID": "7b7cd5e7c2fc1df6a1f1a8f0f9ad5c4e",
        "ORIGINATOR_ID": ORIGINATOR, "EXTERNAL_SERVER_HOST": server_host,
    });
    row.as_object().cloned().unwrap_or_default()
}

fn complete(id: u64, fields: &Map<String, Value>, user: u64, now: &str) -> Map<String, Value> {
    let mut row = Map::new();
    for name in [
        "OWNER_ID",
        "OWNER_TYPE_ID",
        "TYPE_ID",
        "PROVIDER_ID",
        "PROVIDER_TYPE_ID",
        "PROVIDER_GROUP_ID",
        "SUBJECT",
        "DESCRIPTION",
        "ORIGINATOR_ID",
        "ORIGIN_ID",
        "DEADLINE",
        "SETTINGS",
        "PROVIDER_PARAMS",
    ] {
        row.insert(name.to_owned(), Value::Null);
    }
    row.insert("COMPLETED".to_owned(), "N".into());
    row.insert("RESPONSIBLE_ID".to_owned(), user.to_string().into());
    row.extend(fields.iter().map(|(name, value)| (name.clone(), shown(value))));
    row.insert("ID".to_owned(), id.to_string().into());
    row.insert("AUTHOR_ID".to_owned(), user.to_string().into());
    row.insert("CREATED".to_owned(), now.into());
    row.insert("LAST_UPDATED".to_owned(), now.into());
    row
}

/// Numbers are text in classic methods.
fn shown(value: &Value) -> Value {
    super::names::classic_value(Some(value))
}
