//! What becomes of each form of link.
use super::*;

fn plan_of(link: &str) -> Plan {
    planned(link, &settings(), &Facts::default())
}

#[test]
fn every_form_has_its_plan() {
    assert_eq!(plan_of("hotstart://settings/bases"), Plan::Settings(Page::Bases));
    assert_eq!(
        plan_of("hotstart://b24/portal.example.ru/crm/deal/details/5/"),
        Plan::Browser {
            target: "portal.example.ru".to_owned(),
            address: "https://portal.example.ru/crm/deal/details/5/".to_owned(),
        }
    );
    assert!(matches!(
        plan_of("hotstart://crm/portal.example.ru/deal/5"),
        Plan::Resolve { .. }
    ));
    for link in [
        &order(),
        "https://srv.example.ru/ut/#e1cib/list/Документ.Заказ",
        "https://SRV.example.ru/ut/ru_RU/#e1cib/list/Документ.Заказ",
        "e1cib/list/Документ.Заказ",
        "hotstart://onec/UT/e1cib/list/Документ.Заказ",
    ] {
        assert_eq!(words(plan_of(link)), ["hot", "browser"], "{link}");
    }
}

#[test]
fn strangers_are_refused() {
    for (link, expected) in [
        ("hotstart://onec/erp/e1cib/list/Документ.Заказ", Code::BaseUnknown),
        (
            "https://srv.example.ru/erp/#e1cib/list/Документ.Заказ",
            Code::BaseUnknown,
        ),
        (
            "https://srv.example.ru:8443/ut/#e1cib/list/Документ.Заказ",
            Code::BaseUnknown,
        ),
        ("http://srv.example.ru/ut/#e1cib/list/Документ.Заказ", Code::BaseUnknown),
        (
            "https://srv.example.ru.evil.com/ut/#e1cib/list/Документ.Заказ",
            Code::BaseUnknown,
        ),
        ("e1c://server/srv/ut#e1cib/list/Документ.Заказ", Code::BaseUnknown),
        ("hotstart://crm/portal.example.ru.evil.com/deal/5", Code::PortalUnknown),
        ("hotstart://b24/portal.example.ru:8443/crm/", Code::PortalUnknown),
    ] {
        assert_eq!(code(&plan_of(link)), Some(expected), "{link}");
    }
}

#[test]
fn a_bare_place_needs_the_only_base() {
    let mut two = settings();
    two.bases.push(BaseSettings::default());
    let bare = planned("e1cib/list/Документ.Заказ", &two, &Facts::default());
    assert_eq!(code(&bare), Some(Code::BaseUnmapped));
}

#[test]
fn a_new_object_is_made_in_the_base_of_the_portal_after_asking_once() {
    let link = "hotstart://crm/portal.example.ru/deal/5/new/Документ.ЗаказПокупателя";
    let command = "e1cib/data/Документ.ЗаказПокупателя";
    let question = Plan::Ask {
        base: "ut".to_owned(),
        command: command.to_owned(),
    };
    assert_eq!(plan_of(link), question);
    let parsed = Link::parse(link).unwrap();
    let agreed = plan(&parsed, &settings(), &Facts::default(), &Wish::allowed(true));
    let mut remembering = settings();
    remembering.allowed.push(AllowedCommand {
        base: "ut".to_owned(),
        command: command.to_owned(),
    });
    for planned in [agreed, planned(link, &remembering, &Facts::default())] {
        let Way::Hot { place } = &ways_of(planned)[0] else {
            panic!("hot is the first choice")
        };
        assert_eq!(place.fragment, onec::encoding::encode_for_browser(command));
    }
    let mut unmapped = settings();
    unmapped.portals[0].base = None;
    unmapped.bases.push(BaseSettings::default());
    let planned = planned(link, &unmapped, &Facts::default());
    assert_eq!(code(&planned), Some(Code::BaseUnmapped));
}

#[test]
fn commands_are_asked_for_and_places_are_not() {
    for (place, asks) in [
        ("e1cib/list/Документ.Заказ", false),
        ("e1cib/navigationpoint/startpage", false),
        ("e1cib/command/ОбщаяКоманда.Удалить", true),
        ("e1cib/app/Обработка.Загрузка", true),
        ("e1cib/data/Документ.Заказ", true),
        ("e1cib/navigationpoint/Продажи/ОбщаяКоманда.Удалить", true),
    ] {
        let planned = plan_of(&format!("hotstart://onec/ut/{place}"));
        assert_eq!(matches!(planned, Plan::Ask { .. }), asks, "{place}");
    }
    let mut other = settings();
    other.allowed.push(AllowedCommand {
        base: "erp".to_owned(),
        command: "e1cib/app/Обработка.Загрузка".to_owned(),
    });
    let asked = planned(
        "hotstart://onec/ut/e1cib/app/Обработка.Загрузка",
        &other,
        &Facts::default(),
    );
    assert!(matches!(asked, Plan::Ask { .. }), "an answer is for one base");
}
