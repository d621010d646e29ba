//! Offline events of a portal (`event.offline.*`): which to ask for, and what one says.
use bitrix24::{Entity, EntityId, EntityType};
use serde_json::{Value, json};

use super::command::entity_json;
use super::{number as field_number, route};
use crate::Timestamp;
use crate::ports::RelayEvent;
use crate::settings::Settings;

/// The types that have events of their own.
const WORDS: [(EntityType, &str); 5] = [
    (EntityType::Deal, "DEAL"),
    (EntityType::Lead, "LEAD"),
    (EntityType::Contact, "CONTACT"),
    (EntityType::Company, "COMPANY"),
    (EntityType::Quote, "QUOTE"),
];
const ENDS: [&str; 3] = ["ADD", "UPDATE", "DELETE"];
/// Everything else has these together.
const DYNAMIC: &str = "DYNAMICITEM";

/// One event, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineEvent {
    /// What the portal calls the event itself; it changes with every change of the entity.
    pub message: String,
    /// `crm/company.update`.
    pub kind: String,
    /// What has changed.
    pub entity: Entity,
    /// It is gone, so that nothing can be read of it.
    pub deleted: bool,
}

/// The names of the events that tell of these types; a word that is no type tells nothing.
pub fn offline_bindings(entities: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for kind in entities.iter().filter_map(|word| EntityType::parse(word)) {
        let word = WORDS.iter().find(|(known, _)| *known == kind).map(|(_, word)| *word);
        let word = word.or_else(|| kind.is_crm().then_some(DYNAMIC));
        for end in word.map(|_| ENDS).into_iter().flatten() {
            let name = format!("ONCRM{}{end}", word.unwrap_or_default());
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Reads a record of `event.offline.get` or `.list`; none for what is no event of an entity.
pub fn offline_event(record: &Value) -> Option<OfflineEvent> {
    let name = record["EVENT_NAME"].as_str()?.to_ascii_uppercase();
    let what = name.strip_prefix("ONCRM")?;
    let end = ENDS.into_iter().find(|end| what.ends_with(end))?;
    let word = what.strip_suffix(end)?;
    let fields = &record["EVENT_DATA"]["FIELDS"];
    let entity_type = match WORDS.iter().find(|(_, known)| *known == word) {
        Some((kind, _)) => *kind,
        None if word.starts_with(DYNAMIC) => EntityType::from_number(field_number(&fields["ENTITY_TYPE_ID"])?)?,
        None => return None,
    };
    let id = EntityId::new(field_number(&fields["ID"])?)?;
    let message = record["MESSAGE_ID"]
        .as_str()
        .filter(|id| !id.is_empty() && id.len() <= 64)?;
    Some(OfflineEvent {
        message: message.to_owned(),
        kind: format!("crm/{entity_type}.{}", end.to_ascii_lowercase()),
        entity: Entity { entity_type, id },
        deleted: end == "DELETE",
    })
}

impl OfflineEvent {
    /// The event for each base that wants it.
    pub fn events(&self, settings: &Settings, portal: &str, at: Timestamp) -> Vec<RelayEvent> {
        let bases = route::wanting(settings, portal, &self.kind);
        let events = bases.map(|base| RelayEvent {
            base: base.alias.clone(),
            id: format!("{portal}/offline/{}", self.message),
            kind: self.kind.clone(),
            portal: portal.to_owned(),
            entity: Some(self.entity),
            reads: !self.deleted,
            data: json!({"portal": portal, "entity": entity_json(self.entity)}),
            answer: false,
            at,
        });
        events.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_types_have_their_events() {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            offline_bindings(&words(&["company", "nothing", "task"])),
            ["ONCRMCOMPANYADD", "ONCRMCOMPANYUPDATE", "ONCRMCOMPANYDELETE"]
        );
        assert_eq!(offline_bindings(&words(&["128", "31", "130"])).len(), 3);
    }

    #[test]
    fn records_are_read_or_left() {
        let record = |name: &str, fields: Value| json!({"EVENT_NAME": name, "EVENT_DATA": {"FIELDS": fields}, "MESSAGE_ID": "m"});
        let read = offline_event(&record("oncrmcompanyupdate", json!({"ID": "21"}))).unwrap();
        assert_eq!((read.kind.as_str(), read.deleted), ("crm/company.update", false));
        assert_eq!(read.entity.to_string(), "company:21");
        let read = offline_event(&record(
            "ONCRMDYNAMICITEMDELETE",
            json!({"ID": 5, "ENTITY_TYPE_ID": 128}),
        ))
        .unwrap();
        assert_eq!((read.kind.as_str(), read.deleted), ("crm/128.delete", true));
        for bad in [
            record("ONAPPUNINSTALL", json!({"ID": 1})),
            record("ONCRMCOMPANYUPDATE", json!({"ID": 0})),
            record("ONCRMDYNAMICITEMADD", json!({"ID": 1})),
            json!({"EVENT_NAME": "ONCRMDEALADD", "EVENT_DATA": false, "MESSAGE_ID": "m"}),
            json!(null),
        ] {
            assert_eq!(offline_event(&bad), None, "{bad}");
        }
    }
}
