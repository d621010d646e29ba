//! The forms of one object: a document with goods, an item of a catalogue, and both of them new.

use super::super::catalogue::{Kind, Shape};
use super::super::links;
use super::super::objects::{Object, Row, day, money};
use super::super::records::Record;
use super::{Command, Field, Form, Line, Maker, Table, button, columns};

impl Maker<'_> {
    /// The form of an object, with what a person wrote into its free fields.
    pub(super) fn object(&self, object: &Object, record: Option<&Record>) -> Form {
        let was = |name: &str, value: String| {
            record
                .and_then(|record| record.fields.get(name))
                .cloned()
                .unwrap_or(value)
        };
        let mut fields = Vec::new();
        let text = |name, label, value| Field {
            name,
            label,
            value: was(name, value),
            input: "text",
            link: None,
        };
        match object.kind.shape {
            Shape::Trade => {
                fields.push(Field {
                    name: "Номер",
                    label: "Номер",
                    value: object.number.clone(),
                    input: "read",
                    link: None,
                });
                fields.push(text("Дата", "Дата", format!("{} 12:00:00", day(object.date))));
                fields.push(Field {
                    name: "Контрагент",
                    label: "Клиент",
                    value: object.name.clone(),
                    input: "reference",
                    link: self
                        .configuration
                        .party()
                        .map(|party| format!("e1cib/data/{}?ref={}", party.full(), links::reference(&object.party))),
                });
                fields.push(text("Статус", "Статус", object.state.to_owned()));
                fields.push(text("Ответственный", "Ответственный", object.manager.to_owned()));
                fields.extend(self.portal_fields("Сделка", "Сделка", &format!("crm/deal/details/{}/", object.deal)));
            }
            Shape::Party | Shape::Product => {
                fields.push(Field {
                    name: "Код",
                    label: "Код",
                    value: object.number.clone(),
                    input: "read",
                    link: None,
                });
                fields.push(text("Наименование", "Наименование", object.name.clone()));
                fields.push(text("Группа", "Группа", object.state.to_owned()));
                if object.kind.shape == Shape::Party {
                    fields.push(text(
                        "Телефон",
                        "Телефон",
                        format!("+7 (495) 000-{:02}-{:02}", object.deal % 100, object.deal * 7 % 100),
                    ));
                    fields.extend(self.portal_fields(
                        "Компания",
                        "Компания",
                        &format!("crm/company/details/{}/", object.company),
                    ));
                }
            }
        }
        fields.push(Field {
            name: "Комментарий",
            label: "Комментарий",
            value: was("Комментарий", String::new()),
            input: "memo",
            link: None,
        });
        fields.push(Field {
            name: "Файл",
            label: "Присоединить файл",
            value: String::new(),
            input: "file",
            link: None,
        });
        let table = (object.kind.shape == Shape::Trade).then(|| goods(object));
        Form {
            kind: "object",
            key: format!("data/{}/{}", object.kind.full(), object.uuid),
            nav: object.link(),
            title: object.presentation(),
            commands: OBJECT.to_vec(),
            fields,
            table,
            note: None,
        }
    }

    /// The entity of the portal twice: as a page of the portal, and as a link that the desk follows.
    fn portal_fields(&self, name: &'static str, label: &'static str, path: &str) -> [Field; 2] {
        let portal = self.portal.trim_end_matches('/');
        let host = portal.split_once("://").map_or(portal, |(_, host)| host);
        let desk = match name {
            "Сделка" => ("СделкаНаРабочемМесте", "Открыть сделку"),
            _ => ("КомпанияНаРабочемМесте", "Открыть компанию"),
        };
        [
            Field {
                name,
                label,
                value: format!("{label} в Битрикс24"),
                input: "outside",
                link: Some(format!("{portal}/{path}")),
            },
            Field {
                name: desk.0,
                label: desk.1,
                value: "на рабочем месте".to_owned(),
                input: "outside",
                link: Some(format!("hotstart://b24/{host}/{path}")),
            },
        ]
    }
}

fn goods(object: &Object) -> Table {
    let line = |(at, row): (usize, &Row)| Line {
        cells: vec![
            (at + 1).to_string(),
            row.product.clone(),
            row.count.to_string(),
            row.unit.to_owned(),
            money(row.price),
            money(row.price.saturating_mul(row.count)),
        ],
        link: None,
        price: Some(row.price),
    };
    let rows = object.rows.iter().enumerate().map(line).collect();
    Table {
        name: "Товары",
        columns: columns(&GOODS),
        rows,
        total: Some(object.total()),
    }
}

/// The form of a new object.
pub(super) fn new(kind: Kind) -> Form {
    let field = |name, label, input| Field {
        name,
        label,
        value: String::new(),
        input,
        link: None,
    };
    let (fields, table) = match kind.shape {
        Shape::Trade => (
            vec![
                field("Дата", "Дата", "text"),
                field("Контрагент", "Клиент", "text"),
                field("Ответственный", "Ответственный", "text"),
                field("Комментарий", "Комментарий", "memo"),
            ],
            Some(Table {
                name: "Товары",
                columns: columns(&GOODS),
                rows: Vec::new(),
                total: Some(0),
            }),
        ),
        Shape::Party | Shape::Product => (
            vec![
                field("Наименование", "Наименование", "text"),
                field("Группа", "Группа", "text"),
                field("Комментарий", "Комментарий", "memo"),
            ],
            None,
        ),
    };
    Form {
        kind: "new",
        // The page adds its own number: every new object is a form of its own.
        key: format!("new/{}", kind.full()),
        nav: format!("e1cib/data/{}", kind.full()),
        title: format!("{} (создание)", kind.one),
        commands: OBJECT
            .iter()
            .copied()
            .filter(|command| command.name.starts_with("write"))
            .collect(),
        fields,
        table,
        note: None,
    }
}

const GOODS: [(&str, &str); 6] = [
    ("N", "number"),
    ("Номенклатура", "text"),
    ("Количество", "count"),
    ("Ед.", "text"),
    ("Цена", "number"),
    ("Сумма", "number"),
];

const OBJECT: [Command; 5] = [
    button("write-close", "Записать и закрыть", true),
    button("write", "Записать", false),
    button("print", "Печать", false),
    button("download", "Скачать", false),
    button("reread", "Перечитать", false),
];
