//! The names of entities of any type: one list for each type, all of them in one batch.
use bitrix24::rest::Call;
use bitrix24::{Entity, EntityId, EntityType};
use hotstart_core::failure::Failure;
use hotstart_core::resolve::title_of;
use serde_json::{Value, json};

use super::{RestEntities, number, run};

/// What one call of a batch asks for.
struct Asked {
    entity_type: EntityType,
    /// The only one, where a method gives one at a time.
    one: Option<EntityId>,
    call: Call,
}

impl RestEntities {
    pub(super) async fn ask_titles(&self, portal: &str, wanted: &[Entity]) -> Result<Vec<(Entity, String)>, Failure> {
        let rest = self.portals.rest(portal).await?;
        let mut asked = questions(wanted);
        asked.truncate(50);
        let outcomes = run(&rest, asked.iter().map(|asked| asked.call.clone())).await;
        let outcomes = outcomes.map_err(|error| self.portals.failed(portal, &error))?;
        let mut titles = Vec::new();
        for (asked, outcome) in asked.iter().zip(outcomes) {
            // Names are a courtesy: what may not be read has none.
            if let Ok(answer) = outcome {
                titles.extend(read(asked, &answer.result));
            }
        }
        Ok(titles)
    }
}

fn questions(wanted: &[Entity]) -> Vec<Asked> {
    let mut types: Vec<EntityType> = wanted.iter().map(|entity| entity.entity_type).collect();
    types.sort_unstable();
    types.dedup();
    let mut asked = Vec::new();
    for entity_type in types {
        let ids: Vec<EntityId> = wanted
            .iter()
            .filter(|known| known.entity_type == entity_type)
            .map(|known| known.id)
            .collect();
        let numbers: Vec<u64> = ids.iter().take(50).map(|id| id.get()).collect();
        let call = match entity_type {
            EntityType::Task => Call::new(
                "tasks.task.list",
                json!({"filter": {"ID": numbers}, "select": ["ID", "TITLE"], "start": -1}),
            ),
            EntityType::User => Call::new("user.get", json!({"FILTER": {"ID": numbers}})),
            EntityType::Group => Call::new("sonet_group.get", json!({"FILTER": {"ID": numbers}})),
            EntityType::Chat => {
                let dialog = |id: &EntityId| Asked {
                    entity_type,
                    one: Some(*id),
                    call: Call::new("im.dialog.get", json!({"DIALOG_ID": format!("chat{id}")})),
                };
                asked.extend(ids.iter().take(20).map(dialog));
                continue;
            }
            EntityType::Lead
            | EntityType::Deal
            | EntityType::Contact
            | EntityType::Company
            | EntityType::Quote
            | EntityType::Invoice
            | EntityType::Smart(_) => Call::new(
                "crm.item.list",
                json!({
                    "entityTypeId": entity_type.crm_number(), "filter": {"@id": numbers}, "start": -1,
                    "select": ["id", "title", "name", "lastName"],
                }),
            ),
        };
        asked.push(Asked {
            entity_type,
            one: None,
            call,
        });
    }
    asked
}

fn read(asked: &Asked, answer: &Value) -> Vec<(Entity, String)> {
    let rows: Vec<&Value> = match asked.one {
        Some(_) => vec![answer],
        None => ["items", "tasks"]
            .iter()
            .find_map(|name| answer[*name].as_array())
            .or_else(|| answer.as_array())
            .map(|rows| rows.iter().collect())
            .unwrap_or_default(),
    };
    let named = |row: &Value| {
        let id = row.get("id").or_else(|| row.get("ID")).and_then(number);
        let entity = Entity {
            entity_type: asked.entity_type,
            id: asked.one.or_else(|| EntityId::new(id?))?,
        };
        let title = title_of(row.as_object()?);
        (!title.is_empty()).then_some((entity, title))
    };
    rows.into_iter().filter_map(named).collect()
}
