//! What a portal says of an entity, as far as it may lead to 1C.
use bitrix24::EntityType;
use serde_json::Value;

use crate::ports::EntityFields;

/// Everything that one look at the portal gathers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntityFacts {
    /// Its fields.
    pub fields: EntityFields,
    /// What its activities of external channels name, the newest first.
    pub documents: Vec<ExternalDocument>,
    /// The connectors of the portal.
    pub hosts: Vec<ConnectorHost>,
}

/// A document of an external system, as an activity names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalDocument {
    /// The external system.
    pub originator: String,
    /// The address behind the host of its connector.
    pub url: String,
    /// What the activity is called.
    pub subject: String,
}

/// The connector of an external system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorHost {
    /// The external system.
    pub originator: String,
    /// What the addresses of its documents begin with.
    pub host: String,
}

/// When an entity and its activities were changed last, as the portal writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The entity itself.
    pub updated: String,
    /// Its activities.
    pub active: String,
}

/// What a portal answers to a question about an entity.
#[derive(Debug, Clone, PartialEq)]
pub enum Gathered {
    /// Nothing has changed since the stamp that was sent along.
    Unchanged,
    /// What there is.
    Facts(EntityFacts),
}

impl EntityFacts {
    /// Reads the answers of `crm.item.get`, `crm.activity.list` and `crm.externalchannel.connector.list`; the last two
    /// may be missing, since a connection need not have the right to them.
    pub fn read(item: EntityFields, activities: Option<&Value>, connectors: Option<&Value>) -> Self {
        let rows = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
        Self {
            fields: item,
            documents: rows(activities).iter().filter_map(document).collect(),
            hosts: rows(connectors).iter().filter_map(host).collect(),
        }
    }

    /// The moments by which a later look is compared; none on portals that do not tell both.
    pub fn stamp(&self) -> Option<Stamp> {
        Stamp::of(&self.fields)
    }

    /// The value of a field, however its name is spelled.
    pub fn value(&self, name: &str) -> Option<&Value> {
        value(&self.fields, name)
    }

    /// The value of a field as text, if it is one that can be compared.
    pub fn text(&self, name: &str) -> Option<String> {
        text(self.value(name)?)
    }
}

impl Stamp {
    /// The stamp of an item of the portal.
    pub fn of(fields: &EntityFields) -> Option<Self> {
        let moment = |name: &str| value(fields, name).and_then(text);
        Some(Self {
            updated: moment("updatedTime")?,
            active: moment("lastActivityTime")?,
        })
    }
}

/// The name that a user field has on entities of a type: a name of the common kind (`UF_CRM_HOTSTART`) gets what the
/// portal wants there. `process` is the portal's own number of a smart process, which is not its entity type id.
pub fn field_of(name: &str, entity_type: EntityType, process: Option<u64>) -> Option<String> {
    let own = name.strip_prefix("UF_CRM_")?;
    let numbered = own
        .split('_')
        .next()
        .is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && own.contains('_');
    if entity_type.is_crm() && (numbered || own.starts_with("SMART_INVOICE_")) {
        return Some(name.to_owned());
    }
    match entity_type {
        EntityType::Invoice => Some(format!("UF_CRM_SMART_INVOICE_{own}")),
        EntityType::Smart(_) => process.map(|number| format!("UF_CRM_{number}_{own}")),
        EntityType::Lead | EntityType::Deal | EntityType::Contact | EntityType::Company | EntityType::Quote => {
            Some(name.to_owned())
        }
        EntityType::Task | EntityType::User | EntityType::Chat | EntityType::Group => None,
    }
}

/// The field of an item that is meant by a name of the common kind, as this item spells it.
pub fn own_field<'f>(fields: &'f EntityFields, name: &str) -> Option<&'f str> {
    let own = name.strip_prefix("UF_CRM_").unwrap_or(name);
    let is = |key: &&String| {
        let key = key.as_str();
        key == name
            || key
                .strip_prefix("UF_CRM_")
                .and_then(|rest| rest.strip_suffix(own))
                .is_some_and(|between| {
                    let number = between.strip_suffix('_').unwrap_or("-");
                    number == "SMART_INVOICE" || !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
                })
    };
    fields.keys().find(is).map(String::as_str)
}

/// The value of a field by either spelling: `originId`, `ORIGIN_ID`.
pub(super) fn value<'f>(fields: &'f EntityFields, name: &str) -> Option<&'f Value> {
    fields.get(name).or_else(|| {
        let wanted = bare(name);
        fields
            .iter()
            .find(|(known, _)| bare(known) == wanted)
            .map(|(_, value)| value)
    })
}

/// A text or a number, without white space around; nothing for an empty one.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn bare(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn document(row: &Value) -> Option<ExternalDocument> {
    let params = &row["PROVIDER_PARAMS"];
    // Some versions of the portal write the parameters as a text.
    let parsed: Option<Value> = params.as_str().and_then(|text| serde_json::from_str(text).ok());
    let fields = &parsed.as_ref().unwrap_or(params)["ACTIVITY"]["EXTERNAL_FIELDS"];
    Some(ExternalDocument {
        originator: text(&row["ORIGINATOR_ID"]).unwrap_or_default(),
        url: text(&fields["EXTERNAL_URL"])?,
        subject: text(&row["SUBJECT"]).unwrap_or_default(),
    })
}

fn host(row: &Value) -> Option<ConnectorHost> {
    Some(ConnectorHost {
        originator: text(&row["ORIGINATOR_ID"])?,
        host: text(&row["EXTERNAL_SERVER_HOST"])?,
    })
}
