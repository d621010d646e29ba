//! Forms as the page receives them: a description of fields, commands and one table, with the data inside.

mod card;
mod list;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::catalogue::{Configuration, Kind};
use super::links::{self, Place};
use super::objects::{self, Object};
use super::records::{Records, Written};

/// A form ready to be drawn.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Form {
    /// `object`, `new`, `list`, `report`, `section`, `home` or `message`: how it is drawn.
    pub(super) kind: &'static str,
    /// Equal for links to the same place, so that the page finds the open tab.
    pub(super) key: String,
    /// The canonical navigation link.
    pub(super) nav: String,
    /// The presentation: heading, tab and window title.
    pub(super) title: String,
    /// Buttons above the fields.
    pub(super) commands: Vec<Command>,
    /// Fields from top to bottom.
    pub(super) fields: Vec<Field>,
    /// The goods of a document or the lines of a list.
    pub(super) table: Option<Table>,
    /// A sentence below the heading.
    pub(super) note: Option<String>,
}

/// A button of the command bar.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Command {
    name: &'static str,
    text: &'static str,
    /// Drawn in yellow.
    main: bool,
}

/// One field.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Field {
    name: &'static str,
    label: &'static str,
    value: String,
    /// `text`, `memo`, `read`, `reference` (opens inside), `outside` (leaves the page) or `file`.
    input: &'static str,
    /// The navigation link of a reference, the address of an outside link.
    link: Option<String>,
}

/// A table; a cell is a text.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Table {
    name: &'static str,
    columns: Vec<Column>,
    rows: Vec<Line>,
    /// The total below the table, in kopecks.
    total: Option<u64>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Column {
    title: &'static str,
    /// `text`, `number`, or `count`: a number that can be typed in.
    shape: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Line {
    cells: Vec<String>,
    /// Where a double click leads.
    link: Option<String>,
    /// Kopecks of one, to count the total anew when the count is changed.
    price: Option<u64>,
}

/// What the page sends to be written.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Writing {
    /// The link of the form.
    pub(super) link: String,
    /// The values of all fields.
    pub(super) fields: Written,
}

/// What a form is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maker<'a> {
    /// The seed of the office.
    pub(super) seed: u64,
    /// The configuration of the base.
    pub(super) configuration: &'a Configuration,
    /// The address of the portal that fields lead to.
    pub(super) portal: &'a str,
    /// What happened to the objects.
    pub(super) records: &'a Records,
}

impl Maker<'_> {
    /// The form of a place.
    pub(super) fn form(&self, text: &str) -> Form {
        match links::read(text) {
            Place::Object(kind, name, uuid) => self
                .configuration
                .kind(&kind, &name)
                .and_then(|kind| self.find(kind, &uuid))
                .map_or_else(
                    || not_found(text),
                    |object| self.object(&object, self.records.get(object.kind, &uuid)),
                ),
            Place::New(kind, name) => self
                .configuration
                .kind(&kind, &name)
                .map_or_else(|| not_found(text), card::new),
            Place::List(kind, name) => self
                .configuration
                .kind(&kind, &name)
                .map_or_else(|| not_found(text), |kind| self.list(kind)),
            Place::App(name) => self.report(text, &name),
            Place::Command(name) => command(&name),
            Place::Section(name) => self.section(text, &name),
            Place::Nowhere => not_found(text),
        }
    }

    /// An object after all that happened to it, if the base has it.
    pub(super) fn find(&self, kind: Kind, uuid: &str) -> Option<Object> {
        let record = self.records.get(kind, uuid);
        if record.is_some_and(|record| record.deleted) {
            return None;
        }
        let object = objects::object(self.seed, self.configuration, kind, uuid)?;
        Some(match record {
            Some(record) => record.amend(object),
            None => object,
        })
    }

    fn report(&self, text: &str, name: &str) -> Form {
        let known = [
            "Отчет",
            "Обработка",
            "ОбщаяФорма",
            "Report",
            "DataProcessor",
            "CommonForm",
            "РегистрСведений",
        ];
        let Some((_, own)) = name
            .split_once('.')
            .filter(|(kind, own)| known.contains(kind) && !own.is_empty())
        else {
            return not_found(text);
        };
        let kind = self.configuration.kinds.first().copied();
        let table = kind.and_then(|kind| self.list(kind).table).map(|mut table| {
            table.rows.truncate(12);
            table
        });
        Form {
            kind: "report",
            key: format!("app/{name}"),
            nav: format!("e1cib/app/{name}"),
            title: spaced(own.split('.').next().unwrap_or(own)),
            commands: REPORT.to_vec(),
            fields: vec![Field {
                name: "Период",
                label: "Период",
                value: "01.11.2026 - 30.11.2026".to_owned(),
                input: "text",
                link: None,
            }],
            table,
            note: None,
        }
    }

    fn section(&self, text: &str, name: &str) -> Form {
        let (kind, title) = if name.is_empty() {
            ("home", "Начальная страница")
        } else {
            let own = name.split('.').next().unwrap_or(name);
            match self.configuration.sections.iter().find(|section| section.name == own) {
                Some(section) => ("section", section.title),
                None => return not_found(text),
            }
        };
        let fields = self.configuration.kinds.iter().map(|kind| Field {
            name: kind.name,
            label: kind.many,
            value: kind.many.to_owned(),
            input: "reference",
            link: Some(format!("e1cib/list/{}", kind.full())),
        });
        let (key, nav) = if name.is_empty() {
            ("home".to_owned(), "e1cib/navigationpoint/startpage".to_owned())
        } else {
            (format!("section/{name}"), format!("e1cib/navigationpoint/{name}"))
        };
        let table = self
            .configuration
            .kinds
            .first()
            .filter(|_| kind == "home")
            .and_then(|first| {
                self.list(*first).table.map(|mut table| {
                    table.rows.truncate(8);
                    table
                })
            });
        Form {
            kind,
            key,
            nav,
            title: title.to_owned(),
            commands: Vec::new(),
            fields: fields.collect(),
            table,
            note: None,
        }
    }
}

fn command(name: &str) -> Form {
    let own = name.rsplit('.').next().unwrap_or(name);
    Form {
        kind: "message",
        key: format!("command/{name}"),
        nav: format!("e1cib/command/{name}"),
        title: spaced(own),
        commands: Vec::new(),
        fields: Vec::new(),
        table: None,
        note: Some(format!("Команда «{}» выполнена.", spaced(own))),
    }
}

fn not_found(text: &str) -> Form {
    Form {
        kind: "message",
        key: format!("nowhere/{text}"),
        nav: text.to_owned(),
        title: "Объект не найден".to_owned(),
        commands: Vec::new(),
        fields: Vec::new(),
        table: None,
        note: Some(format!("Объект не найден: {text}")),
    }
}

/// `ВаловаяПрибыль` as a synonym: `Валовая прибыль`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
            text.extend(letter.to_lowercase());
        } else {
            text.push(letter);
        }
    }
    text
}

fn columns(columns: &[(&'static str, &'static str)]) -> Vec<Column> {
    columns.iter().map(|(title, shape)| Column { title, shape }).collect()
}

const fn button(name: &'static str, text: &'static str, main: bool) -> Command {
    Command { name, text, main }
}

const REPORT: [Command; 1] = [button("reread", "Сформировать", true)];
