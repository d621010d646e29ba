//! `POST v1/draft`: makes a document or an item from an entity of the portal, filled as far as the base can, and answers
//! with its navigation link.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::catalogue::Shape;
use super::super::links;
use super::super::objects::{customer, goods};
use super::super::records::Written;
use super::super::{Desk, Publication, State};
use super::refused;

/// The longest value of a field, in characters.
const LONGEST: usize = 4_096;

/// How many lines of goods a draft gets.
const LINES: u64 = 2;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// `Документ.ЗаказКлиента`; the English kind is understood too.
    kind: String,
    /// The host of the portal.
    portal: String,
    /// The type of the entity, a word or a number.
    #[serde(rename = "type")]
    entity: String,
    /// The id of the entity.
    id: u64,
    /// Fields to fill, by name.
    #[serde(default)]
    fields: Written,
}

/// Writes an order for a deal, as a robot of the portal wants it: its number and its navigation link, or why not.
pub(super) fn order(state: &State, publication: &Publication, desk: &mut Desk, data: &Value) -> Result<Value, String> {
    let kind = publication.configuration.kind("Документ", "ЗаказКлиента");
    let kind = kind.ok_or("В этой базе нет документа ЗаказКлиента")?;
    let entity = &data["entity"];
    let deal = entity["id"].as_u64().filter(|_| entity["type"] == "deal");
    let deal = deal.ok_or("Заказ делается по сделке")?;
    let title = data["fields"]["title"].as_str().ok_or("Не переданы поля сделки")?;
    let uuid = state.uuid();
    let made = desk.records.change(kind, &uuid, true, |record| {
        let about = format!("По сделке {deal} «{}»", title.chars().take(200).collect::<String>());
        record.fields.insert("Комментарий".to_owned(), about);
        if let Some((party, name)) = customer(deal) {
            record.party = Some(party.to_owned());
            record.fields.insert("Контрагент".to_owned(), name.to_owned());
        }
        record.deal = Some(deal);
        record.rows = Some(goods(publication.seed, &format!("order/{uuid}"), LINES));
        record.posted = Some(true);
    });
    made.map_err(|refusal| refusal.to_string())?;
    let object = publication.object(desk, kind, &uuid).ok_or("Документ не записан")?;
    Ok(json!({"number": object.number, "link": object.link(), "title": object.presentation()}))
}

/// Makes the draft: 201 with `{"link", "title"}`.
pub(super) fn make(state: &State, publication: &Publication, body: &[u8]) -> Response {
    let order: Order = match super::read(body)
        .and_then(|value| serde_json::from_value(value).map_err(|error| super::Refusal::Malformed(error.to_string())))
    {
        Ok(order) => order,
        Err(error) => return refused(StatusCode::BAD_REQUEST, "malformed", &error.to_string()),
    };
    let kind = order
        .kind
        .split_once('.')
        .and_then(|(kind, name)| publication.configuration.kind(kind, name));
    let Some(kind) = kind else {
        return refused(StatusCode::NOT_FOUND, "unknown_kind", "Вид объекта не найден в базе");
    };
    if order.fields.len() > 100 || order.fields.values().any(|value| value.chars().count() > LONGEST) {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "too_many", "слишком много данных");
    }
    let uuid = state.uuid();
    let trade = kind.shape == Shape::Trade;
    let deal = (trade && matches!(order.entity.as_str(), "deal" | "2")).then_some(order.id);
    let customer = deal.and_then(customer);
    let mut desk = publication.desk();
    let made = desk.records.change(kind, &uuid, true, |record| {
        let about = format!("Создан из {} {} портала {}", order.entity, order.id, order.portal);
        record.fields.insert("Комментарий".to_owned(), about);
        if let Some((party, name)) = customer {
            record.party = Some(party.to_owned());
            record.fields.insert("Контрагент".to_owned(), name.to_owned());
        }
        record.deal = deal;
        record.rows = trade.then(|| goods(publication.seed, &format!("draft/{uuid}"), LINES));
        record.posted = Some(false);
        record.fields.extend(order.fields);
    });
    if let Err(refusal) = made {
        return refused(refusal.status(), refusal.code(), &refusal.to_string());
    }
    let title = publication
        .object(&desk, kind, &uuid)
        .map(|object| object.presentation())
        .unwrap_or_default();
    let link = format!("e1cib/data/{}?ref={}", kind.full(), links::reference(&uuid));
    (StatusCode::CREATED, Json(json!({"link": link, "title": title}))).into_response()
}
