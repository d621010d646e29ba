//! Lists: which entities pass, in which order, which page of them, which fields.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::filter::{Look, matches, order};
use super::{PAGE, Records, map_of};
use crate::params::{self, Params};
use crate::portal::entities::Entity;
use crate::portal::reply::Refusal;

/// The entities of a page.
pub(super) struct Page<'r> {
    /// Its entities.
    pub(super) entities: Vec<&'r Entity>,
    /// `total`: nobody counts when `start` is -1.
    pub(super) total: usize,
    /// `next`.
    pub(super) next: Option<usize>,
}

/// The page of a list of entities; `strict`: an unknown field in the filter is refused instead of passed over.
pub(super) fn entities<'r>(
    records: &'r Records,
    type_id: u32,
    params: &Params,
    strict: bool,
) -> Result<Page<'r>, Refusal> {
    let schema = records.schema(type_id)?;
    let empty = Map::new();
    let filter = map_of(params, "filter").unwrap_or(&empty);
    let keys: Vec<(String, bool)> = map_of(params, "order")
        .into_iter()
        .flatten()
        .filter_map(|(name, way)| {
            let descending = params::as_text(way).is_some_and(|way| way.eq_ignore_ascii_case("desc"));
            Some((schema.classic(name)?.to_owned(), descending))
        })
        .collect();
    // Ids go up in the store: what comes before the asked one need not be looked at.
    let after = [">ID", ">id"]
        .iter()
        .find_map(|name| filter.get(*name))
        .and_then(params::as_number);
    let first = after
        .and_then(|id| u64::try_from(id).ok())
        .map_or(0, |id| id.saturating_add(1));
    let look = |entity: &'r Entity| -> Result<bool, Refusal> {
        if filter.is_empty() {
            return Ok(true);
        }
        let row: &Look<'_> = &|name| schema.value(&entity.fields, name);
        match matches(row, filter) {
            Ok(passes) => Ok(passes),
            Err(field) if strict => Err(Refusal::bad(
                "INVALID_ARG_VALUE",
                &format!("Invalid filter: field '{field}' is not allowed in filter"),
            )),
            // Classic methods pass over a field that they do not know.
            Err(_) => Ok(true),
        }
    };
    let range = records.entities.range((type_id, first)..=(type_id, u64::MAX));
    let by_id = keys.first().is_none_or(|(name, _)| name == "ID");
    let descending = by_id && keys.first().is_some_and(|(_, descending)| *descending);
    let walk: Box<dyn Iterator<Item = &'r Entity>> = if descending {
        Box::new(range.rev().map(|(_, entity)| entity))
    } else {
        Box::new(range.map(|(_, entity)| entity))
    };
    let start = params::number(params, "start").unwrap_or(0);
    let offset = usize::try_from(start).unwrap_or(0);
    let (mut passed, mut found) = (0, Vec::new());
    for entity in walk {
        if !look(entity)? {
            continue;
        }
        passed += 1;
        if !by_id || (passed > offset && found.len() < PAGE) {
            found.push(entity);
        }
        if by_id && start < 0 && found.len() == PAGE {
            break;
        }
    }
    if !by_id {
        found.sort_by(|left, right| compare(left, right, &keys));
        found = found.into_iter().skip(offset).take(PAGE).collect();
    }
    Ok(Page {
        entities: found,
        total: if start < 0 { 0 } else { passed },
        next: (start >= 0 && offset + PAGE < passed).then_some(offset + PAGE),
    })
}

/// Rows of anything: filtered, ordered, cut, with the selected fields.
pub(super) fn rows(mut rows: Vec<Map<String, Value>>, params: &Params) -> (Vec<Value>, usize, Option<usize>) {
    let empty = Map::new();
    let filter = map_of(params, "filter").unwrap_or(&empty);
    rows.retain(|row| matches(&|name| row.get(name), filter).unwrap_or(true));
    if let Some((name, way)) = map_of(params, "order").and_then(|order| order.iter().next()) {
        let value = |row: &Map<String, Value>| row.get(name).cloned().unwrap_or(Value::Null);
        rows.sort_by(|left, right| order(&value(left), &value(right)));
        if params::as_text(way).is_some_and(|way| way.eq_ignore_ascii_case("desc")) {
            rows.reverse();
        }
    }
    let start = params::number(params, "start").unwrap_or(0);
    let (total, offset) = (rows.len(), usize::try_from(start).unwrap_or(0));
    let select = selection(params);
    let page = rows.into_iter().skip(offset).take(PAGE).map(|row| {
        let kept = row.into_iter().filter(|(name, _)| {
            select.is_empty()
                || name.eq_ignore_ascii_case("ID")
                || select.iter().any(|asked| asked == name || asked == "*")
        });
        Value::Object(kept.collect())
    });
    let next = (start >= 0 && offset + PAGE < total).then_some(offset + PAGE);
    (page.collect(), if start < 0 { 0 } else { total }, next)
}

/// `select`.
pub(super) fn selection(params: &Params) -> Vec<String> {
    params::get(params, "select")
        .map(params::items)
        .unwrap_or_default()
        .iter()
        .filter_map(params::as_text)
        .collect()
}

fn compare(left: &Entity, right: &Entity, keys: &[(String, bool)]) -> Ordering {
    for (name, descending) in keys {
        let value = |entity: &Entity| entity.fields.get(name).cloned().unwrap_or(Value::Null);
        let ordering = order(&value(left), &value(right));
        let ordering = if *descending { ordering.reverse() } else { ordering };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    left.id.cmp(&right.id)
}
