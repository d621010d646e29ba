//! What is on the portal: deals with their 1C documents, companies, contacts, and one of every other kind.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::Surroundings;
use crate::clock;

/// The user field that holds the navigation link of a 1C document.
pub(crate) const ONEC_FIELD: &str = "UF_CRM_1732558654060";
/// A second such field, for a document of another kind.
pub(crate) const SECOND_FIELD: &str = "UF_CRM_1732558681225";
/// The user field of type url with the link that opens 1C.
pub(crate) const URL_FIELD: &str = "UF_CRM_1732558700100";
/// Where 1C writes the number of the order that a robot has wanted.
pub(crate) const ORDER_FIELD: &str = "UF_CRM_1C_ORDER";
/// The user field that the connector of the product makes.
pub(crate) const EXTERNAL_FIELD: &str = "UF_CRM_EXTERNAL_URL";
/// The alias of the trade base.
pub(crate) const BASE: &str = "ut";

/// References of the documents in the trade base: group-reordered UUIDs.
pub(crate) const REFS: [&str; 6] = [
    "8936000c29dddd3811ecc9c9312e175a",
    "89ab000c29dddd3811ed88195828755a",
    "8780b06ebf2faaf611e86899c3314ae6",
    "b59500055d80a2b911de397d51012ccc",
    "9abc123456789abc5678123412345678",
    "8ca0000d8843cd1b11dc8d043d71007f",
];

/// Leads, deals and their like.
pub(crate) const LEAD: u32 = 1;
/// Deals.
pub(crate) const DEAL: u32 = 2;
/// Contacts.
pub(crate) const CONTACT: u32 = 3;
/// Companies.
pub(crate) const COMPANY: u32 = 4;
/// Quotes.
pub(crate) const QUOTE: u32 = 7;
/// Invoices.
pub(crate) const INVOICE: u32 = 31;
/// The smart process of this portal.
pub(crate) const PROCESS: u32 = 128;

/// The word that stands for a type in links; smart processes have a number.
pub(crate) fn type_word(type_id: u32) -> String {
    match type_id {
        LEAD => "lead".to_owned(),
        DEAL => "deal".to_owned(),
        CONTACT => "contact".to_owned(),
        COMPANY => "company".to_owned(),
        QUOTE => "quote".to_owned(),
        INVOICE => "invoice".to_owned(),
        number => number.to_string(),
    }
}

/// One thing on the portal, its fields under their classic names.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    /// Entity type id.
    pub(crate) type_id: u32,
    /// Item id.
    pub(crate) id: u64,
    /// Fields under classic names, typed.
    pub(crate) fields: Map<String, Value>,
}

