//! Many entities at once, the same for the same order.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Crm, schema::TYPES};
use crate::portal::entities::{CONTACT, DEAL, EXTERNAL_FIELD, Entity, INVOICE, LEAD, ONEC_FIELD, PROCESS};

/// How many of what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bulk {
    /// Entity type id.
    #[serde(rename = "type", default = "deal")]
    type_id: u32,
    /// How many.
    count: u64,
    /// The first id; the others follow without a gap.
    #[serde(default = "first")]
    first_id: u64,
    /// The company that they belong to; without one they are spread.
    company: Option<u64>,
}

impl Crm {
    /// Adds them, in place of those with the same ids; no event tells of it. Gives the first and the last id.
    pub(crate) fn fill(&self, bulk: &Bulk) -> Option<(u64, u64)> {
        if bulk.count == 0 || !TYPES.iter().any(|(known, ..)| *known == bulk.type_id) {
            return None;
        }
        let last = bulk.first_id.checked_add(bulk.count - 1)?;
        let mut records = self.lock();
        for id in bulk.first_id..=last {
            let mut entity = one(bulk.type_id, id);
            if let Some(company) = bulk.company {
                entity.fields.insert("COMPANY_ID".to_owned(), company.into());
            }
            records.entities.insert((bulk.type_id, id), entity);
        }
        records.last_id = records.last_id.max(last);
        Some((bulk.first_id, last))
    }
}

fn one(type_id: u32, id: u64) -> Entity {
    let mixed = mix(id);
    let times = |shift: u64| {
        let minutes = (mixed >> shift) % 500_000;
        let (day, minute) = (minutes / 1440, minutes % 1440);
        let (month, day) = (day / 28 % 12 + 1, day % 28 + 1);
        format!(
            "2025-{month:02}-{day:02}T{:02}:{:02}:00+03:00",
            minute / 60,
            minute % 60
        )
    };
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("ID", id.into());
    set("ASSIGNED_BY_ID", [1, 2, 3, 5, 7][index(mixed, 5)].into());
    set("CREATED_BY_ID", 2.into());
    set("MODIFY_BY_ID", 2.into());
    set("OPENED", "Y".into());
    set("DATE_CREATE", times(3).into());
    set("DATE_MODIFY", times(7).into());
    if type_id == CONTACT {
        set("NAME", format!("Имя {id}").into());
        set("LAST_NAME", format!("Фамилия {}", mixed % 1000).into());
        set(
            "PHONE",
            json!([{"VALUE": format!("+7495{:07}", mixed % 10_000_000), "VALUE_TYPE": "WORK"}]),
        );
    } else {
        set("TITLE", format!("Запись № {id}: поставка {}", mixed % 100_000).into());
        set("OPPORTUNITY", (mixed % 1_000_000).into());
        set("CURRENCY_ID", "RUB".into());
    }
    if matches!(type_id, DEAL | INVOICE | PROCESS) {
        let stage = match type_id {
            DEAL => ["NEW", "PREPARATION", "EXECUTING", "FINAL_INVOICE", "WON"][index(mixed >> 9, 5)],
            INVOICE => ["DT31_1:N", "DT31_1:S", "DT31_1:P"][index(mixed >> 9, 3)],
            _ => ["DT128_2:NEW", "DT128_2:CLIENT"][index(mixed >> 9, 2)],
        };
        set("STAGE_ID", stage.into());
        set("MOVED_TIME", times(7).into());
        set("MOVED_BY_ID", 2.into());
        set("COMPANY_ID", (21 + mixed % 3).into());
    }
    if type_id == LEAD {
        set("STATUS_ID", "NEW".into());
    }
    let reference = format!("{:016x}{:016x}", mix(mixed), mix(mixed ^ 1));
    if type_id == DEAL {
        set("CATEGORY_ID", 0.into());
        set("CONTACT_ID", (31 + mixed % 3).into());
        set("TYPE_ID", "SALE".into());
        set(
            ONEC_FIELD,
            format!("e1cib/data/Документ.ЗаказКлиента?ref={reference}").into(),
        );
    } else if id.is_multiple_of(2) {
        set(
            EXTERNAL_FIELD,
            format!("e1cib/data/Справочник.Контрагенты?ref={reference}").into(),
        );
    }
    Entity { type_id, id, fields }
}

/// A fixed mixing of bits: neighbours have nothing in common.
fn mix(id: u64) -> u64 {
    let mut bits = id.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

fn index(bits: u64, length: u64) -> usize {
    usize::try_from(bits % length).unwrap_or(0)
}

fn deal() -> u32 {
    DEAL
}

fn first() -> u64 {
    1000
}
