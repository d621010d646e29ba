//! Creating, changing and deleting entities, and posting documents.

use serde_json::{Map, Value};

use super::super::catalogue::{Kind, Shape};
use super::super::objects::{Object, Row};
use super::super::records::Record;
use super::super::{Desk, Publication, State};
use super::cell::{guid, moment};
use super::entity::{PARTY, ROWS, ZERO, as_written, entity, version};
use super::fault::Fault;
use super::resource::bound;

/// The most lines of a document.
const LINES: usize = 1_000;

/// The longest value, in characters.
const LONGEST: usize = 4_096;

/// The properties of an entity as they are sent.
pub(super) type Sent = Map<String, Value>;

/// Creates an entity; answers its UUID.
pub(super) fn create(
    state: &State,
    publication: &Publication,
    desk: &mut Desk,
    kind: Kind,
    sent: &Sent,
) -> Result<String, Fault> {
    let key = match sent.get("Ref_Key").and_then(Value::as_str) {
        Some(key) if key != ZERO => guid(key).ok_or_else(|| Fault::Value("Ref_Key".to_owned()))?,
        Some(_) | None => state.uuid(),
    };
    let gone = desk.records.get(kind, &key).is_some_and(|record| record.deleted);
    let given = sent.contains_key("Ref_Key") && !gone;
    if given && entity(publication, desk, kind, &key).is_some() {
        return Err(Fault::Exists(key));
    }
    if kind.shape == Shape::Trade && !sent.contains_key("Date") {
        return Err(Fault::Missing("Date"));
    }
    let changes = changes(publication, desk, kind, sent)?;
    desk.records.change(kind, &key, true, |record| {
        if kind.shape != Shape::Trade {
            record.fields.insert("Наименование".to_owned(), String::new());
        }
        for change in changes {
            change(record);
        }
    })?;
    Ok(key)
}

/// Changes an entity, as a whole or only what was sent.
pub(super) fn change(
    publication: &Publication,
    desk: &mut Desk,
    kind: Kind,
    key: &str,
    sent: &Sent,
    whole: bool,
) -> Result<(), Fault> {
    if let Some(other) = sent.get("Ref_Key").and_then(Value::as_str)
        && !other.eq_ignore_ascii_case(key)
    {
        return Err(Fault::Assign("Ref_Key"));
    }
    let wanted = if kind.shape == Shape::Trade {
        "Date"
    } else {
        "Description"
    };
    if whole && !sent.contains_key(wanted) {
        return Err(Fault::Missing(wanted));
    }
    let changes = changes(publication, desk, kind, sent)?;
    desk.records.change(kind, key, false, |record| {
        for change in changes {
            change(record);
        }
    })?;
    Ok(())
}

/// Removes an entity at once, without a mark.
pub(super) fn delete(desk: &mut Desk, kind: Kind, key: &str) -> Result<(), Fault> {
    desk.records.change(kind, key, false, |record| record.deleted = true)?;
    Ok(())
}

/// Posts a document or undoes it.
pub(super) fn post(desk: &mut Desk, kind: Kind, key: &str, posted: bool) -> Result<(), Fault> {
    desk.records
        .change(kind, key, false, |record| record.posted = Some(posted))?;
    Ok(())
}

/// Whether the version that the caller has read is still the one of the object.
pub(super) fn matches(desk: &Desk, kind: Kind, key: &str, wanted: Option<&str>) -> Result<(), Fault> {
    match wanted {
        Some(wanted) if wanted != "*" && wanted.trim_matches('"') != version(desk.records.get(kind, key)) => {
            Err(Fault::Changed)
        }
        Some(_) | None => Ok(()),
    }
}

type Change = Box<dyn FnOnce(&mut Record)>;

