//! The two ways in which CRM spells its fields.

use serde_json::{Map, Value, json};

use crate::portal::entities::{
    COMPANY, CONTACT, DEAL, EXTERNAL_FIELD, Entity, INVOICE, LEAD, ONEC_FIELD, QUOTE, SECOND_FIELD, URL_FIELD,
};

/// `STAGE_ID` to `stageId`, `UF_CRM_1732558654060` to `ufCrm_1732558654060`, `UF_CRM_4_17` to `ufCrm4_17`.
pub(crate) fn camel(name: &str) -> String {
    match name {
        "DATE_CREATE" => return "createdTime".to_owned(),
        "DATE_MODIFY" => return "updatedTime".to_owned(),
        "CREATED_BY_ID" => return "createdBy".to_owned(),
        "MODIFY_BY_ID" => return "updatedBy".to_owned(),
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
pub(crate) fn item(entity: &Entity, original_user_fields: bool) -> Map<String, Value> {
    let spelled = |name: &String| {
        if original_user_fields && name.starts_with("UF_") {
            name.clone()
        } else {
            camel(name)
        }
    };
    let mut item: Map<String, Value> = entity
        .fields
        .iter()
        .map(|(name, value)| (spelled(name), value.clone()))
        .collect();
    item.insert("entityTypeId".to_owned(), entity.type_id.into());
    if entity.type_id != CONTACT && entity.type_id != COMPANY && entity.type_id != LEAD {
        item.entry("categoryId").or_insert(0.into());
    }
    item
}

/// An entity as classic methods show it: numbers are text.
pub(crate) fn classic_row(entity: &Entity) -> Map<String, Value> {
    let text = |value: &Value| match value {
        Value::Number(number) => Value::String(number.to_string()),
        other @ (Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => other.clone(),
    };
    entity
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

/// What `crm.item.fields` tells.
pub(crate) fn item_fields(entity: &Entity, original_user_fields: bool) -> Map<String, Value> {
    let fields = entity.fields.keys().map(|name| {
        let key = if original_user_fields && name.starts_with("UF_") {
            name.clone()
        } else {
            camel(name)
        };
        let mut field = describe(name);
        field["upperName"] = name.clone().into();
        (key, field)
    });
    fields.collect()
}

/// What `crm.deal.fields` tells.
pub(crate) fn classic_fields(entity: &Entity) -> Map<String, Value> {
    entity
        .fields
        .keys()
        .map(|name| (name.clone(), describe(name)))
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

fn describe(name: &str) -> Value {
    let kind = match name {
        "ID" | "CATEGORY_ID" | "DEAL_ID" | "PARENT_ID_2" => "integer",
        "ASSIGNED_BY_ID" | "CREATED_BY_ID" | "MODIFY_BY_ID" => "user",
        "COMPANY_ID" => "crm_company",
        "CONTACT_ID" => "crm_contact",
        "OPPORTUNITY" => "double",
        "DATE_CREATE" | "DATE_MODIFY" => "datetime",
        URL_FIELD | EXTERNAL_FIELD => "url",
        _ => "string",
    };
    let read_only = matches!(
        name,
        "ID" | "DATE_CREATE" | "DATE_MODIFY" | "CREATED_BY_ID" | "MODIFY_BY_ID"
    );
    json!({
        "type": kind, "isRequired": false, "isReadOnly": read_only, "isImmutable": read_only, "isMultiple": false,
        "isDynamic": name.starts_with("UF_"), "title": label(name),
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
