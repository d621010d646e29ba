//! What links mean, one table per form.

use serde_json::json as value;

use super::*;

#[test]
fn a_place_in_a_base() {
    let canonical = format!("hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref={R}");
    let expected = value!({
        "action": "onec",
        "base": "ut",
        "nav": format!("e1cib/data/Документ.ЗаказКлиента?ref={R}"),
        "object": {"kind": "Документ", "name": "ЗаказКлиента", "uuid": U},
        "canonical": canonical,
    });
    let upper = R.to_uppercase();
    for text in [
        canonical.clone(),
        format!("  \n{canonical}\u{a0}\r\n"),
        format!("HOTSTART://OneC/ut/e1cib/data/Документ.ЗаказКлиента?ref={upper}"),
        format!("hotstart://onec/ut/E1CIB/data/документ.ЗаказКлиента?ref={upper}"),
        format!(
            "hotstart://onec/ut/e1cib/data/%D0%94%D0%BE%D0%BA%D1%83%D0%BC%D0%B5%D0%BD%D1%82.\
             %d0%97%d0%b0%d0%ba%d0%b0%d0%b7%D0%9A%D0%BB%D0%B8%D0%B5%D0%BD%D1%82%D0%B0?ref={R}"
        ),
        format!("hotstart://onec/%75t/e1cib%2Fdata%2FДокумент.ЗаказКлиента%3Fref%3D{R}"),
    ] {
        assert_eq!(json(&text), expected, "{text}");
    }
}

#[test]
fn names_of_bases() {
    for (given, base, canonical) in [
        ("ut", "ut", "ut"),
        ("Моя%20база", "Моя база", "Моя%20база"),
        ("Моя база", "Моя база", "Моя%20база"),
        ("%D0%91%D0%9F", "БП", "БП"),
        (
            "УТ 11 (тест), №2+",
            "УТ 11 (тест), №2+",
            "УТ%2011%20(тест),%20%e2%84%962+",
        ),
        (
            "9B5E6F0A-0C1D-4E2F-8A3B-4C5D6E7F8091",
            "9b5e6f0a-0c1d-4e2f-8a3b-4c5d6e7f8091",
            "9b5e6f0a-0c1d-4e2f-8a3b-4c5d6e7f8091",
        ),
    ] {
        let seen = json(&format!("hotstart://onec/{given}/e1cib/list/Задача.З"));
        assert_eq!(seen["base"], base, "{given}");
        assert_eq!(
            seen["canonical"],
            format!("hotstart://onec/{canonical}/e1cib/list/Задача.З"),
            "{given}"
        );
    }
}

#[test]
fn both_languages_name_the_same_object() {
    let russian = Link::parse(&format!("hotstart://onec/ut/e1cib/data/Документ.Заказ?ref={R}")).unwrap();
    let english = Link::parse(&format!("hotstart://onec/ut/e1cib/data/Document.Заказ?ref={R}")).unwrap();
    assert_eq!(russian, english);
    assert!(english.canonical().contains("/Document.Заказ?"));
    assert!(russian.canonical().contains("/Документ.Заказ?"));
}

#[test]
fn entities() {
    for (text, entity, canonical) in [
        (
            "hotstart://crm/Portal.Example.RU/deal/123",
            value!({"type": "deal", "id": 123}),
            "portal.example.ru/deal/123",
        ),
        (
            "hotstart://crm/portal.example.ru/DEAL/123/",
            value!({"type": "deal", "id": 123}),
            "portal.example.ru/deal/123",
        ),
        (
            "hotstart://crm/portal.example.ru:8443/lead/1",
            value!({"type": "lead", "id": 1}),
            "portal.example.ru:8443/lead/1",
        ),
        (
            "hotstart://crm/portal.example.ru:443/contact/1",
            value!({"type": "contact", "id": 1}),
            "portal.example.ru/contact/1",
        ),
        (
            "hotstart://crm/p/company/9223372036854775807",
            value!({"type": "company", "id": i64::MAX}),
            "p/company/9223372036854775807",
        ),
        (
            "hotstart://crm/p/31/5",
            value!({"type": "invoice", "id": 5}),
            "p/invoice/5",
        ),
        (
            "hotstart://crm/p/invoice/5",
            value!({"type": "invoice", "id": 5}),
            "p/invoice/5",
        ),
        ("hotstart://crm/p/7/5", value!({"type": "quote", "id": 5}), "p/quote/5"),
        ("hotstart://crm/p/128/5", value!({"type": 128, "id": 5}), "p/128/5"),
        (
            "hotstart://crm/127.0.0.1:8080/deal/5",
            value!({"type": "deal", "id": 5}),
            "127.0.0.1:8080/deal/5",
        ),
        (
            "hotstart://crm/портал.рф/deal/5",
            value!({"type": "deal", "id": 5}),
            "xn--80awhdgm.xn--p1ai/deal/5",
        ),
        (
            "hotstart://crm/%D0%BF%D0%BE%D1%80%D1%82%D0%B0%D0%BB.рф/deal/5",
            value!({"type": "deal", "id": 5}),
            "xn--80awhdgm.xn--p1ai/deal/5",
        ),
    ] {
        let seen = json(text);
        assert_eq!(seen["action"], "crm", "{text}");
        assert_eq!(seen["entity"], entity, "{text}");
        assert_eq!(seen["canonical"], format!("hotstart://crm/{canonical}"), "{text}");
        assert_eq!(seen.as_object().unwrap().len(), 4, "{text}");
    }
}

