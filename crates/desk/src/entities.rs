//! The entities of portals over REST: few calls, each a batch.
//!
//! What is gathered of an entity is one batch: the entity, its activities of external channels, and the connectors. Only
//! the first of them must succeed, since a connection need not have the right to the others.
mod fields;
mod holders;
mod titles;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bitrix24::rest::{Batch, Call, Outcome, Rest, RestError};
use bitrix24::{Entity, EntityType};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Entities, EntityFields, FieldWanted, MadeField, Process, Waiting};
use hotstart_core::resolve::{EntityFacts, Gathered, Holder, LinkWrite, Look, Stamp, field_of};
use serde_json::{Value, json};

use crate::portals::RestPortals;

/// What activities of external channels are called.
const CHANNEL: &str = "CRM_EXTERNAL_CHANNEL";

/// Entities over REST. Cheap to clone.
#[derive(Clone)]
pub struct RestEntities {
    portals: RestPortals,
    /// The smart processes of portals, by portal: their fields are named after them.
    processes: Arc<Mutex<HashMap<String, Vec<Process>>>>,
}

impl RestEntities {
    /// Calls by the connections of `portals`.
    pub fn new(portals: RestPortals) -> Self {
        Self {
            portals,
            processes: Arc::default(),
        }
    }

    async fn ask_facts(&self, portal: &str, entity: Entity, known: Option<Stamp>) -> Result<Gathered, Failure> {
        let missing = || Failure::new(Code::EntityMissing).with("entity", entity.to_string());
        let number = entity.entity_type.crm_number().ok_or_else(missing)?;
        let rest = self.portals.rest(portal).await?;
        let failed = |error: RestError| self.portals.failed(portal, &error).with("entity", entity.to_string());
        if let Some(known) = known {
            let params = json!({
                "entityTypeId": number, "filter": {"=id": entity.id.get()}, "start": -1,
                "select": ["id", "updatedTime", "lastActivityTime"],
            });
            let answer = rest.call("crm.item.list", params).await.map_err(failed)?;
            let now = items(&answer).first().and_then(Stamp::of);
            if now == Some(known) {
                return Ok(Gathered::Unchanged);
            }
        }
        let item = json!({"entityTypeId": number, "id": entity.id.get(), "useOriginalUfNames": "Y"});
        let activities = json!({
            "order": {"ID": "DESC"},
            "filter": {"BINDINGS": [{"OWNER_TYPE_ID": number, "OWNER_ID": entity.id.get()}], "PROVIDER_ID": CHANNEL},
            "select": ["ID", "SUBJECT", "ORIGINATOR_ID", "PROVIDER_PARAMS"], "start": -1,
        });
        let calls = [
            Call::new("crm.item.get", item),
            Call::new("crm.activity.list", activities),
            Call::new("crm.externalchannel.connector.list", json!({})),
        ];
        let mut outcomes = run(&rest, calls).await.map_err(failed)?.into_iter();
        let mut next = || outcomes.next();
        let answer = next().ok_or_else(missing)?.map_err(failed)?;
        let item = answer.result.get("item").unwrap_or(&answer.result);
        let mut item = item.as_object().cloned().ok_or_else(missing)?;
        if !is_settled(&item, answer.time.and_then(|time| time.finish.or(time.start))) {
            // Without this time there is no stamp, so the next question is for everything.
            item.remove("lastActivityTime");
        }
        let mut rows = || next().and_then(Result::ok).map(|answer| answer.result);
        let (activities, connectors) = (rows(), rows());
        let facts = EntityFacts::read(item, activities.as_ref(), connectors.as_ref());
        Ok(Gathered::Facts(facts))
    }

    async fn ask_to_write(&self, portal: &str, writes: &[LinkWrite]) -> Result<Vec<Result<(), Failure>>, Failure> {
        let rest = self.portals.rest(portal).await?;
        let call = |write: &LinkWrite| {
            let number = write.entity.entity_type.crm_number().unwrap_or_default();
            let fields = json!({ write.field.as_str(): write.link });
            Call::new(
                "crm.item.update",
                json!({"entityTypeId": number, "id": write.entity.id.get(), "fields": fields, "useOriginalUfNames": "Y"}),
            )
        };
        let outcomes = run(&rest, writes.iter().take(50).map(call)).await;
        let outcomes = outcomes.map_err(|error| self.portals.failed(portal, &error))?;
        let results = outcomes.into_iter().zip(writes).map(|(outcome, write)| {
            let entity = write.entity.to_string();
            let failed = |error: RestError| self.portals.failed(portal, &error).with("entity", &entity);
            let answer = outcome.map_err(failed)?;
            // A portal passes over fields that it does not know.
            if answer.result["item"].get(&write.field).is_none() {
                return Err(Failure::new(Code::FieldMissing)
                    .with("entity", &entity)
                    .with("field", &write.field));
            }
            Ok(())
        });
        Ok(results.collect())
    }

