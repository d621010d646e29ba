//! Entities that may lead to an object: every question in one batch.
use bitrix24::rest::{Advice, Call};
use bitrix24::{Entity, EntityId, EntityType};
use hotstart_core::failure::Failure;
use hotstart_core::resolve::{By, EntityFacts, Holder, Look, field_of};
use serde_json::{Value, json};

use super::{CHANNEL, RestEntities, items, number, run};

impl RestEntities {
    pub(super) async fn ask_holders(&self, portal: &str, looks: &[Look]) -> Result<Vec<Holder>, Failure> {
        let rest = self.portals.rest(portal).await?;
        let mut asked: Vec<(&Look, Call)> = Vec::new();
        for look in looks {
            let process = match &look.by {
                // A portal that does not tell its processes is asked about all the rest.
                By::Field { .. } => self
                    .process_of(portal, &rest, look.entity_type)
                    .await
                    .unwrap_or_default(),
                By::Origin { .. } | By::XmlId(_) | By::Activity(_) => None,
            };
            asked.extend(call(look, process).map(|call| (look, call)));
        }
        let connectors = Call::new("crm.externalchannel.connector.list", json!({}));
        let calls = asked.iter().map(|(_, call)| call.clone()).chain([connectors]);
        let outcomes = run(&rest, calls).await;
        let mut outcomes = outcomes.map_err(|error| self.portals.failed(portal, &error))?;
        let connectors = outcomes.pop().and_then(Result::ok).map(|answer| answer.result);
        let mut holders: Vec<Holder> = Vec::new();
        let (mut answered, mut failure) = (false, None);
        for ((look, _), outcome) in asked.iter().zip(outcomes) {
            match outcome {
                Ok(answer) => {
                    answered = true;
                    for holder in read(look, &answer.result, connectors.as_ref()) {
                        add(&mut holders, holder);
                    }
                }
                // Most portals lack some of the fields; but what concerns the whole connection is told.
                Err(error) if error.advice() == Advice::SignIn => return Err(self.portals.failed(portal, &error)),
                Err(error) => failure = failure.or_else(|| Some(self.portals.failed(portal, &error))),
            }
        }
        match failure {
            Some(failure) if !answered => Err(failure),
            _ => Ok(holders),
        }
    }
}

fn call(look: &Look, process: Option<u64>) -> Option<Call> {
    let number = look.entity_type.crm_number()?;
    let list = |filter: Value, own: &[&str]| {
        let mut select = vec!["id", "title", "name", "lastName"];
        select.extend(own);
        let params = json!({
            "entityTypeId": number, "select": select, "filter": filter, "order": {"id": "DESC"}, "start": -1,
            "useOriginalUfNames": "Y",
        });
        Some(Call::new("crm.item.list", params))
    };
    match &look.by {
        By::Field { name, reference } => {
            let field = field_of(name, look.entity_type, process)?;
            list(json!({ format!("%{field}"): reference }), &[&field])
        }
        By::Origin { originator, ids } => {
            let filter = json!({"=originatorId": originator, "@originId": ids});
            list(filter, &["originatorId", "originId"])
        }
        By::XmlId(ids) => list(json!({ "@xmlId": ids }), &["xmlId"]),
        By::Activity(ids) => Some(Call::new(
            "crm.activity.list",
            json!({
                "filter": {"PROVIDER_ID": CHANNEL, "@ORIGIN_ID": ids}, "order": {"ID": "DESC"}, "start": -1,
                "select": ["ID", "SUBJECT", "ORIGINATOR_ID", "PROVIDER_PARAMS", "OWNER_TYPE_ID", "OWNER_ID"],
            }),
        )),
    }
}

fn read(look: &Look, answer: &Value, connectors: Option<&Value>) -> Vec<Holder> {
    let holder = |entity_type: EntityType, id: &Value, facts: EntityFacts| {
        Some(Holder {
            entity: Entity {
                entity_type,
                id: EntityId::new(number(id)?)?,
            },
            facts,
        })
    };
    if let By::Activity(_) = look.by {
        let rows = answer.as_array().into_iter().flatten();
        let of_row = |row: &Value| {
            let owner = EntityType::from_number(number(&row["OWNER_TYPE_ID"])?)?;
            let facts = EntityFacts::read(serde_json::Map::new(), Some(&json!([row])), connectors);
            holder(owner, &row["OWNER_ID"], facts)
        };
        return rows.filter_map(of_row).collect();
    }
    let of_item = |item: serde_json::Map<String, Value>| {
        let id = item.get("id").cloned().unwrap_or_default();
        holder(look.entity_type, &id, EntityFacts::read(item, None, None))
    };
    items(answer).into_iter().filter_map(of_item).collect()
}

/// What several answers say of one entity belongs together.
fn add(holders: &mut Vec<Holder>, new: Holder) {
    match holders.iter_mut().find(|known| known.entity == new.entity) {
        Some(known) => {
            known.facts.fields.extend(new.facts.fields);
            known.facts.documents.extend(new.facts.documents);
            if known.facts.hosts.is_empty() {
                known.facts.hosts = new.facts.hosts;
            }
        }
        None => holders.push(new),
    }
}
