//! What of an entity is shown: the properties that `$select` and `$expand` ask for.

use serde_json::{Map, Value, json};

use super::cell::Cell;
use super::entity::{Entity, LINE, PARTY, ROWS, columns, set};
use super::fault::Fault;

/// An entity or a line as it is shown.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// The name of its type: `Catalog_Контрагенты`.
    pub(super) of: String,
    /// Its address below the root.
    pub(super) address: String,
    /// Properties in order.
    pub(super) parts: Vec<(String, Part)>,
    /// Properties that lead to other entities and are not shown in full.
    pub(super) links: Vec<&'static str>,
}

/// One property.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A value.
    Cell(Cell),
    /// Lines.
    Lines(Vec<Vec<(String, Cell)>>),
    /// Another entity.
    Inner(Box<View>),
}

/// Whether the customer of a document is shown with it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expand<'a> {
    /// No: only its key.
    No,
    /// Yes, but there is none.
    Nobody,
    /// Yes.
    With(&'a Entity),
}

/// Shows an entity.
pub(super) fn view(entity: &Entity, select: &[String], expand: Expand) -> Result<View, Fault> {
    let names: Vec<&str> = columns(entity.kind).iter().map(|(name, _)| *name).collect();
    let mut parts: Vec<(String, Part)> = Vec::new();
    let mut lines: Option<Vec<usize>> = None;
    let every = || (0..LINE.len()).collect::<Vec<_>>();
    let all = ["*".to_owned()];
    let select = if select.is_empty() { all.as_slice() } else { select };
    for name in select {
        let mut put = |name: &str, cell: Cell| {
            if parts.iter().all(|(known, _)| known != name) {
                parts.push((name.to_owned(), Part::Cell(cell)));
            }
        };
        match name.as_str() {
            "*" | "**" => {
                for (name, cell) in names.iter().zip(&entity.cells) {
                    put(name, cell.clone());
                }
                if name == "*" && entity.rows.is_some() {
                    lines = Some(every());
                }
            }
            "*____Presentation" => {
                for name in names
                    .iter()
                    .filter(|name| !name.ends_with("_Key"))
                    .copied()
                    .chain([PARTY])
                {
                    let name = format!("{name}____Presentation");
                    if let Some(cell) = entity.property(&name) {
                        put(&name, cell);
                    }
                }
            }
            name if name == ROWS && entity.rows.is_some() => lines = Some(every()),
            name => {
                let column = name.strip_prefix(ROWS).and_then(|rest| rest.strip_prefix('/'));
                if let Some(column) = column.filter(|_| entity.rows.is_some()) {
                    let at = LINE.iter().position(|(known, _)| *known == column);
                    let at = at.ok_or_else(|| Fault::NoProperty(name.to_owned()))?;
                    lines.get_or_insert_default().push(at);
                } else {
                    let expanded = !matches!(expand, Expand::No) && name.split('/').next() == Some(PARTY);
                    match entity.property(name) {
                        Some(cell) => put(name, cell),
                        None if expanded => {}
                        None => return Err(Fault::NoProperty(name.to_owned())),
                    }
                }
            }
        }
    }
    if let (Some(at), Some(rows)) = (lines, &entity.rows) {
        let line = |row: &Vec<Cell>| at.iter().filter_map(|at| named(row, *at)).collect();
        parts.push((ROWS.to_owned(), Part::Lines(rows.iter().map(line).collect())));
    }
    let mut links = Vec::new();
    match expand {
        Expand::With(inner) => {
            let inner = view(inner, &[], Expand::No)?;
            parts.push((PARTY.to_owned(), Part::Inner(Box::new(inner))));
        }
        Expand::Nobody => parts.push((PARTY.to_owned(), Part::Cell(Cell::Null))),
        Expand::No if entity.party.is_some() => links.push(PARTY),
        Expand::No => {}
    }
    Ok(View {
        of: set(entity.kind),
        address: entity.address(),
        parts,
        links,
    })
}

/// Shows one line of a document.
pub(super) fn line(entity: &Entity, row: &[Cell]) -> View {
    let number = row.get(1).and_then(Cell::text).unwrap_or_default();
    let of = format!("{}_{ROWS}", set(entity.kind));
    View {
        address: format!("{of}(Ref_Key=guid'{}', LineNumber={number})", entity.key),
        of,
        parts: (0..row.len())
            .filter_map(|at| named(row, at))
            .map(|(name, cell)| (name, Part::Cell(cell)))
            .collect(),
        links: Vec::new(),
    }
}

fn named(row: &[Cell], at: usize) -> Option<(String, Cell)> {
    let (name, _) = LINE.get(at)?;
    Some(((*name).to_owned(), row.get(at)?.clone()))
}

impl View {
    /// As JSON; `links` adds the addresses of what is not shown in full.
    pub(super) fn json(&self, links: bool) -> Map<String, Value> {
        let mut fields = Map::new();
        for (name, part) in &self.parts {
            let value = match part {
                Part::Cell(cell) => cell.json(),
                Part::Inner(inner) => Value::Object(inner.json(links)),
                Part::Lines(lines) => lines
                    .iter()
                    .map(|line| {
                        line.iter()
                            .map(|(name, cell)| (name.clone(), cell.json()))
                            .collect::<Map<_, _>>()
                    })
                    .map(Value::Object)
                    .collect(),
            };
            fields.insert(name.clone(), value);
        }
        for name in self.links.iter().filter(|_| links) {
            let address = format!("{}/{name}", self.address);
            fields.insert(format!("{name}@navigationLinkUrl"), json!(address));
        }
        fields
    }
}
