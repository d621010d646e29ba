//! What people and services changed in the objects of a base, over what chance made of them.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, DateTime, Time};

use super::catalogue::{Kind, Shape};
use super::objects::{Object, Row};
use super::refusal::Refusal;

/// What was written into the fields of an object, by the name of the field.
pub(super) type Written = BTreeMap<String, String>;

/// How many changed objects a base keeps.
const KEPT: usize = 1_000;

/// What happened to one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The fields as they were written.
    pub(super) fields: Written,
    /// The goods, when they were written as a whole.
    pub(super) rows: Option<Vec<Row>>,
    /// Counts the changes; `DataVersion` is made from it.
    pub(super) version: u64,
    /// In which order the base got the objects that somebody created; `None`: it was there before.
    pub(super) created: Option<usize>,
    /// The object is gone.
    pub(super) deleted: bool,
    /// It is marked for deletion.
    pub(super) marked: bool,
    /// It was posted or its posting was undone.
    pub(super) posted: Option<bool>,
    /// The UUID of another customer of a document.
    pub(super) party: Option<String>,
    /// The deal of the portal that a draft was made for.
    pub(super) deal: Option<u64>,
}

/// The changed objects of a base by kind and UUID.
#[derive(Debug, Default)]
pub(super) struct Records {
    kept: HashMap<(String, String), Record>,
    created: usize,
}

impl Records {
    /// What happened to an object.
    pub(super) fn get(&self, kind: Kind, uuid: &str) -> Option<&Record> {
        self.kept.get(&(kind.full(), uuid.to_owned()))
    }

    /// Changes an object; `create` makes a new one of it.
    pub(super) fn change(
        &mut self,
        kind: Kind,
        uuid: &str,
        create: bool,
        change: impl FnOnce(&mut Record),
    ) -> Result<(), Refusal> {
        let key = (kind.full(), uuid.to_owned());
        if self.kept.len() >= KEPT && !self.kept.contains_key(&key) {
            return Err(Refusal::Full);
        }
        let record = self.kept.entry(key).or_default();
        if create {
            *record = Record {
                created: Some(self.created),
                version: record.version,
                ..Record::default()
            };
            self.created += 1;
        }
        change(record);
        record.version += 1;
        Ok(())
    }

    /// The UUIDs of a kind that somebody created, in the order of creation.
    pub(super) fn created(&self, kind: Kind) -> Vec<String> {
        let full = kind.full();
        let mut found: Vec<(usize, &String)> = self
            .kept
            .iter()
            .filter(|((kind, _), _)| *kind == full)
            .filter_map(|((_, uuid), record)| record.created.map(|turn| (turn, uuid)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, uuid)| uuid.clone()).collect()
    }
}

impl Record {
    /// The object after all that happened to it.
    pub(super) fn amend(&self, mut object: Object) -> Object {
        let name = match object.kind.shape {
            Shape::Trade => "Контрагент",
            Shape::Party | Shape::Product => "Наименование",
        };
        if let Some(name) = self.fields.get(name) {
            object.name.clone_from(name);
        }
        if let Some(number) = self.fields.get("Номер").or_else(|| self.fields.get("Код")) {
            object.number.clone_from(number);
        }
        if let Some(party) = &self.party {
            object.party.clone_from(party);
        }
        if let Some(deal) = self.deal {
            object.deal = deal;
        }
        if let Some(moment) = self.moment() {
            object.date = moment.date();
        }
        if let Some(rows) = &self.rows {
            object.rows.clone_from(rows);
        } else if self.created.is_some() {
            object.rows.clear();
        }
        for (at, row) in object.rows.iter_mut().enumerate() {
            let typed = self.fields.get(&format!("Товары.{}.Количество", at + 1));
            row.count = typed.and_then(|typed| typed.trim().parse().ok()).unwrap_or(row.count);
        }
        object
    }

    /// The date and time that were written into a document: `22.11.2026` or `22.11.2026 12:00:00`.
    pub(super) fn moment(&self) -> Option<DateTime> {
        let text = self.fields.get("Дата")?.trim();
        let (date, time) = text.split_once(' ').unwrap_or((text, "0:00:00"));
        let [day, month, year] = numbers(date, '.')?;
        let [hour, minute, second] = numbers(time, ':')?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let part = |number: i16| i8::try_from(number).ok();
        Some(date.to_datetime(Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?))
    }
}

fn numbers(text: &str, between: char) -> Option<[i16; 3]> {
    let parts: Option<Vec<i16>> = text.split(between).map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::configuration;
    use super::*;

    #[test]
    fn every_change_is_a_new_version_and_a_created_object_is_listed() {
        let ut = configuration("ut").unwrap();
        let kind = ut.kinds[0];
        let mut records = Records::default();
        records.change(kind, "a", false, |record| record.marked = true).unwrap();
        records.change(kind, "c", true, |_| {}).unwrap();
        records.change(kind, "b", true, |_| {}).unwrap();
        records.change(kind, "c", false, |_| {}).unwrap();
        assert_eq!(records.get(kind, "a").unwrap().version, 1);
        assert_eq!(records.get(kind, "c").unwrap().version, 2);
        assert_eq!(records.created(kind), ["c", "b"]);
        assert_eq!(records.get(ut.kinds[1], "a"), None, "the same UUID of another kind");
    }

    #[test]
    fn a_base_keeps_only_so_many() {
        let kind = configuration("ut").unwrap().kinds[0];
        let mut records = Records::default();
        for number in 0..KEPT {
            records.change(kind, &number.to_string(), true, |_| {}).unwrap();
        }
        assert_eq!(records.change(kind, "more", true, |_| {}), Err(Refusal::Full));
        assert_eq!(records.change(kind, "0", false, |_| {}), Ok(()));
    }

    #[test]
    fn dates_are_read_as_forms_show_them() {
        let at = |text: &str| {
            let fields = Written::from([("Дата".to_owned(), text.to_owned())]);
            Record {
                fields,
                ..Record::default()
            }
            .moment()
            .map(|moment| moment.to_string())
        };
        assert_eq!(at("22.11.2026 12:05:00").as_deref(), Some("2026-11-22T12:05:00"));
        assert_eq!(at("1.2.2026").as_deref(), Some("2026-02-01T00:00:00"));
        assert_eq!(at("31.02.2026"), None);
        assert_eq!(at("вчера"), None);
    }
}
