//! The objects of a base as entities: the same ones that the web client shows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::catalogue::{Kind, Shape};
use super::super::objects::{self, Object, day};
use super::super::records::Record;
use super::super::{Desk, Publication};
use super::cell::{Cell, Edm};

/// The UUID of nothing.
pub(super) const ZERO: &str = "00000000-0000-0000-0000-000000000000";

/// How many objects of a kind are there before anybody creates one; as many as a list shows.
const LISTED: usize = 300;

/// The tabular section of documents.
pub(super) const ROWS: &str = "Товары";

/// The property of documents that leads to their customer.
pub(super) const PARTY: &str = "Контрагент";

/// An object with its properties, in the order of its description.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its UUID.
    pub(super) key: String,
    /// What stands for it in a text.
    pub(super) presentation: String,
    /// The name of the customer of a document.
    pub(super) party: Option<String>,
    /// The values, one for each of [`columns`].
    pub(super) cells: Vec<Cell>,
    /// The lines of a document, one value for each of [`LINE`].
    pub(super) rows: Option<Vec<Vec<Cell>>>,
}

type Column = (&'static str, Edm);

const DOCUMENT: [Column; 12] = [
    ("Ref_Key", Edm::Guid),
    ("DataVersion", Edm::Text),
    ("DeletionMark", Edm::Flag),
    ("Number", Edm::Text),
    ("Date", Edm::Moment),
    ("Posted", Edm::Flag),
    ("Контрагент_Key", Edm::Guid),
    ("СуммаДокумента", Edm::Number),
    ("Статус", Edm::Text),
    ("Ответственный", Edm::Text),
    ("СделкаБитрикс24", Edm::Text),
    ("Комментарий", Edm::Text),
];

const ITEM: [Column; 13] = [
    ("Ref_Key", Edm::Guid),
    ("DataVersion", Edm::Text),
    ("DeletionMark", Edm::Flag),
    ("Predefined", Edm::Flag),
    ("PredefinedDataName", Edm::Text),
    ("Parent_Key", Edm::Guid),
    ("IsFolder", Edm::Flag),
    ("Code", Edm::Text),
    ("Description", Edm::Text),
    ("Группа", Edm::Text),
    ("Комментарий", Edm::Text),
    ("Телефон", Edm::Text),
    ("КомпанияБитрикс24", Edm::Text),
];

/// The properties of a line of [`ROWS`].
pub(super) const LINE: [Column; 6] = [
    ("Ref_Key", Edm::Guid),
    ("LineNumber", Edm::Whole),
    ("Номенклатура", Edm::Text),
    ("Количество", Edm::Number),
    ("Цена", Edm::Number),
    ("Сумма", Edm::Number),
];

/// The properties of a kind.
pub(super) fn columns(kind: Kind) -> &'static [Column] {
    match kind.shape {
        Shape::Trade => &DOCUMENT,
        Shape::Party => &ITEM,
        // Products have no telephone and no company.
        Shape::Product => &ITEM[..11],
    }
}

/// The name of the set of a kind: `Catalog_Контрагенты`.
pub(super) fn set(kind: Kind) -> String {
    format!("{}_{}", kind.en, kind.name)
}

impl Entity {
    /// The value of a property, `Presentation` and `X____Presentation` too.
    pub(super) fn property(&self, name: &str) -> Option<Cell> {
        if name == "Presentation" {
            return Some(Cell::Text(self.presentation.clone()));
        }
        if let Some(of) = name.strip_suffix("____Presentation") {
            if of == PARTY {
                return self.party.clone().map(Cell::Text);
            }
            let cell = self.property(of)?;
            return Some(Cell::Text(cell.text().unwrap_or_default()));
        }
        let at = columns(self.kind).iter().position(|(column, _)| *column == name)?;
        self.cells.get(at).cloned()
    }

    /// The canonical address below the root.
    pub(super) fn address(&self) -> String {
        format!("{}(guid'{}')", set(self.kind), self.key)
    }
}

/// The entity of an object, if the base has it.
pub(super) fn entity(publication: &Publication, desk: &Desk, kind: Kind, key: &str) -> Option<Entity> {
    if key == ZERO {
        return None;
    }
    let record = desk.records.get(kind, key);
    let object = publication.object(desk, kind, key)?;
    Some(made(publication, &object, record))
}

/// Every entity of a kind that the base lists; `keys` are asked for by name and are there too.
pub(super) fn all(publication: &Publication, desk: &Desk, kind: Kind, keys: &[String]) -> Vec<Entity> {
    let created = desk.records.created(kind);
    let listed = (0..LISTED).map(|line| objects::listed(publication.seed, kind, line));
    let mut uuids: Vec<String> = told(publication, kind)
        .map(str::to_owned)
        .chain(listed)
        .chain(created)
        .collect();
    for key in keys {
        if !uuids.contains(key) {
            uuids.push(key.clone());
        }
    }
    uuids
        .iter()
        .filter_map(|uuid| entity(publication, desk, kind, uuid))
        .collect()
}

