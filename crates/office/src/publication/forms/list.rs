//! Lists of objects.

use super::super::catalogue::{Kind, Shape};
use super::super::objects::{self, day, money};
use super::{Command, Form, Line, Maker, Table, button, columns};

/// How many lines a list shows beside the objects that somebody created.
pub(super) const LISTED: usize = 300;

const LIST: [Command; 2] = [button("create", "Создать", true), button("reread", "Обновить", false)];

impl Maker<'_> {
    /// The list of a kind: what was created last is on top.
    pub(super) fn list(&self, kind: Kind) -> Form {
        let trade = kind.shape == Shape::Trade;
        let created = self.records.created(kind).into_iter().rev();
        let rows = created
            .chain((0..LISTED).map(|line| objects::listed(self.seed, kind, line)))
            .filter_map(|uuid| self.find(kind, &uuid))
            .map(|object| {
                let cells = if trade {
                    let total = money(object.total());
                    vec![
                        object.number.clone(),
                        day(object.date),
                        object.name.clone(),
                        total,
                        object.state.to_owned(),
                    ]
                } else {
                    vec![object.number.clone(), object.name.clone(), object.state.to_owned()]
                };
                Line {
                    cells,
                    link: Some(object.link()),
                    price: None,
                }
            })
            .collect();
        let columns = if trade {
            columns(&[
                ("Номер", "text"),
                ("Дата", "text"),
                ("Клиент", "text"),
                ("Сумма", "number"),
                ("Статус", "text"),
            ])
        } else {
            columns(&[("Код", "text"), ("Наименование", "text"), ("Группа", "text")])
        };
        Form {
            kind: "list",
            key: format!("list/{}", kind.full()),
            nav: format!("e1cib/list/{}", kind.full()),
            title: kind.many.to_owned(),
            commands: LIST.to_vec(),
            fields: Vec::new(),
            table: Some(Table {
                name: "Список",
                columns,
                rows,
                total: None,
            }),
            note: None,
        }
    }
}
