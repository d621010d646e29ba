//! The two ways in which CRM spells its fields.

use serde_json::{Map, Value, json};

use super::schema::{Field, Schema};
use crate::portal::entities::{
    COMPANY, CONTACT, DEAL, EXTERNAL_FIELD, Entity, INVOICE, LEAD, ONEC_FIELD, ORDER_FIELD, QUOTE, SECOND_FIELD,
    URL_FIELD,
};

/// `STAGE_ID` to `stageId`, `UF_CRM_1732558654060` to `ufCrm_1732558654060`, `UF_CRM_4_17` to `ufCrm4_17`.
pub(crate) fn camel(name: &str) -> String {
    match name {
        "DATE_CREATE" => return "createdTime".to_owned(),
        "DATE_MODIFY" => return "updatedTime".to_owned(),
        "CREATED_BY_ID" => return "createdBy".to_owned(),
        "MODIFY_BY_ID" => return "updatedBy".to_owned(),
        "MOVED_BY_ID" => return "movedBy".to_owned(),
        _ => {}
    }
    let parts: Vec<&str> = name.split('_').collect();
    let mut camel = String::new();
    for (index, part) in parts.iter().enumerate() {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        let last = index + 1 == parts.len();
        if index == 0 {
            camel.push_str(&part.to_lowercase());
        } else if digits && last && name.starts_with("UF_") {
            camel.push('_');
            camel.push_str(part);
        } else {
            let mut letters = part.chars();
            camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            camel.push_str(&letters.as_str().to_lowercase());
        }
    }
    camel
}

/// An entity as `crm.item.*` shows it.
pub(crate) fn item(schema: &Schema, entity: &Entity, original_user_fields: bool) -> Map<String, Value> {
    let mut item: Map<String, Value> = schema
        .fields()
        .map(|field| {
            let name = spelled(field, original_user_fields);
            (
                name.to_owned(),
                entity.fields.get(&field.name).cloned().unwrap_or(Value::Null),
            )
        })
        .collect();
    item.insert("entityTypeId".to_owned(), entity.type_id.into());
    if entity.type_id != CONTACT && entity.type_id != COMPANY && entity.type_id != LEAD {
        let category = item.entry("categoryId").or_insert(Value::Null);
        if category.is_null() {
            *category = 0.into();
        }
    }
    item
}

/// An entity as classic methods show it: numbers are text.
pub(crate) fn classic_row(schema: &Schema, entity: &Entity) -> Map<String, Value> {
    schema
        .fields()
        .map(|field| (field.name.clone(), classic_value(entity.fields.get(&field.name))))
        .collect()
}

/// A value as classic methods show it.
pub(crate) fn classic_value(value: Option<&Value>) -> Value {
    match value {
        Some(Value::Number(number)) => Value::String(number.to_string()),
        Some(other) => other.clone(),
        None => Value::Null,
    }
}

/// The name of a field in `crm.item.*`.
pub(crate) fn spelled(field: &Field, original_user_fields: bool) -> &str {
    if original_user_fields && field.name.starts_with("UF_") {
        &field.name
    } else {
        &field.camel
    }
}

/// What `crm.item.fields` tells.
pub(crate) fn item_fields(schema: &Schema, original_user_fields: bool) -> Map<String, Value> {
    let fields = schema.fields().map(|field| {
        let mut described = describe(field);
        described["upperName"] = field.name.clone().into();
        (spelled(field, original_user_fields).to_owned(), described)
    });
    fields.collect()
}

/// What `crm.deal.fields` tells.
pub(crate) fn classic_fields(schema: &Schema) -> Map<String, Value> {
    schema
        .fields()
        .map(|field| (field.name.clone(), describe(field)))
        .collect()
}

/// The Russian name of a field.
pub(crate) fn label(name: &str) -> &str {
    match name {
        "TITLE" => "Название",
        "OPPORTUNITY" => "Сумма",
        "CURRENCY_ID" => "Валюта",
        "STAGE_ID" | "STATUS_ID" => "Стадия",
        "ASSIGNED_BY_ID" => "Ответственный",
        "COMPANY_ID" => "Компания",
        "CONTACT_ID" => "Контакт",
        "DATE_CREATE" => "Создано",
        "DATE_MODIFY" => "Изменено",
        ONEC_FIELD => "Заказ клиента (1С)",
        SECOND_FIELD => "Реализация (1С)",
        EXTERNAL_FIELD => "Ссылка на 1С",
        ORDER_FIELD => "Номер заказа в 1С",
        URL_FIELD => "Открыть в 1С",
        other => other,
    }
}

/// The Russian name of a type.
pub(crate) fn type_label(type_id: u32) -> &'static str {
    match type_id {
        LEAD => "Лид",
        DEAL => "Сделка",
        CONTACT => "Контакт",
        COMPANY => "Компания",
        QUOTE => "Предложение",
        INVOICE => "Счёт",
        _ => "Отгрузка",
    }
}

fn describe(field: &Field) -> Value {
    let name = field.name.as_str();
    let kind = match name {
        _ if field.kind.is_some() => field.kind.as_deref().unwrap_or_default(),
        "ID" | "CATEGORY_ID" | "DEAL_ID" | "PARENT_ID_2" => "integer",
        "ASSIGNED_BY_ID" | "CREATED_BY_ID" | "MODIFY_BY_ID" | "MOVED_BY_ID" => "user",
        "COMPANY_ID" => "crm_company",
        "CONTACT_ID" => "crm_contact",
        "OPPORTUNITY" => "double",
        "DATE_CREATE" | "DATE_MODIFY" | "MOVED_TIME" | "LAST_ACTIVITY_TIME" => "datetime",
        URL_FIELD | EXTERNAL_FIELD => "url",
        _ => "string",
    };
    let read_only = matches!(
        name,
        "ID" | "DATE_CREATE" | "DATE_MODIFY" | "CREATED_BY_ID" | "MODIFY_BY_ID" | "MOVED_TIME" | "MOVED_BY_ID"
    );
    json!({
        "type": kind, "isRequired": false, "isReadOnly": read_only, "isImmutable": read_only, "isMultiple": false,
        "isDynamic": name.starts_with("UF_"), "title": field.label.as_deref().unwrap_or_else(|| label(name)),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn fields_are_spelled_as_the_product_spells_them() {
        for (classic, camel) in [
            ("ID", "id"),
            ("STAGE_ID", "stageId"),
            ("ORIGINATOR_ID", "originatorId"),
            ("DATE_CREATE", "createdTime"),
            ("UF_CRM_1732558654060", "ufCrm_1732558654060"),
            ("UF_CRM_4_1732559000001", "ufCrm4_1732559000001"),
            ("UF_CRM_EXTERNAL_URL", "ufCrmExternalUrl"),
            ("PARENT_ID_2", "parentId2"),
        ] {
            assert_eq!(super::camel(classic), camel);
        }
    }
}