/// The objects of a kind that the portal knows.
fn told(publication: &Publication, kind: Kind) -> impl Iterator<Item = &'static str> + use<> {
    let kinds = publication.configuration.kinds;
    let first = kinds.iter().find(|known| known.shape == kind.shape) == Some(&kind);
    let shipping = kind.name == "РеализацияТоваровУслуг";
    objects::known()
        .filter(move |(_, shipped, company_first)| match kind.shape {
            Shape::Trade => (shipping && *shipped) || (first && !*shipped),
            Shape::Party => first && *company_first,
            Shape::Product => false,
        })
        .map(|(uuid, _, _)| uuid)
}

fn made(publication: &Publication, object: &Object, record: Option<&Record>) -> Entity {
    let kind = object.kind;
    let cells = columns(kind)
        .iter()
        .map(|(name, _)| cell(publication, object, record, name))
        .collect();
    let rows = (kind.shape == Shape::Trade).then(|| {
        let line = |(at, row): (usize, &objects::Row)| {
            vec![
                Cell::Guid(object.uuid.clone()),
                Cell::Whole(at as u64 + 1),
                Cell::Text(row.product.clone()),
                Cell::Number(roubles(row.count.saturating_mul(100))),
                Cell::Number(roubles(row.price)),
                Cell::Number(roubles(row.price.saturating_mul(row.count))),
            ]
        };
        object.rows.iter().enumerate().map(line).collect()
    });
    Entity {
        kind,
        key: object.uuid.clone(),
        presentation: object.presentation(),
        party: (kind.shape == Shape::Trade).then(|| object.name.clone()),
        cells,
        rows,
    }
}

fn cell(publication: &Publication, object: &Object, record: Option<&Record>, name: &str) -> Cell {
    let field = |name: &str, value: &str| {
        let written = record.and_then(|record| record.fields.get(name));
        Cell::Text(written.map_or_else(|| value.to_owned(), Clone::clone))
    };
    let known = told(publication, object.kind).any(|uuid| uuid == object.uuid);
    match name {
        "Ref_Key" => Cell::Guid(object.uuid.clone()),
        "DataVersion" => Cell::Text(version(record)),
        "DeletionMark" => Cell::Flag(record.is_some_and(|record| record.marked)),
        "Number" | "Code" => Cell::Text(object.number.clone()),
        "Date" => {
            let noon = || format!("{}T12:00:00", object.date);
            let moment = record.and_then(Record::moment);
            Cell::Moment(moment.map_or_else(noon, |moment| moment.strftime("%Y-%m-%dT%H:%M:%S").to_string()))
        }
        "Posted" => Cell::Flag(record.is_none_or(|record| record.posted.unwrap_or(record.created.is_none()))),
        "Контрагент_Key" if object.party.is_empty() => Cell::Guid(ZERO.to_owned()),
        "Контрагент_Key" => Cell::Guid(object.party.clone()),
        "СуммаДокумента" => Cell::Number(roubles(object.total())),
        "Статус" | "Группа" => field(name, object.state),
        "Ответственный" => field(name, object.manager),
        "Комментарий" => field(name, ""),
        "Description" => Cell::Text(object.name.clone()),
        "Телефон" => field(
            name,
            &format!("+7 (495) 000-{:02}-{:02}", object.deal % 100, object.deal * 7 % 100),
        ),
        "СделкаБитрикс24" => match record.and_then(|record| record.deal) {
            Some(deal) => Cell::Text(deal.to_string()),
            None if known => Cell::Text(object.deal.to_string()),
            None => Cell::Text(String::new()),
        },
        "КомпанияБитрикс24" if known => Cell::Text(object.company.to_string()),
        "Parent_Key" => Cell::Guid(ZERO.to_owned()),
        "Predefined" | "IsFolder" => Cell::Flag(false),
        _ => Cell::Text(String::new()),
    }
}

/// The `DataVersion` of an object: eight bytes in base64, another with every change.
pub(super) fn version(record: Option<&Record>) -> String {
    STANDARD.encode(record.map_or(0, |record| record.version).to_be_bytes())
}

/// A moment as forms have it.
pub(super) fn as_written(moment: &str) -> Option<String> {
    let moment: jiff::civil::DateTime = moment.parse().ok()?;
    Some(format!("{} {}", day(moment.date()), moment.strftime("%H:%M:%S")))
}

#[expect(clippy::cast_precision_loss, reason = "sums of a demo are far below 2^53 kopecks")]
fn roubles(kopecks: u64) -> f64 {
    kopecks as f64 / 100.0
}
