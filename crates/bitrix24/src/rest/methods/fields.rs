//! User fields of entities (official page "userfieldconfig").

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::rest::{Listing, Pages, Rest, RestError, php};

/// A field to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// The entity in the portal's words: `CRM_DEAL`, `CRM_7` for the smart process with this internal number.
    pub entity: String,
    /// The name: `UF_CRM_...`.
    pub name: String,
    /// Its type: `url`, `string`.
    pub kind: String,
    /// The label for each language: `("ru", "...")`.
    pub labels: Vec<(String, String)>,
}

/// A field that there is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserField {
    /// Its id.
    #[serde(deserialize_with = "php::number")]
    pub id: u64,
    /// The entity in the portal's words.
    #[serde(default, deserialize_with = "php::text")]
    pub entity_id: String,
    /// The name: `UF_CRM_...`.
    #[serde(default, deserialize_with = "php::text")]
    pub field_name: String,
    /// Its type: `url`, `string`.
    #[serde(default, deserialize_with = "php::text")]
    pub user_type_id: String,
    /// Holds several values.
    #[serde(default, deserialize_with = "php::flag")]
    pub multiple: bool,
}

#[derive(Deserialize)]
struct Made {
    field: UserField,
}

impl Rest {
    /// `userfieldconfig.list` of the CRM, page by page, all entities or one.
    pub fn user_fields(&self, entity: Option<&str>) -> Pages<UserField> {
        let mut params = Map::new();
        params.insert("moduleId".to_owned(), "crm".into());
        if let Some(entity) = entity {
            params.insert("filter".to_owned(), json!({"entityId": entity}));
        }
        self.pages(Listing::new("userfieldconfig.list", params))
    }

    /// `userfieldconfig.add` in the CRM.
    pub async fn user_field_add(&self, spec: &FieldSpec) -> Result<UserField, RestError> {
        let labels: Map<String, Value> = spec
            .labels
            .iter()
            .map(|(at, text)| (at.clone(), text.clone().into()))
            .collect();
        let field = json!({
            "entityId": spec.entity,
            "fieldName": spec.name,
            "userTypeId": spec.kind,
            "editFormLabel": labels,
        });
        let made: Made = self
            .call_as("userfieldconfig.add", json!({"moduleId": "crm", "field": field}))
            .await?;
        Ok(made.field)
    }

    /// `userfieldconfig.delete` in the CRM.
    pub async fn user_field_delete(&self, id: u64) -> Result<(), RestError> {
        self.call("userfieldconfig.delete", json!({"moduleId": "crm", "id": id}))
            .await
            .map(drop)
    }
}