/// Everything that the portal starts with.
pub(crate) fn all(around: &Surroundings, now: Timestamp) -> Vec<Entity> {
    let order = |index: usize| format!("e1cib/data/Документ.ЗаказКлиента?ref={}", REFS[index]);
    let title = |text: &str, sum: u32, stage: &str, company: u64| {
        json!({
            "TITLE": text, "OPPORTUNITY": sum, "CURRENCY_ID": "RUB", "STAGE_ID": stage, "CATEGORY_ID": 0,
            "COMPANY_ID": company, "CONTACT_ID": company + 10, "TYPE_ID": "SALE",
        })
    };
    let mut list = vec![
        deal(
            123,
            title("Кофемашины для сети «Зерно»", 486_500, "PREPARATION", 21),
            &json!({ONEC_FIELD: order(0)}),
        ),
        deal(
            124,
            title("Мебель в новый офис", 1_250_000, "EXECUTING", 22),
            &json!({ONEC_FIELD: format!("{}/{BASE}/ru_RU/#{}", around.publications, order(1))}),
        ),
        deal(
            125,
            title("Сервисный договор на год", 318_000, "FINAL_INVOICE", 23),
            &json!({
                ONEC_FIELD: order(2),
                SECOND_FIELD: format!("e1cib/data/Документ.РеализацияТоваровУслуг?ref={}", REFS[3]),
            }),
        ),
        deal(
            126,
            title("Поставка упаковки", 94_200, "NEW", 21),
            &json!({"ORIGINATOR_ID": "1C_UT", "ORIGIN_ID": "12345678-1234-5678-9abc-123456789abc", "ORIGIN_VERSION": "1"}),
        ),
        deal(127, title("Первое обращение: чайная комната", 0, "NEW", 22), &json!({})),
        deal(
            128,
            title("Расходные материалы, IV квартал", 152_300, "WON", 23),
            &json!({EXTERNAL_FIELD: format!("{}/{BASE}/ru_RU/#{}", around.publications, order(5))}),
        ),
        entity(
            LEAD,
            51,
            json!({"TITLE": "Заявка с сайта: кофе в офис", "STATUS_ID": "NEW", "SOURCE_ID": "WEB", "NAME": "Олег"}),
        ),
        entity(
            QUOTE,
            61,
            json!({"TITLE": "Предложение № 61: кофемашины", "STATUS_ID": "SENT", "OPPORTUNITY": 486_500, "CURRENCY_ID": "RUB", "DEAL_ID": 123}),
        ),
        entity(
            INVOICE,
            71,
            json!({
                "TITLE": "Счёт № 71", "STAGE_ID": "DT31_1:S", "OPPORTUNITY": 486_500, "CURRENCY_ID": "RUB", "PARENT_ID_2": 123, "ACCOUNT_NUMBER": "71",
                "XML_ID": "3d71007f-8d04-11dc-8ca0-000d8843cd1b",
            }),
        ),
        entity(
            PROCESS,
            5,
            json!({
                "TITLE": "Отгрузка № 5 со склада", "STAGE_ID": "DT128_2:NEW", "CATEGORY_ID": 2, "PARENT_ID_2": 123,
                "UF_CRM_4_1732559000001": format!("e1cib/data/Документ.РеализацияТоваровУслуг?ref={}", REFS[3]),
            }),
        ),
    ];
    for (id, name, reference) in [
        (21, "ООО «Зерно»", REFS[0]),
        (22, "АО «Новый офис»", REFS[1]),
        (23, "ИП Чайкин", REFS[2]),
    ] {
        list.push(entity(
            COMPANY,
            id,
            json!({
                "TITLE": name, "COMPANY_TYPE": "CUSTOMER", "INDUSTRY": "OTHER", "REVENUE": 0, "CURRENCY_ID": "RUB",
                EXTERNAL_FIELD: format!("{}/{BASE}/ru_RU/#e1cib/data/Справочник.Контрагенты?ref={reference}", around.publications),
            }),
        ));
    }
    for (id, name, last_name, phone) in [
        (31, "Ольга", "Зернова", "+74951234501"),
        (32, "Сергей", "Новиков", "+74951234502"),
        (33, "Павел", "Чайкин", "+74951234503"),
    ] {
        list.push(entity(
            CONTACT,
            id,
            json!({"NAME": name, "LAST_NAME": last_name, "COMPANY_ID": id - 10, "PHONE": [{"VALUE": phone, "VALUE_TYPE": "WORK"}]}),
        ));
    }
    for entity in &mut list {
        finish(entity, around, now);
    }
    list
}

fn deal(id: u64, base: Value, onec: &Value) -> Entity {
    let mut deal = entity(DEAL, id, base);
    // Every field exists on every deal, most of them empty.
    for field in [
        "ORIGINATOR_ID",
        "ORIGIN_ID",
        "ORIGIN_VERSION",
        ONEC_FIELD,
        SECOND_FIELD,
        EXTERNAL_FIELD,
        ORDER_FIELD,
    ] {
        deal.fields
            .insert(field.to_owned(), onec.get(field).cloned().unwrap_or(Value::Null));
    }
    deal
}

fn entity(type_id: u32, id: u64, fields: Value) -> Entity {
    let fields = match fields {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    Entity { type_id, id, fields }
}

/// What every entity has: id, people, times, and the link that opens 1C.
fn finish(entity: &mut Entity, around: &Surroundings, now: Timestamp) {
    let id = entity.id;
    let age = i64::try_from(id % 40).unwrap_or(0) + 1;
    let created = now.checked_sub(SignedDuration::from_hours(24 * age)).unwrap_or(now);
    let modified = now.checked_sub(SignedDuration::from_hours(age)).unwrap_or(now);
    let link = format!("hotstart://crm/{}/{}/{id}", around.host, type_word(entity.type_id));
    let mut set = |name: &str, value: Value| entity.fields.insert(name.to_owned(), value);
    set("ID", id.into());
    set("ASSIGNED_BY_ID", 1.into());
    set("CREATED_BY_ID", 2.into());
    set("MODIFY_BY_ID", 1.into());
    set("OPENED", "Y".into());
    set("DATE_CREATE", clock::iso(created).into());
    set("DATE_MODIFY", clock::iso(modified).into());
    set("LAST_ACTIVITY_TIME", clock::iso(created).into());
    set(URL_FIELD, link.into());
}