/// What the properties do to the record. Unknown ones and those that are counted do nothing, as in 1C.
fn changes(publication: &Publication, desk: &Desk, kind: Kind, sent: &Sent) -> Result<Vec<Change>, Fault> {
    let trade = kind.shape == Shape::Trade;
    let mut found: Vec<Change> = Vec::new();
    for (name, value) in sent {
        let field = match (name.as_str(), trade) {
            ("Number", true) => Some("Номер"),
            ("Статус", true) => Some("Статус"),
            ("Ответственный", true) => Some("Ответственный"),
            ("Code", false) => Some("Код"),
            ("Description", false) => Some("Наименование"),
            ("Группа", false) => Some("Группа"),
            ("Телефон", false) => Some("Телефон"),
            ("Комментарий", _) => Some("Комментарий"),
            _ => None,
        };
        if let Some(field) = field {
            let value = text(name, value)?;
            found.push(Box::new(move |record| {
                record.fields.insert(field.to_owned(), value);
            }));
            continue;
        }
        match (name.as_str(), trade) {
            ("DeletionMark", _) => {
                let marked = flag(name, value)?;
                found.push(Box::new(move |record| record.marked = marked));
            }
            ("Posted", true) => {
                let posted = flag(name, value)?;
                found.push(Box::new(move |record| record.posted = Some(posted)));
            }
            ("Date", true) => {
                let date = moment(&text(name, value)?)
                    .and_then(|moment| as_written(&moment))
                    .ok_or_else(|| Fault::Value(name.clone()))?;
                found.push(Box::new(move |record| {
                    record.fields.insert("Дата".to_owned(), date);
                }));
            }
            ("СделкаБитрикс24", true) => {
                let deal = text(name, value)?;
                let deal = (!deal.is_empty()).then(|| deal.parse().map_err(|_| Fault::Value(name.clone())));
                let deal = deal.transpose()?;
                found.push(Box::new(move |record| record.deal = deal));
            }
            ("Контрагент_Key" | "Контрагент@odata.bind", true) => {
                let party = publication
                    .configuration
                    .party()
                    .ok_or(Fault::NoProperty(PARTY.to_owned()))?;
                let value = text(name, value)?;
                let key = if name.ends_with("bind") {
                    bound(&value, party)?
                } else {
                    guid(&value).ok_or_else(|| Fault::Value(name.clone()))?
                };
                let customer = publication.object(desk, party, &key).filter(|_| key != ZERO);
                let named = customer.map(|Object { name, .. }| name).unwrap_or_default();
                found.push(Box::new(move |record| {
                    record.party = Some(key);
                    record.fields.insert(PARTY.to_owned(), named);
                }));
            }
            (ROWS, true) => {
                let rows = rows(value)?;
                found.push(Box::new(move |record| {
                    record.fields.retain(|name, _| !name.starts_with("Товары."));
                    record.rows = Some(rows);
                }));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn text(name: &str, value: &Value) -> Result<String, Fault> {
    match value {
        Value::String(text) if text.chars().count() <= LONGEST => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        Value::String(_) | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(Fault::Value(name.to_owned()))
        }
    }
}

fn flag(name: &str, value: &Value) -> Result<bool, Fault> {
    value
        .as_bool()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        .ok_or_else(|| Fault::Value(name.to_owned()))
}

fn rows(value: &Value) -> Result<Vec<Row>, Fault> {
    let wrong = |name: &str| Fault::Value(name.to_owned());
    let lines = value.as_array().filter(|lines| lines.len() <= LINES);
    let mut rows = Vec::new();
    for line in lines.ok_or_else(|| wrong(ROWS))? {
        let number = |name: &str| {
            let value = line.get(name);
            let number = value.map_or(Some(0.0), Value::as_f64);
            number
                .filter(|number| (0.0..1e9).contains(number))
                .ok_or_else(|| wrong(name))
        };
        rows.push(Row {
            product: text("Номенклатура", line.get("Номенклатура").unwrap_or(&Value::Null))?,
            unit: "шт",
            count: whole(number("Количество")?),
            price: whole(number("Цена")? * 100.0),
        });
    }
    Ok(rows)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be between 0 and 10^11"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}
