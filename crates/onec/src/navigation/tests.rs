use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;
use crate::kind::Kind;

const R: &str = "8936000c29dddd3811ecc9c9312e175a";

/// Links that are canonical already.
fn canonical_links() -> Vec<String> {
    let mut links = vec![
        format!("e1cib/data/Документ.РасходТовара?ref={R}"),
        format!("e1cib/data/Document.Invoice?ref={R}"),
        format!("e1cib/data/Справочник.ВнешниеКомпоненты.ХранилищеКомпоненты?ref={R}"),
    ];
    links.extend(
        [
            "e1cib/data/Catalog.UserGroups",
            "e1cib/data/РегистрСведений.КурсыВалют",
            "e1cib/data/Справочник.Валюты?refName=Рубль",
            "e1cib/list/Справочник.Контрагенты",
            "e1cib/list/ЖурналДокументов.Все?name=ФормаСписка",
            "e1cib/command/Документ.РасходТовара.Команда.ОткрытьСписок",
            "e1cib/command/Document.Invoice.Create",
            "e1cib/command/ОбщаяКоманда.НастройкиПользователя",
            "e1cib/command/CommonCommand.X",
            "e1cib/app/Отчет.ДинамикаПродаж",
            "e1cib/app/Обработка.X.Форма.Y",
            "e1cib/app/DataProcessor.X.Form.Y",
            "e1cib/app/ОбщаяФорма.X",
            "e1cib/app/РегистрСведений.X.Форма.Y",
            "e1cib/navigationpoint/startpage",
            "e1cib/navigationpoint/desktop/CommonCommand.X",
            "e1cib/navigationpoint/Продажи",
            "e1cib/navigationpoint/Продажи.Опт/Документ.РасходТовара.Команда.ОткрытьСписок",
            "e1cib/navigationpoint/Administration/DataProcessor.X.Command.Y",
            "e1cib/helpservice/topics/v8config/v8cfgHelp/mdobject/id6fb50d2d/038b5c85-fb1c",
        ]
        .map(str::to_owned),
    );
    links
}

fn print(text: &str) -> Result<String, NavRefused> {
    NavigationLink::parse(text).map(|link| link.to_string())
}

#[test]
fn canonical_links_stay_as_they_are() {
    for link in canonical_links() {
        assert_eq!(print(&link).as_deref(), Ok(link.as_str()));
    }
}

#[test]
fn percent_encoding_changes_nothing() {
    for link in canonical_links() {
        let encoded = utf8_percent_encode(&link, NON_ALPHANUMERIC).to_string();
        assert_eq!(print(&encoded).as_deref(), Ok(link.as_str()), "all of it");
        let browser = crate::encoding::encode_for_browser(&link);
        assert_eq!(print(&browser).as_deref(), Ok(link.as_str()), "as a browser does it");
        if link != encoded {
            let twice = utf8_percent_encode(&encoded, NON_ALPHANUMERIC).to_string();
            assert!(print(&twice).is_err(), "decoded once only: {twice}");
        }
    }
}

#[test]
fn hexadecimal_digits_scheme_and_kind_are_normalised() {
    let upper = R.to_uppercase();
    assert_eq!(
        print(&format!("E1CIB/Data/документ.Заказ?ref={upper}")).unwrap(),
        format!("e1cib/data/Документ.Заказ?ref={R}")
    );
}

#[test]
fn languages_are_equal_and_kept() {
    let russian = NavigationLink::parse(&format!("e1cib/data/Документ.Заказ?ref={R}")).unwrap();
    let english = NavigationLink::parse(&format!("e1cib/data/Document.Заказ?ref={R}")).unwrap();
    assert_eq!(russian, english);
    assert_ne!(russian.to_string(), english.to_string());
}

#[test]
fn objects_and_activity() {
    let object = NavigationLink::parse(&format!("e1cib/data/Документ.Заказ?ref={R}")).unwrap();
    let (of, reference) = object.object().unwrap();
    assert_eq!((of.kind.kind, of.name.as_str()), (Kind::Document, "Заказ"));
    assert_eq!(reference.uuid().to_string(), "312e175a-c9c9-11ec-8936-000c29dddd38");
    for (link, active) in canonical_links().iter().zip([
        false, false, false, true, true, false, false, false, true, true, true, true, true, true, true, true, true,
        false, true, false, true, true, false,
    ]) {
        assert_eq!(NavigationLink::parse(link).unwrap().is_active(), active, "{link}");
    }
}

