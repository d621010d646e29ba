//! The OData interface: one object by its reference, or some by the values of attributes.

use reqwest::Method;
use serde_json::{Map, Value};

use super::exchange::{Call, encode};
use super::{Base, Filter, ServiceError};
use crate::entity_set::EntitySet;
use crate::kind::ObjectType;
use crate::reference::Ref;

/// The path of the interface behind the publication.
const ROOT: &str = "odata/standard.odata";

/// The properties of an object by their names, as the base gave them.
pub type Entity = Map<String, Value>;

impl Base {
    /// Asks the interface for its list of entity sets and takes nothing of it: whether it is published and lets this
    /// user in. Without a kept session, an answer means that a session was begun and ended.
    pub async fn probe_odata(&self) -> Result<(), ServiceError> {
        self.odata(format!("{ROOT}/?$format=json")).await.map(|_| ())
    }

    /// Reads one object. A missing one is an error of which [`ServiceError::is_missing`] is true.
    pub async fn read(&self, object: &ObjectType, reference: Ref) -> Result<Entity, ServiceError> {
        let set = EntitySet::of(object).filter(EntitySet::has_reference);
        let set = encode(&set.ok_or(ServiceError::Unfit)?.to_string());
        let path = format!("{ROOT}/{set}(guid'{}')?$format=json", reference.uuid());
        match self.odata(path).await? {
            Value::Object(entity) => Ok(entity),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(ServiceError::Unexpected)
            }
        }
    }

    /// Reads at most `most` objects whose attributes have the values of the filter; objects that the user may not see are
    /// left out.
    pub async fn find(&self, object: &ObjectType, filter: &Filter, most: u16) -> Result<Vec<Entity>, ServiceError> {
        let set = encode(&EntitySet::of(object).ok_or(ServiceError::Unfit)?.to_string());
        let filter = encode(&filter.to_string());
        let path = format!("{ROOT}/{set}?$format=json&$top={most}&$filter={filter}&allowedOnly=true");
        let mut answer = self.odata(path).await?;
        let found = answer.get_mut("value").map(Value::take);
        let Some(Value::Array(found)) = found else {
            return Err(ServiceError::Unexpected);
        };
        let entity = |value| match value {
            Value::Object(entity) => Ok(entity),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(ServiceError::Unexpected)
            }
        };
        found.into_iter().take(most.into()).map(entity).collect()
    }

    async fn odata(&self, path: String) -> Result<Value, ServiceError> {
        let call = Call {
            method: Method::GET,
            path,
            root: format!("{ROOT}/"),
            body: None,
        };
        self.exchange(&call).await?.json()
    }
}
