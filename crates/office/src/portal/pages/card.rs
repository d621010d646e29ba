//! The card of an entity, with its 1C documents and the link that opens them.

use std::fmt::Write as _;

use serde_json::Value;

use super::frame::{address, escape, frame};
use super::title;
use crate::params;
use crate::portal::Portal;
use crate::portal::crm::{label, type_label};
use crate::portal::entities::{BASE, DEAL, EXTERNAL_FIELD, Entity, ONEC_FIELD, SECOND_FIELD, URL_FIELD, type_word};

/// The stages of a deal and their names.
const STAGES: [(&str, &str); 5] = [
    ("NEW", "Новая"),
    ("PREPARATION", "Подготовка документов"),
    ("EXECUTING", "В работе"),
    ("FINAL_INVOICE", "Финальный счёт"),
    ("WON", "Сделка успешна"),
];

/// The whole card.
pub(super) fn render(portal: &Portal, entity: &Entity) -> String {
    let open = format!(
        "hotstart://crm/{}/{}/{}",
        portal.around.host,
        type_word(entity.type_id),
        entity.id
    );
    let mut body = format!(
        "<div class=\"bar\"><span class=\"muted\">{} № {}</span><a class=\"button\" id=\"open-in-1c\" href=\"{}\">Открыть в 1С</a></div>",
        type_label(entity.type_id),
        entity.id,
        address(&open),
    );
    if entity.type_id == DEAL {
        body.push_str(&stages(entity));
    }
    let _ = write!(
        body,
        "<div class=\"columns\"><div>{}{}</div>{}</div>",
        about(portal, entity),
        documents(entity, &open),
        timeline(portal)
    );
    frame(&title(entity), "crm", &body)
}

/// `486 500 ₽`, if the entity has a sum.
pub(super) fn money(entity: &Entity) -> Option<String> {
    let sum = entity.fields.get("OPPORTUNITY").and_then(params::as_number)?;
    let digits = sum.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    Some(format!("{grouped}\u{a0}₽"))
}

fn stages(entity: &Entity) -> String {
    let now = entity
        .fields
        .get("STAGE_ID")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let reached = STAGES.iter().position(|(stage, _)| *stage == now).unwrap_or(0);
    let mut list = String::new();
    for (index, (_, name)) in STAGES.iter().enumerate() {
        let class = if index <= reached { " class=\"done\"" } else { "" };
        let _ = write!(list, "<li{class}>{name}</li>");
    }
    format!("<ol class=\"stages\">{list}</ol>")
}

fn about(portal: &Portal, entity: &Entity) -> String {
    let mut rows = String::new();
    if let Some(money) = money(entity) {
        let _ = write!(rows, "<dt>Сумма</dt><dd class=\"sum\">{money}</dd>");
    }
    for (field, kind) in [("COMPANY_ID", "company"), ("CONTACT_ID", "contact")] {
        let type_id = if kind == "company" { 4 } else { 3 };
        let id = entity.fields.get(field).and_then(Value::as_u64);
        if let Some(other) = id.and_then(|id| portal.crm.find(type_id, id)) {
            let _ = write!(
                rows,
                "<dt>{}</dt><dd><a href=\"/crm/{kind}/details/{}/\">{}</a></dd>",
                label(field),
                other.id,
                escape(&title(&other))
            );
        }
    }
    if let Some(user) = portal.people.get(1) {
        let _ = write!(
            rows,
            "<dt>Ответственный</dt><dd><a href=\"{}\">{}</a></dd>",
            user.path(),
            escape(&user.full_name())
        );
    }
    for field in ["ORIGINATOR_ID", "ORIGIN_ID", "DATE_CREATE", "DATE_MODIFY"] {
        if let Some(text) = entity.fields.get(field).and_then(params::as_text) {
            let text = if field.starts_with("DATE") {
                day_and_time(&text)
            } else {
                text
            };
            let _ = write!(rows, "<dt>{}</dt><dd>{}</dd>", label(field), escape(&text));
        }
    }
    format!("<section class=\"panel\"><h2>О сделке</h2><dl>{rows}</dl></section>").replace(
        "О сделке",
        if entity.type_id == DEAL {
            "О сделке"
        } else {
            "Сведения"
        },
    )
}

/// `16.11.2026 04:43` from ISO time; anything else stays.
fn day_and_time(iso: &str) -> String {
    match (iso.get(..4), iso.get(5..7), iso.get(8..10), iso.get(11..16)) {
        (Some(year), Some(month), Some(day), Some(time)) => format!("{day}.{month}.{year} {time}"),
        _ => iso.to_owned(),
    }
}

/// The user fields of 1C: the url field as a link, each document as a link into its base.
fn documents(entity: &Entity, open: &str) -> String {
    let mut rows = format!(
        "<dt>{}</dt><dd><a class=\"onec-field\" href=\"{}\">{}</a></dd>",
        label(URL_FIELD),
        address(open),
        escape(open)
    );
    let mut found = false;
    for (field, value) in &entity.fields {
        let Some(link) = value
            .as_str()
            .filter(|_| field.starts_with("UF_CRM_") && field != URL_FIELD)
        else {
            continue;
        };
        let Some(place) = link.find("e1cib/").and_then(|at| link.get(at..)) else {
            continue;
        };
        found = true;
        let name = if [ONEC_FIELD, SECOND_FIELD, EXTERNAL_FIELD].contains(&field.as_str()) {
            label(field)
        } else {
            "Документ 1С"
        };
        let kind = place
            .trim_start_matches("e1cib/data/")
            .split('?')
            .next()
            .unwrap_or(place);
        let _ = write!(
            rows,
            "<dt>{name}</dt><dd><a class=\"onec-document\" href=\"{}\">{}</a></dd>",
            address(&format!("hotstart://onec/{BASE}/{place}")),
            escape(kind),
        );
    }
    if !found {
        rows.push_str("<dt>Документы 1С</dt><dd class=\"muted\">ещё не связаны</dd>");
    }
    format!("<section class=\"panel\"><h2>1С:Предприятие</h2><dl>{rows}</dl></section>")
}

fn timeline(portal: &Portal) -> String {
    let name = portal
        .people
        .get(2)
        .map_or_else(String::new, super::super::people::User::full_name);
    format!(
        "<section class=\"panel time\"><h2>История</h2><article><b>Звонок клиенту</b><p>Согласовали состав заказа и сроки.</p>\
         <p class=\"muted\">{name}, сегодня в 10:40</p></article><article><b>Документ проведён в 1С</b>\
         <p>Заказ клиента передан на склад.</p><p class=\"muted\">Робот, вчера в 18:05</p></article>\
         <article><b>Создано</b><p class=\"muted\">{name}</p></article></section>"
    )
}