#[test]
fn refuses() {
    use NavRefused::{Empty, Encoding, Identifier, Kind, Query, Reference, Session, Shape};
    let zero = "0".repeat(32);
    for (text, why) in [
        ("", Empty),
        ("e1cib", Empty),
        ("e1cib/", Empty),
        ("/e1cib/data/Документ.Заказ", Shape),
        ("e1cib/data", Shape),
        ("e1cib/data/", Shape),
        ("e1cib/data/Документ", Shape),
        ("e1cib/data/Документ.Заказ/", Shape),
        ("e1cib//data/Документ.Заказ", Shape),
        ("e1cib/startpage", Shape),
        ("e1ccf/data/Документ.Заказ", Shape),
        ("javascript:alert(1)", Shape),
        ("https://evil.example/", Shape),
        ("e1cib/data/Платёж.Заказ", Kind),
        ("e1cib/data/Отчет.Заказ", Kind),
        ("e1cib/data/Константа.X", Kind),
        ("e1cib/list/Отчет.X", Kind),
        ("e1cib/app/Документ.X", Kind),
        ("e1cib/app/ВнешняяОбработка.X", Kind),
        ("e1cib/app/ОбщаяФорма.X.Форма.Y", Kind),
        ("e1cib/app/Обработка.X.Макет.Y", Shape),
        ("e1cib/command/Документ.X", Kind),
        ("e1cib/command/ВнешняяОбработка.X.Открыть", Kind),
        ("e1cib/command/Документ.X.Форма.Y", Shape),
        ("e1cib/data/Документ.", Identifier),
        ("e1cib/data/Документ.1Заказ", Identifier),
        ("e1cib/data/Документ.Заказ;x", Identifier),
        ("e1cib/data/Документ.Заказ /Execute C:\\evil.epf", Shape),
        ("e1cib/data/Документ.Заказ%20%2FExecute", Shape),
        ("e1cib/data/Документ.Заказ%20-Execute", Identifier),
        ("e1cib/data/Документ.Заказ\u{202e}", Identifier),
        ("e1cib/data/Документ.Заказ%0A", Identifier),
        ("e1cib/data/Документ.Заказ%00", Identifier),
        ("e1cib/data/Документ.Заказ#x", Identifier),
        ("e1cib/data/Документ.Заказ+", Identifier),
        ("e1cib/data/Документ.Заказ?ref=", Reference),
        ("e1cib/data/Документ.Заказ?ref=8936000c", Reference),
        (
            "e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a /N",
            Reference,
        ),
        (
            "e1cib/data/Документ.Заказ?ref=312e175a-c9c9-11ec-8936-000c29dddd38",
            Reference,
        ),
        (&format!("e1cib/data/Документ.Заказ?ref={zero}"), Reference),
        ("e1cib/data/Документ.Заказ.Картинка", Reference),
        ("e1cib/data/Документ.Заказ?", Query),
        ("e1cib/data/Документ.Заказ?ref", Query),
        (&format!("e1cib/data/Документ.Заказ?ref={R}&"), Query),
        (&format!("e1cib/data/Документ.Заказ?ref={R}&ref={R}"), Query),
        (&format!("e1cib/data/Документ.Заказ?ref={R}&index=1"), Query),
        (&format!("e1cib/data/Документ.Заказ?ref={R}&refName=X"), Query),
        (&format!("e1cib/data/Документ.Заказ?Ref={R}"), Query),
        (&format!("e1cib/data/РегистрСведений.X?ref={R}"), Query),
        ("e1cib/list/Документ.Заказ?filter=1", Query),
        ("e1cib/app/Отчет.X?ref=1", Query),
        ("e1cib/command/CommonCommand.X?a=b", Query),
        ("e1cib/navigationpoint/startpage?x=1", Query),
        ("e1cib/navigationpoint/startpage/x", Shape),
        ("e1cib/navigationpoint/A/CommonCommand.X/y", Shape),
        ("e1cib/navigationpoint/", Identifier),
        ("e1cib/helpservice/topics/v8config/../x", Shape),
        ("e1cib/helpservice/x", Shape),
        ("e1cib/tempstorage/312e175a-c9c9-11ec-8936-000c29dddd38", Session),
        ("e1cib/TempStorage/x?seanceId=y", Session),
        (&format!("e1cib/data/Документ.Заказ?ref={R}&seanceid=x"), Session),
        ("e1cib/data/%ff", Encoding),
        ("e1cib/data/%", Encoding),
    ] {
        assert_eq!(print(text), Err(why), "{text}");
    }
}

proptest! {
    #[test]
    fn never_panics_and_prints_stably(text in "(e1cib/(data|list|command|app|navigationpoint|helpservice)/)?\\PC{0,60}") {
        if let Ok(link) = NavigationLink::parse(&text) {
            let printed = link.to_string();
            prop_assert_eq!(print(&printed), Ok(printed.clone()));
        }
    }

    #[test]
    fn any_object_survives(kind in 0..Kind::ALL.len(), russian: bool, name in "[А-Яа-яЁёA-Za-z_][А-Яа-я0-9_]{0,20}", digits in "[0-9a-fA-F]{31}[1-9]") {
        let kind = Kind::ALL[kind];
        let word = if russian { kind.russian() } else { kind.english() };
        let text = format!("e1cib/data/{word}.{name}?ref={digits}");
        if kind.has_reference() {
            prop_assert_eq!(print(&text), Ok(format!("e1cib/data/{word}.{name}?ref={}", digits.to_lowercase())));
        } else {
            prop_assert!(print(&text).is_err());
        }
    }
}