    async fn ask_known(
        &self,
        portal: &str,
        entity_type: EntityType,
        field: &str,
        after: u64,
    ) -> Result<Vec<EntityFields>, Failure> {
        let rest = self.portals.rest(portal).await?;
        let process = self.process_of(portal, &rest, entity_type).await?;
        let missing = || {
            Failure::new(Code::FieldMissing)
                .with("entity", entity_type.to_string())
                .with("field", field)
        };
        let field = field_of(field, entity_type, process).ok_or_else(missing)?;
        let classic = matches!(
            entity_type,
            EntityType::Lead | EntityType::Deal | EntityType::Contact | EntityType::Company
        );
        let id = if classic { "originId" } else { "xmlId" };
        let params = json!({
            "entityTypeId": entity_type.crm_number(), "order": {"id": "ASC"}, "start": -1, "useOriginalUfNames": "Y",
            "filter": {">id": after, format!("!={id}"): ""},
            "select": ["id", "originatorId", id, field],
        });
        let answer = rest.call("crm.item.list", params).await;
        let answer = answer.map_err(|error| self.portals.failed(portal, &error))?;
        Ok(items(&answer))
    }

    async fn ask_processes(&self, portal: &str) -> Result<Vec<Process>, Failure> {
        let rest = self.portals.rest(portal).await?;
        self.learn_processes(portal, &rest).await
    }

    async fn learn_processes(&self, portal: &str, rest: &Rest) -> Result<Vec<Process>, Failure> {
        let answer = rest.call("crm.type.list", json!({})).await;
        let answer = answer.map_err(|error| self.portals.failed(portal, &error))?;
        let process = |row: &Value| {
            Some(Process {
                entity: number(&row["entityTypeId"])?.to_string(),
                id: number(&row["id"])?,
                title: row["title"].as_str().unwrap_or_default().to_owned(),
            })
        };
        let types = answer["types"].as_array();
        let processes: Vec<Process> = types.into_iter().flatten().filter_map(process).collect();
        let mut known = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(portal.to_owned(), processes.clone());
        Ok(processes)
    }

    /// The portal's own number of a smart process; none for other types.
    async fn process_of(&self, portal: &str, rest: &Rest, entity_type: EntityType) -> Result<Option<u64>, Failure> {
        let EntityType::Smart(number) = entity_type else {
            return Ok(None);
        };
        let wanted = number.number().to_string();
        let of = |processes: &[Process]| {
            processes
                .iter()
                .find(|known| known.entity == wanted)
                .map(|known| known.id)
        };
        let known = self.known_processes(portal).as_deref().and_then(of);
        match known {
            Some(id) => Ok(Some(id)),
            None => Ok(of(&self.learn_processes(portal, rest).await?)),
        }
    }

    fn known_processes(&self, portal: &str) -> Option<Vec<Process>> {
        let known = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(portal).cloned()
    }
}

impl Entities for RestEntities {
    fn facts(&self, portal: String, entity: Entity, known: Option<Stamp>) -> Waiting<Result<Gathered, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_facts(&portal, entity, known).await })
    }

    fn holders(&self, portal: String, looks: Vec<Look>) -> Waiting<Result<Vec<Holder>, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_holders(&portal, &looks).await })
    }

    fn titles(&self, portal: String, wanted: Vec<Entity>) -> Waiting<Result<Vec<(Entity, String)>, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_titles(&portal, &wanted).await })
    }

    fn write_links(
        &self,
        portal: String,
        writes: Vec<LinkWrite>,
    ) -> Waiting<Result<Vec<Result<(), Failure>>, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_to_write(&portal, &writes).await })
    }

    fn processes(&self, portal: String) -> Waiting<Result<Vec<Process>, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_processes(&portal).await })
    }

    fn make_fields(&self, portal: String, wanted: FieldWanted) -> Waiting<Result<Vec<MadeField>, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_for_fields(&portal, &wanted).await })
    }

    fn known_outside(
        &self,
        portal: String,
        entity_type: EntityType,
        field: String,
        after: u64,
    ) -> Waiting<Result<Vec<EntityFields>, Failure>> {
        let entities = self.clone();
        Box::pin(async move { entities.ask_known(&portal, entity_type, &field, after).await })
    }
}

/// Makes the calls in one request.
async fn run(rest: &Rest, calls: impl IntoIterator<Item = Call>) -> Result<Vec<Outcome<Value>>, RestError> {
    let batch: Batch = calls.into_iter().collect();
    rest.run(&batch).await
}

/// Whether the last change is over by the portal's own clock: its times have whole seconds, so another change within
/// the same second would look like none.
fn is_settled(item: &EntityFields, now: Option<f64>) -> bool {
    let Some(stamp) = Stamp::of(item) else { return false };
    let moment = |text: &str| text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_second).ok();
    let last = moment(&stamp.updated)
        .zip(moment(&stamp.active))
        .map(|(one, other)| one.max(other));
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact")]
    last.zip(now).is_some_and(|(last, now)| now - last as f64 >= 2.0)
}

/// A number, which some methods write as a text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// The items of an answer.
fn items(answer: &Value) -> Vec<EntityFields> {
    let rows = answer["items"].as_array().into_iter().flatten();
    rows.filter_map(|row| row.as_object().cloned()).collect()
}
