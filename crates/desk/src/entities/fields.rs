//! The field for links: looked for first, then made where it is missing.
use bitrix24::EntityType;
use bitrix24::rest::{Call, RestError, RestErrorKind};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{FieldWanted, MadeField};
use hotstart_core::resolve::field_of;
use serde_json::{Value, json};

use super::{RestEntities, run};

/// One type and the field that it shall have.
struct Wanted {
    entity_type: EntityType,
    /// What the portal calls the type when it speaks of fields; old types have methods of their own.
    owner: Owner,
    name: String,
}

enum Owner {
    /// `crm.deal.userfield.*`, for which the scope of the CRM is enough.
    Classic(&'static str),
    /// `userfieldconfig.*`.
    Entity(String),
}

impl RestEntities {
    pub(super) async fn ask_for_fields(&self, portal: &str, wanted: &FieldWanted) -> Result<Vec<MadeField>, Failure> {
        let rest = self.portals.rest(portal).await?;
        let refused = |error: &RestError| {
            if error.kind() == RestErrorKind::Access {
                let failure = Failure::new(Code::FieldRights).with("portal", portal);
                return failure.with("field", &wanted.name);
            }
            self.portals.failed(portal, error)
        };
        let mut made = Vec::new();
        let mut asked = Vec::new();
        for entity_type in wanted.types.iter().copied() {
            let process = self.process_of(portal, &rest, entity_type).await?;
            match (
                owner(entity_type, process),
                field_of(&wanted.name, entity_type, process),
            ) {
                (Some(owner), Some(name)) => asked.push(Wanted {
                    entity_type,
                    owner,
                    name,
                }),
                _ => made.push(MadeField {
                    entity_type,
                    result: Err(Failure::new(Code::MappingInvalid).with("value", entity_type.to_string())),
                    known: false,
                }),
            }
        }
        let lists = run(&rest, asked.iter().map(Wanted::list))
            .await
            .map_err(|error| refused(&error))?;
        let mut missing = Vec::new();
        for (field, listed) in asked.into_iter().zip(lists) {
            match listed {
                Ok(answer) if has(&answer.result, &field.name) => made.push(MadeField {
                    entity_type: field.entity_type,
                    result: Ok(field.name),
                    known: true,
                }),
                Ok(_) => missing.push(field),
                Err(error) => made.push(MadeField {
                    entity_type: field.entity_type,
                    result: Err(refused(&error)),
                    known: false,
                }),
            }
        }
        if !missing.is_empty() {
            let calls = missing.iter().map(|field| field.add(&wanted.label));
            let outcomes = run(&rest, calls).await.map_err(|error| refused(&error))?;
            for (field, outcome) in missing.into_iter().zip(outcomes) {
                made.push(MadeField {
                    entity_type: field.entity_type,
                    result: outcome.map(|_| field.name).map_err(|error| refused(&error)),
                    known: false,
                });
            }
        }
        let place = |field: &MadeField| wanted.types.iter().position(|known| *known == field.entity_type);
        made.sort_by_key(place);
        Ok(made)
    }
}

impl Wanted {
    fn list(&self) -> Call {
        match &self.owner {
            Owner::Classic(word) => {
                let params = json!({"filter": {"FIELD_NAME": self.name}});
                Call::new(format!("crm.{word}.userfield.list"), params)
            }
            Owner::Entity(entity) => {
                let params = json!({"moduleId": "crm", "filter": {"entityId": entity, "fieldName": self.name}});
                Call::new("userfieldconfig.list", params)
            }
        }
    }

    fn add(&self, (ru, en): &(String, String)) -> Call {
        let label = json!({"ru": ru, "en": en});
        match &self.owner {
            Owner::Classic(word) => {
                // The portal puts the common beginning before the name itself.
                let name = self.name.strip_prefix("UF_CRM_").unwrap_or(&self.name);
                let fields = json!({
                    "FIELD_NAME": name, "USER_TYPE_ID": "url", "XML_ID": self.name, "EDIT_FORM_LABEL": label,
                    "LIST_COLUMN_LABEL": label, "SHOW_IN_LIST": "Y", "SETTINGS": {"POPUP": "N"},
                });
                Call::new(format!("crm.{word}.userfield.add"), json!({"fields": fields}))
            }
            Owner::Entity(entity) => {
                let field = json!({
                    "entityId": entity, "fieldName": self.name, "userTypeId": "url", "xmlId": self.name,
                    "editFormLabel": label, "listColumnLabel": label, "showInList": "Y", "settings": {"POPUP": "N"},
                });
                Call::new("userfieldconfig.add", json!({"moduleId": "crm", "field": field}))
            }
        }
    }
}

fn owner(entity_type: EntityType, process: Option<u64>) -> Option<Owner> {
    match entity_type {
        EntityType::Lead => Some(Owner::Classic("lead")),
        EntityType::Deal => Some(Owner::Classic("deal")),
        EntityType::Contact => Some(Owner::Classic("contact")),
        EntityType::Company => Some(Owner::Classic("company")),
        EntityType::Quote => Some(Owner::Classic("quote")),
        EntityType::Invoice => Some(Owner::Entity("CRM_SMART_INVOICE".to_owned())),
        EntityType::Smart(_) => process.map(|number| Owner::Entity(format!("CRM_{number}"))),
        EntityType::Task | EntityType::User | EntityType::Chat | EntityType::Group => None,
    }
}

/// Whether a list of fields, of either family of methods, has one of this name.
fn has(listed: &Value, name: &str) -> bool {
    let rows = listed.as_array().or_else(|| listed["fields"].as_array());
    let is = |row: &Value| row["FIELD_NAME"] == name || row["fieldName"] == name;
    rows.into_iter().flatten().any(is)
}