#[test]
fn new_objects_from_an_entity() {
    assert_eq!(
        json("hotstart://crm/p.ru/deal/5/new/%D0%94%D0%BE%D0%BA%D1%83%D0%BC%D0%B5%D0%BD%D1%82.Счет"),
        value!({
            "action": "crm-new",
            "portal": "p.ru",
            "entity": {"type": "deal", "id": 5},
            "object": {"kind": "Документ", "name": "Счет"},
            "canonical": "hotstart://crm/p.ru/deal/5/new/Документ.Счет",
        })
    );
    assert_eq!(
        json("hotstart://crm/p.ru/128/5/new/Catalog.Items")["object"]["kind"],
        "Catalog"
    );
}

#[test]
fn pages_of_a_portal() {
    for (text, path, canonical) in [
        (
            "hotstart://b24/P.ru/crm/deal/details/5/",
            "/crm/deal/details/5/",
            "hotstart://b24/p.ru/crm/deal/details/5/",
        ),
        ("hotstart://b24/p.ru", "/", "hotstart://b24/p.ru/"),
        (
            "hotstart://b24/p.ru:8080/any/page.php?a=b&c=%2F",
            "/any/page.php?a=b&c=%2f",
            "hotstart://b24/p.ru:8080/any/page.php?a=b&c=%2f",
        ),
        (
            "hotstart://b24/p.ru/docs/%D0%9F%D0%BB%D0%B0%D0%BD 1/",
            "/docs/План%201/",
            "hotstart://b24/p.ru/docs/План%201/",
        ),
        (
            "HTTPS://P.ru:443/crm/deal/details/5/?IFRAME=Y",
            "/crm/deal/details/5/?IFRAME=Y",
            "https://p.ru/crm/deal/details/5/?IFRAME=Y",
        ),
        (
            "http://127.0.0.1:8080/crm/type/128/details/5/",
            "/crm/type/128/details/5/",
            "http://127.0.0.1:8080/crm/type/128/details/5/",
        ),
        ("http://box:80/stream/", "/stream/", "http://box/stream/"),
        ("https://box:80/stream/", "/stream/", "https://box:80/stream/"),
        (
            "bx://v2/P.ru/openPage/options/%7B%22url%22%3A%22%2Fcrm%2Fdeal%2Fdetails%2F5%2F%22%2C%22options%22%3A%7B%22skipNativeBrowser%22%3Atrue%7D%7D",
            "/crm/deal/details/5/",
            "bx://v2/p.ru/openPage/options/%7b%22url%22%3a%22%2fcrm%2fdeal%2fdetails%2f5%2f%22%7d",
        ),
    ] {
        let seen = json(text);
        assert_eq!(seen["action"], "b24", "{text}");
        assert_eq!(seen["path"], path, "{text}");
        assert_eq!(seen["canonical"], canonical, "{text}");
    }
    let seen = json("https://p.ru/crm/deal/details/5/");
    assert_eq!(seen["entity"], value!({"type": "deal", "id": 5}));
    assert_eq!(seen["portal"], "p.ru");
    assert_eq!(
        json("hotstart://b24/p.ru/crm/type/31/details/5/")["entity"],
        value!({"type": "invoice", "id": 5})
    );
    assert_eq!(json("hotstart://b24/p.ru/stream/").get("entity"), None);
}

#[test]
fn settings() {
    for (text, page, canonical) in [
        ("hotstart://settings", None, "hotstart://settings"),
        ("hotstart://settings/", None, "hotstart://settings"),
        (
            "HotStart://Settings/Journal",
            Some("journal"),
            "hotstart://settings/journal",
        ),
        (
            "hotstart://settings/my-bases/",
            Some("my-bases"),
            "hotstart://settings/my-bases",
        ),
    ] {
        let seen = json(text);
        assert_eq!(seen["action"], "settings", "{text}");
        assert_eq!(seen.get("path").and_then(|page| page.as_str()), page, "{text}");
        assert_eq!(seen["canonical"], canonical, "{text}");
    }
}

