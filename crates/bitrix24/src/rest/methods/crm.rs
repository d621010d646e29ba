//! The CRM: items of every type by one family of methods, and activities.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::rest::{Listing, Pages, Rest, RestError};

/// Which items to list (`crm.item.list`, official page "universal methods").
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Items {
    /// The `entityTypeId`: 2 for deals.
    pub entity_type_id: u64,
    /// Fields to give; all when empty.
    pub select: Vec<String>,
    /// Conditions with their prefixes: `{"=originId": "..."}`.
    pub filter: Map<String, Value>,
    /// User fields by their original names (`UF_CRM_...`) instead of camel case.
    pub original_names: bool,
}

/// Which activities to list (`crm.activity.list`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Activities {
    /// The `entityTypeId` of their owner.
    pub owner_type_id: u64,
    /// The id of their owner.
    pub owner_id: u64,
    /// Fields to give; all when empty.
    pub select: Vec<String>,
}

#[derive(Deserialize)]
struct Item<T> {
    item: T,
}

impl Items {
    fn params(&self) -> Map<String, Value> {
        let mut params = Map::new();
        params.insert("entityTypeId".to_owned(), self.entity_type_id.into());
        if !self.select.is_empty() {
            params.insert("select".to_owned(), self.select.clone().into());
        }
        if !self.filter.is_empty() {
            params.insert("filter".to_owned(), self.filter.clone().into());
        }
        if self.original_names {
            params.insert("useOriginalUfNames".to_owned(), "Y".into());
        }
        params
    }

    /// All of them by offset, fit to be tuned further.
    pub fn listing<T>(&self) -> Listing<T> {
        Listing::new("crm.item.list", self.params())
    }
}

impl Rest {
    /// `crm.item.get` with the original names of user fields: the item itself.
    pub async fn crm_item_get(&self, entity_type_id: u64, id: u64) -> Result<Value, RestError> {
        let item: Map<String, Value> = self.crm_item_get_as(entity_type_id, id).await?;
        Ok(item.into())
    }

    /// The same, decoded into a type of the caller.
    pub async fn crm_item_get_as<T: DeserializeOwned>(&self, entity_type_id: u64, id: u64) -> Result<T, RestError> {
        let params = json!({"entityTypeId": entity_type_id, "id": id, "useOriginalUfNames": "Y"});
        let answer: Item<T> = self.call_as("crm.item.get", params).await?;
        Ok(answer.item)
    }

    /// `crm.item.list`, page by page.
    pub fn crm_items<T: DeserializeOwned + Send + 'static>(&self, items: &Items) -> Pages<T> {
        self.pages(items.listing())
    }

    /// `crm.item.update` with the original names of user fields.
    pub async fn crm_item_update(&self, entity_type_id: u64, id: u64, fields: Value) -> Result<(), RestError> {
        let params = json!({"entityTypeId": entity_type_id, "id": id, "fields": fields, "useOriginalUfNames": "Y"});
        self.call("crm.item.update", params).await.map(drop)
    }

    /// `crm.activity.list`, page by page.
    pub fn crm_activities<T: DeserializeOwned + Send + 'static>(&self, activities: &Activities) -> Pages<T> {
        let mut params = Map::new();
        let filter = json!({"OWNER_TYPE_ID": activities.owner_type_id, "OWNER_ID": activities.owner_id});
        params.insert("filter".to_owned(), filter);
        if !activities.select.is_empty() {
            params.insert("select".to_owned(), activities.select.clone().into());
        }
        self.pages(Listing::new("crm.activity.list", params))
    }
}
