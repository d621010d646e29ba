//! Forms as the page receives them: a description of fields, commands and one table, with the data inside.

use serde::{Deserialize, Serialize};

use super::catalogue::{Configuration, Kind, Shape};
use super::links::{self, Place};
use super::objects::{self, Object, Written, day, money};

/// How many lines a list shows.
const LISTED: usize = 300;

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
}

impl Maker<'_> {
    /// The form of a place; `written` is what a person changed in the object there.
    pub(super) fn form(&self, text: &str, written: Option<&Written>) -> Form {
        match links::read(text) {
            Place::Object(kind, name, uuid) => self
                .find(&kind, &name, &uuid, written)
                .map_or_else(|| not_found(text), |object| self.object(&object, written)),
            Place::New(kind, name) => {
                self.configuration.kind(&kind, &name).map_or_else(|| not_found(text), |kind| new(kind))
            }
            Place::List(kind, name) => {
                self.configuration.kind(&kind, &name).map_or_else(|| not_found(text), |kind| self.list(kind))
            }
            Place::App(name) => self.report(text, &name),
            Place::Command(name) => command(&name),
            Place::Section(name) => self.section(text, &name),
            Place::Nowhere => not_found(text),
        }
    }

    /// The object of a link as it was last written, if the base has it.
    pub(super) fn find(&self, kind: &str, name: &str, uuid: &str, written: Option<&Written>) -> Option<Object> {
        let kind = self.configuration.kind(kind, name)?;
        let object = objects::object(self.seed, self.configuration, kind, uuid)?;
        Some(match written {
            Some(written) => object.amended(written),
            None => object,
        })
    }

    fn object(&self, object: &Object, written: Option<&Written>) -> Form {
        let was = |name: &str, value: String| written.and_then(|written| written.get(name)).cloned().unwrap_or(value);
        let mut fields = Vec::new();
        let text = |name, label, value| Field { name, label, value: was(name, value), input: "text", link: None };
        match object.kind.shape {
            Shape::Trade => {
                fields.push(Field {
                    name: "Номер", label: "Номер", value: object.number.clone(), input: "read", link: None
                });
                fields.push(text("Дата", "Дата", format!("{} 12:00:00", day(object.date))));
                fields.push(Field {
                    name: "Контрагент",
                    label: "Клиент",
                    value: object.name.clone(),
                    input: "reference",
                    link: self.configuration.party().map(|party| {
                        format!("e1cib/data/{}?ref={}", party.full(), links::reference(&object.party))
                    }),
                });
                fields.push(text("Статус", "Статус", object.state.to_owned()));
                fields.push(text("Ответственный", "Ответственный", object.manager.to_owned()));
                fields.extend(self.portal_fields("Сделка", "Сделка", &format!("crm/deal/details/{}/", object.deal)));
            }
            Shape::Party | Shape::Product => {
                fields.push(Field {
                    name: "Код", label: "Код", value: object.number.clone(), input: "read", link: None
                });
                fields.push(text("Наименование", "Наименование", object.name.clone()));
                fields.push(text("Группа", "Группа", object.state.to_owned()));
                if object.kind.shape == Shape::Party {
                    fields.push(text("Телефон", "Телефон", format!("+7 (495) 000-{:02}-{:02}", object.deal, object.deal * 7)));
                    fields.extend(self.portal_fields(
                        "Компания",
                        "Компания",
                        &format!("crm/company/details/{}/", object.deal),
                    ));
                }
            }
        }
        fields.push(Field {
            name: "Комментарий", label: "Комментарий", value: was("Комментарий", String::new()), input: "memo", link: None
        });
        fields.push(Field {
            name: "Файл", label: "Присоединить файл", value: String::new(), input: "file", link: None
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

    fn list(&self, kind: Kind) -> Form {
        let trade = kind.shape == Shape::Trade;
        let rows = (0..LISTED)
            .filter_map(|line| {
                let uuid = objects::listed(self.seed, kind, line);
                objects::object(self.seed, self.configuration, kind, &uuid)
            })
            .map(|object| {
                let cells = if trade {
                    let total = money(object.total());
                    vec![object.number.clone(), day(object.date), object.name.clone(), total, object.state.to_owned()]
                } else {
                    vec![object.number.clone(), object.name.clone(), object.state.to_owned()]
                };
                Line { cells, link: Some(object.link()), price: None }
            })
            .collect();
        let columns = if trade {
            columns(&[("Номер", "text"), ("Дата", "text"), ("Клиент", "text"), ("Сумма", "number"), ("Статус", "text")])
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
            table: Some(Table { name: "Список", columns, rows, total: None }),
            note: None,
        }
    }

    fn report(&self, text: &str, name: &str) -> Form {
        let known = ["Отчет", "Обработка", "ОбщаяФорма", "Report", "DataProcessor", "CommonForm", "РегистрСведений"];
        let Some((_, own)) = name.split_once('.').filter(|(kind, own)| known.contains(kind) && !own.is_empty()) else {
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
                name: "Период", label: "Период", value: "01.11.2026 - 30.11.2026".to_owned(), input: "text", link: None
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
        let table = self.configuration.kinds.first().filter(|_| kind == "home").and_then(|first| {
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

fn goods(object: &Object) -> Table {
    let line = |(at, row): (usize, &objects::Row)| Line {
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
    Table { name: "Товары", columns: columns(&GOODS), rows, total: Some(object.total()) }
}

fn new(kind: Kind) -> Form {
    let field = |name, label, input| Field { name, label, value: String::new(), input, link: None };
    let (fields, table) = match kind.shape {
        Shape::Trade => (
            vec![
                field("Дата", "Дата", "text"),
                field("Контрагент", "Клиент", "text"),
                field("Ответственный", "Ответственный", "text"),
                field("Комментарий", "Комментарий", "memo"),
            ],
            Some(Table { name: "Товары", columns: columns(&GOODS), rows: Vec::new(), total: Some(0) }),
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
        commands: OBJECT.iter().copied().filter(|command| command.name != "print").collect(),
        fields,
        table,
        note: None,
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

const GOODS: [(&str, &str); 6] =
    [("N", "number"), ("Номенклатура", "text"), ("Количество", "count"), ("Ед.", "text"), ("Цена", "number"), ("Сумма", "number")];

const fn button(name: &'static str, text: &'static str, main: bool) -> Command {
    Command { name, text, main }
}

const OBJECT: [Command; 5] = [
    button("write-close", "Записать и закрыть", true),
    button("write", "Записать", false),
    button("print", "Печать", false),
    button("download", "Скачать", false),
    button("reread", "Перечитать", false),
];
const LIST: [Command; 2] = [button("create", "Создать", true), button("reread", "Обновить", false)];
const REPORT: [Command; 1] = [button("reread", "Сформировать", true)];

#[cfg(test)]
mod tests {
    use super::super::catalogue::configuration;
    use super::*;

    const ORDER: &str = "e1cib/data/Документ.ЗаказКлиента?ref=8ca0000d8843cd1b11dc8d043d71007f";

    fn form(link: &str, written: Option<&Written>) -> Form {
        let configuration = configuration("ut").unwrap();
        let maker = Maker { seed: 1, configuration: &configuration, portal: "http://127.0.0.1:5" };
        maker.form(link, written)
    }

    #[test]
    fn an_order_shows_goods_and_leads_to_the_portal() {
        let order = form(ORDER, None);
        assert_eq!((order.kind, order.nav.as_str()), ("object", ORDER));
        let links: Vec<&str> = order.fields.iter().filter_map(|field| field.link.as_deref()).collect();
        assert!(links.iter().any(|link| link.starts_with("http://127.0.0.1:5/crm/deal/details/")));
        assert!(links.iter().any(|link| link.starts_with("hotstart://b24/127.0.0.1:5/crm/deal/details/")));
        assert!(order.table.is_some_and(|table| !table.rows.is_empty()));
    }

    #[test]
    fn the_english_name_leads_to_the_same_tab() {
        let english = form(&ORDER.replace("Документ", "Document"), None);
        assert_eq!(english.key, form(ORDER, None).key);
    }

    #[test]
    fn what_was_written_is_shown_again() {
        let written = Written::from([
            ("Комментарий".to_owned(), "Позвонить".to_owned()),
            ("Товары.1.Количество".to_owned(), "0".to_owned()),
        ]);
        let order = form(ORDER, Some(&written));
        assert!(order.fields.iter().any(|field| field.value == "Позвонить"));
        let (before, after) = (form(ORDER, None).table.unwrap(), order.table.unwrap());
        assert_eq!(after.rows[0].cells[5], "0,00");
        assert!(after.total < before.total);
    }

    #[test]
    fn lists_have_three_hundred_lines_that_lead_to_objects() {
        let list = form("e1cib/list/Справочник.Контрагенты", None);
        let rows = list.table.unwrap().rows;
        assert_eq!(rows.len(), LISTED);
        let first = form(rows[0].link.as_deref().unwrap(), None);
        assert!(first.title.starts_with(&rows[0].cells[1]));
    }

    #[test]
    fn an_unknown_object_is_a_message() {
        for link in ["e1cib/data/Документ.Нет?ref=8ca0000d8843cd1b11dc8d043d71007f", "e1cib/app/Стол.Х", "", "e1cib/list/А.Б"] {
            let form = form(link, None);
            assert_eq!((form.kind, form.title.as_str()), ("message", "Объект не найден"), "{link}");
        }
    }

    #[test]
    fn sections_reports_and_commands_have_titles() {
        assert_eq!(form("e1cib/navigationpoint/startpage", None).title, "Начальная страница");
        assert_eq!(form("e1cib/navigationpoint/Продажи", None).title, "Продажи");
        assert_eq!(form("e1cib/app/Отчет.ВаловаяПрибыль", None).title, "Валовая прибыль");
        assert_eq!(form("e1cib/command/ОбщаяКоманда.МоиЗадачи", None).title, "Мои задачи");
    }
}