#[test]
fn addresses_of_bases() {
    let nav = format!("e1cib/data/Document.Order?ref={R}");
    for (address, canonical) in [
        ("", ""),
        ("E1C://Server/Srv-1C:3541/ERP#", "e1c://server/srv-1c:3541/ERP#"),
        ("e1c://filev/e/Базы/Моя%20база/#", "e1c://filev/E/Базы/Моя%20база/#"),
        ("https://Host.ru/base/#", "https://host.ru/base/#"),
        ("https://Host.ru/base#", "https://host.ru/base#"),
        (
            "http://host:8080/%D0%B1%D0%B0%D0%B7%D0%B0/ru_RU/#",
            "http://host:8080/база/#",
        ),
    ] {
        let seen = json(&format!("{address}{nav}"));
        assert_eq!(
            seen,
            value!({
                "action": "onec",
                "nav": nav,
                "object": {"kind": "Document", "name": "Order", "uuid": U},
                "canonical": format!("{canonical}{nav}"),
            }),
            "{address}"
        );
    }
    let encoded = "https://host/base/#e1cib%2Flist%2F%D0%97%D0%B0%D0%B4%D0%B0%D1%87%D0%B0.X";
    assert_eq!(json(encoded)["canonical"], "https://host/base/#e1cib/list/Задача.X");
    assert_eq!(
        json("e1cib%2Flist%2F%D0%97%D0%B0%D0%B4%D0%B0%D1%87%D0%B0.X")["canonical"],
        "e1cib/list/Задача.X"
    );
}

#[test]
fn what_asks_first() {
    for (text, asks) in [
        ("hotstart://onec/ut/e1cib/data/Документ.Заказ", true),
        ("hotstart://onec/ut/e1cib/command/Документ.Заказ.Create", true),
        ("hotstart://onec/ut/e1cib/app/Обработка.Х", true),
        ("hotstart://onec/ut/e1cib/navigationpoint/Продажи/ОбщаяКоманда.Х", true),
        ("hotstart://crm/p/deal/5/new/Документ.Счет", true),
        ("hotstart://onec/ut/e1cib/list/Документ.Заказ", false),
        ("hotstart://onec/ut/e1cib/navigationpoint/startpage", false),
        ("hotstart://crm/p/deal/5", false),
        ("hotstart://b24/p/crm/deal/details/5/", false),
        ("hotstart://settings", false),
    ] {
        assert_eq!(Link::parse(text).unwrap().asks_first(), asks, "{text}");
    }
}

#[test]
fn clicks_bring_only_registered_schemes() {
    for (text, clicked) in [
        ("hotstart://onec/ut/e1cib/list/Задача.З", true),
        ("hotstart://crm/p/deal/5", true),
        ("hotstart://b24/p/stream/", true),
        ("hotstart://settings", true),
        ("e1c://server/host/base#e1cib/list/Задача.З", true),
        ("e1cib/list/Задача.З", false),
        ("https://host/base#e1cib/list/Задача.З", false),
        ("https://p/crm/deal/details/5/", false),
        (r#"bx://v2/p/openPage/options/{"url":"/stream/"}"#, false),
    ] {
        let refused = Link::receive(text, Source::Clicked).err();
        assert_eq!(refused, (!clicked).then_some(LinkRefused::Source), "{text}");
        for source in [
            Source::QuickOpen,
            Source::Bridge,
            Source::WarmWindow,
            Source::PortalCommand,
        ] {
            assert!(Link::receive(text, source).is_ok(), "{text} from {source:?}");
        }
    }
}

#[test]
fn views_of_all_forms() {
    let views: Vec<_> = [
        format!("hotstart://onec/УТ 11/e1cib/data/Справочник.Контрагенты?ref={R}"),
        format!("hotstart://onec/ut/e1cib/data/Справочник.Файлы.Картинка?ref={R}"),
        "hotstart://onec/ut/e1cib/data/Справочник.Валюты?refName=Рубль".to_owned(),
        "hotstart://crm/portal.example.ru/deal/123".to_owned(),
        "hotstart://crm/portal.example.ru/128/5/new/Документ.Счет".to_owned(),
        "hotstart://b24/portal.example.ru/crm/deal/details/5/?x=1".to_owned(),
        "https://portal.example.ru/company/personal/user/1/tasks/task/view/7/".to_owned(),
        "e1c://server/srv/УТ#e1cib/list/Документ.Заказ".to_owned(),
        "hotstart://settings/journal".to_owned(),
    ]
    .iter()
    .map(|text| Link::parse(text).unwrap().view())
    .collect();
    insta::assert_json_snapshot!(views);
}
