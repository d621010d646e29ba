//! `crm.deal.*` and its like: upper-case names, numbers as text.

use serde_json::{Map, Value};

use super::listing::{self, selection};
use super::{Records, id_of, map_of, names};
use crate::params::Params;
use crate::portal::entities::{COMPANY, CONTACT, DEAL, Entity, LEAD, QUOTE};
use crate::portal::people::User;
use crate::portal::reply::{Outcome, Refusal, Reply};

/// Whether the method is one of these.
pub(super) fn exists(method: &str) -> bool {
    split(method).is_some()
}

pub(super) fn call(records: &mut Records, method: &str, params: &Params, user: &User) -> Outcome {
    let Some((type_id, action)) = split(method) else {
        return Err(Refusal::bad("ERROR_METHOD_NOT_FOUND", "Method not found!"));
    };
    let fields = || map_of(params, "fields").ok_or_else(|| Refusal::bad("", "Parameter 'fields' must be array."));
    match action {
        "get" => {
            let entity = records.entities.get(&(type_id, id(params)?)).ok_or_else(not_found)?;
            let schema = records.schema(type_id)?;
            Ok(Reply::of(Value::Object(names::classic_row(schema, entity))))
        }
        "list" => list(records, type_id, params),
        "add" => Ok(Reply::of(records.make(type_id, fields()?, user.id)?.into())),
        "update" => {
            let id = id(params)?;
            records
                .write(type_id, id, fields()?, user.id)
                .map_err(|_| not_found())?;
            Ok(Reply::of(true.into()))
        }
        "delete" => {
            records.delete(type_id, id(params)?).map_err(|_| not_found())?;
            Ok(Reply::of(true.into()))
        }
        _ => Ok(Reply::of(Value::Object(names::classic_fields(
            records.schema(type_id)?,
        )))),
    }
}

/// Type and action.
fn split(method: &str) -> Option<(u32, &str)> {
    let (word, action) = method.strip_prefix("crm.")?.split_once('.')?;
    let actions = ["get", "list", "fields", "add", "update", "delete"];
    actions.contains(&action).then_some((type_of(word)?, action))
}

/// The type of a word in the name of a method.
pub(super) fn type_of(word: &str) -> Option<u32> {
    Some(match word {
        "lead" => LEAD,
        "deal" => DEAL,
        "contact" => CONTACT,
        "company" => COMPANY,
        "quote" => QUOTE,
        _ => return None,
    })
}

fn list(records: &Records, type_id: u32, params: &Params) -> Outcome {
    let page = listing::entities(records, type_id, params, false)?;
    let schema = records.schema(type_id)?;
    let select = selection(params);
    let row = |entity: &&Entity| -> Value {
        let kept = schema.fields().filter(|field| selected(&field.name, &select));
        let row: Map<String, Value> = kept
            .map(|field| (field.name.clone(), names::classic_value(entity.fields.get(&field.name))))
            .collect();
        Value::Object(row)
    };
    Ok(Reply {
        result: page.entities.iter().map(row).collect(),
        total: Some(page.total),
        next: page.next,
        operating: None,
    })
}

/// `*` means every field, but not the user fields, which `UF_*` asks for.
fn selected(name: &str, select: &[String]) -> bool {
    let asked = |wanted: &str| select.iter().any(|given| given == wanted);
    let all = if name.starts_with("UF_") {
        asked("UF_*")
    } else {
        select.is_empty() || asked("*")
    };
    all || asked(name) || name == "ID"
}

fn id(params: &Params) -> Result<u64, Refusal> {
    id_of(params, "ID").ok_or_else(|| Refusal::bad("", "ID is not defined or invalid."))
}

fn not_found() -> Refusal {
    Refusal::bad("", "Not found")
}
