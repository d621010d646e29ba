//! What a base answers for each event, and what of that goes back to the portal.
use bitrix24::Entity;
use serde_json::Value;

use crate::failure::{Code, Failure};
use crate::ports::{EntityFields, RelayItem};
use crate::settings::RelaySettings;

/// What a base says of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has it for good.
    Done,
    /// It could not do it this time.
    Failed,
    /// It will never do it.
    Refused,
}

/// The answer for one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemResult {
    /// What became of it.
    pub status: Status,
    /// What the base says about it.
    pub answer: Option<Value>,
}

impl ItemResult {
    /// No word at all.
    const SILENT: Self = Self {
        status: Status::Failed,
        answer: None,
    };

    /// Reads `{"status","answer"?}`. Another word than ours is no success.
    pub(super) fn of(said: &Value) -> Self {
        let status = match said["status"].as_str() {
            Some("done") => Status::Done,
            Some("refused") => Status::Refused,
            Some(_) | None => Status::Failed,
        };
        let answer = said.get("answer").cloned();
        Self { status, answer }
    }
}

/// Reads `{"results":[{"id","status","answer"?}]}` for what was sent, in its order. An event without a word has failed;
/// none where the answer is not of that form.
pub fn results(sent: &[RelayItem], answer: &Value) -> Option<Vec<ItemResult>> {
    let said = answer.get("results")?.as_array()?;
    let of = |item: &RelayItem| {
        let found = said.iter().find(|result| result["id"].as_str() == Some(&item.event.id));
        found.map_or(ItemResult::SILENT, ItemResult::of)
    };
    Some(sent.iter().map(of).collect())
}

/// The fields of the entity that get values of an answer, as the settings say. Only plain values go, and only to named
/// fields.
pub fn reply(settings: &RelaySettings, item: &RelayItem, answer: Option<&Value>) -> Result<EntityFields, Failure> {
    let event = &item.event;
    reply_of(settings, &event.base, event.entity, answer)
}

/// [`reply`] for an event of which only this is known.
pub fn reply_of(
    settings: &RelaySettings,
    alias: &str,
    entity: Option<Entity>,
    answer: Option<&Value>,
) -> Result<EntityFields, Failure> {
    let base = settings.base(alias);
    let kind = entity.map(|entity| entity.entity_type);
    let fields: EntityFields = base
        .into_iter()
        .flat_map(|base| &base.answers)
        .filter(|wanted| kind.is_some_and(|kind| bitrix24::EntityType::parse(&wanted.entity) == Some(kind)))
        .filter_map(|wanted| {
            let value = answer?.get(&wanted.from)?;
            let plain = value.is_string() || value.is_number() || value.is_boolean();
            plain.then(|| (wanted.field.clone(), value.clone()))
        })
        .collect();
    if fields.is_empty() {
        return Err(Failure::new(Code::AnswerUnmapped).with("base", alias));
    }
    Ok(fields)
}
