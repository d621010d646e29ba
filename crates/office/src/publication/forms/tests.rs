//! Which form a link leads to and what it shows.

use super::super::catalogue::configuration;
use super::list::LISTED;
use super::*;

const ORDER: &str = "e1cib/data/Документ.ЗаказКлиента?ref=8ca0000d8843cd1b11dc8d043d71007f";

fn form(link: &str, records: &Records) -> Form {
    let configuration = configuration("ut").unwrap();
    let maker = Maker {
        seed: 1,
        configuration: &configuration,
        portal: "http://127.0.0.1:5",
        records,
    };
    maker.form(link)
}

#[test]
fn an_order_shows_goods_and_leads_to_the_portal() {
    let order = form(ORDER, &Records::default());
    assert_eq!((order.kind, order.nav.as_str()), ("object", ORDER));
    let links: Vec<&str> = order.fields.iter().filter_map(|field| field.link.as_deref()).collect();
    assert!(
        links
            .iter()
            .any(|link| link.starts_with("http://127.0.0.1:5/crm/deal/details/"))
    );
    assert!(
        links
            .iter()
            .any(|link| link.starts_with("hotstart://b24/127.0.0.1:5/crm/deal/details/"))
    );
    assert!(order.table.is_some_and(|table| !table.rows.is_empty()));
}

#[test]
fn the_english_name_leads_to_the_same_tab() {
    let english = form(&ORDER.replace("Документ", "Document"), &Records::default());
    assert_eq!(english.key, form(ORDER, &Records::default()).key);
}

#[test]
fn what_was_written_is_shown_again() {
    let fields = Written::from([
        ("Комментарий".to_owned(), "Позвонить".to_owned()),
        ("Товары.1.Количество".to_owned(), "0".to_owned()),
    ]);
    let kind = configuration("ut").unwrap().kinds[0];
    let mut records = Records::default();
    records
        .change(kind, "3d71007f-8d04-11dc-8ca0-000d8843cd1b", false, |record| {
            record.fields = fields;
        })
        .unwrap();
    let order = form(ORDER, &records);
    assert!(order.fields.iter().any(|field| field.value == "Позвонить"));
    let (before, after) = (form(ORDER, &Records::default()).table.unwrap(), order.table.unwrap());
    assert_eq!(after.rows[0].cells[5], "0,00");
    assert!(after.total < before.total);
}

#[test]
fn lists_have_three_hundred_lines_that_lead_to_objects() {
    let list = form("e1cib/list/Справочник.Контрагенты", &Records::default());
    let rows = list.table.unwrap().rows;
    assert_eq!(rows.len(), LISTED);
    let first = form(rows[0].link.as_deref().unwrap(), &Records::default());
    assert!(first.title.starts_with(&rows[0].cells[1]));
}

#[test]
fn an_unknown_object_is_a_message() {
    for link in [
        "e1cib/data/Документ.Нет?ref=8ca0000d8843cd1b11dc8d043d71007f",
        "e1cib/app/Стол.Х",
        "",
        "e1cib/list/А.Б",
    ] {
        let form = form(link, &Records::default());
        assert_eq!(
            (form.kind, form.title.as_str()),
            ("message", "Объект не найден"),
            "{link}"
        );
    }
}

#[test]
fn sections_reports_and_commands_have_titles() {
    assert_eq!(
        form("e1cib/navigationpoint/startpage", &Records::default()).title,
        "Начальная страница"
    );
    assert_eq!(
        form("e1cib/navigationpoint/Продажи", &Records::default()).title,
        "Продажи"
    );
    assert_eq!(
        form("e1cib/app/Отчет.ВаловаяПрибыль", &Records::default()).title,
        "Валовая прибыль"
    );
    assert_eq!(
        form("e1cib/command/ОбщаяКоманда.МоиЗадачи", &Records::default()).title,
        "Мои задачи"
    );
}

#[test]
fn what_was_created_is_on_top_of_its_list() {
    let kind = configuration("ut").unwrap().kinds[0];
    let mut records = Records::default();
    for uuid in [
        "00000001-8d04-11dc-8ca0-000d8843cd1b",
        "00000002-8d04-11dc-8ca0-000d8843cd1b",
    ] {
        records.change(kind, uuid, true, |_| {}).unwrap();
    }
    let rows = form("e1cib/list/Документ.ЗаказКлиента", &records).table.unwrap().rows;
    assert_eq!(rows.len(), LISTED + 2);
    assert!(rows[0].link.as_deref().unwrap().ends_with("00000002"));
    let gone = rows[1].link.clone().unwrap();
    records
        .change(kind, "00000001-8d04-11dc-8ca0-000d8843cd1b", false, |record| {
            record.deleted = true;
        })
        .unwrap();
    assert_eq!(form(&gone, &records).kind, "message");
}
