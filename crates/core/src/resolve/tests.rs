use bitrix24::{Entity, EntityType};
use onec::NavigationLink;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Timestamp;
use crate::link::Link;
use crate::ports::EntityFields;
use crate::settings::{BaseSettings, MappedKind, Originator, PortalMapping, PortalSettings, Preset, Settings};

const PORTAL: &str = "portal.example.ru";
const HEX: &str = "8936000c29dddd3811ecc9c9312e175a";
const UUID: &str = "312e175a-c9c9-11ec-8936-000c29dddd38";
const OTHER: &str = "8780b06ebf2faaf611e86899c3314ae6";

fn settings() -> Settings {
    let base = |alias: &str| BaseSettings {
        alias: alias.to_owned(),
        name: format!("База {alias}"),
        publication: Some(format!("https://srv.example.ru/{alias}")),
        service_user: Some("Обмен".to_owned()),
        ..BaseSettings::default()
    };
    let mut mapping = PortalMapping::of(PORTAL);
    mapping.add(Preset::Ut, "ut");
    mapping.add(Preset::Bp, "bp");
    mapping.originators = vec![
        Originator {
            originator: "1C_UT".to_owned(),
            base: "ut".to_owned(),
        },
        Originator {
            originator: "1C_BP".to_owned(),
            base: "bp".to_owned(),
        },
    ];
    Settings {
        portals: vec![PortalSettings {
            portal: PORTAL.to_owned(),
            scheme: "https".to_owned(),
            base: Some("ut".to_owned()),
            ..PortalSettings::default()
        }],
        bases: vec![base("ut"), base("bp")],
        mappings: vec![mapping],
        ..Settings::default()
    }
}

fn entity(text: &str) -> Entity {
    Entity::parse(text).unwrap()
}

fn facts(fields: Value) -> EntityFacts {
    EntityFacts::read(fields.as_object().unwrap().clone(), None, None)
}

fn order(reference: &str) -> String {
    format!("e1cib/data/Документ.ЗаказКлиента?ref={reference}")
}

fn links(of: &str, facts: &EntityFacts, settings: &Settings) -> Vec<String> {
    candidates(PORTAL, entity(of), facts, settings)
        .into_iter()
        .map(|found| found.link)
        .collect()
}

#[test]
fn sources_are_believed_in_their_order_and_each_object_is_shown_once() {
    let item = json!({
        "id": 1, "title": order(OTHER), "ORIGINATOR_ID": "1C_UT", "ORIGIN_ID": "{not a uuid}",
        "UF_CRM_EXTERNAL_URL": format!("https://srv.example.ru/ut/ru_RU/#{}", order(HEX)),
        "UF_CRM_9": ["no link", order(OTHER)],
        "UF_CRM_1": format!("https://srv.example.ru/bp/#{}", order(HEX)),
        "UF_CRM_2": "https://evil.example/ut/#e1cib/data/Документ.ЗаказКлиента?ref=8936000c29dddd3811ecc9c9312e175a",
        "UF_CRM_3": format!("hotstart://crm/{PORTAL}/deal/1"), "UF_CRM_4": 7, "UF_CRM_5": null,
    });
    let activities = json!([
        {"SUBJECT": "Заказ 127", "ORIGINATOR_ID": "1C_UT", "PROVIDER_PARAMS": {"ACTIVITY": {"EXTERNAL_FIELDS": {"EXTERNAL_URL": format!("/#{}", order(HEX))}}}},
        {"SUBJECT": "Реализация 5", "ORIGINATOR_ID": "1C_UT", "PROVIDER_PARAMS": {"ACTIVITY": {"EXTERNAL_FIELDS": {"EXTERNAL_URL": format!("/#e1cib/data/Документ.РеализацияТоваровУслуг?ref={HEX}")}}}},
        {"SUBJECT": "Звонок", "PROVIDER_PARAMS": []},
    ]);
    let connectors = json!([{"ORIGINATOR_ID": "1C_UT", "EXTERNAL_SERVER_HOST": "https://srv.example.ru/ut/ru_RU"}]);
    let facts = EntityFacts::read(item.as_object().unwrap().clone(), Some(&activities), Some(&connectors));
    let mut settings = settings();
    let found = candidates(PORTAL, entity("deal:1"), &facts, &settings);
    let shown: Vec<(&str, &str)> = found
        .iter()
        .map(|found| (found.label.as_str(), found.base.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("Документ.ЗаказКлиента", "База bp"),
            ("Документ.ЗаказКлиента", "База ut"),
            ("Заказ 127", "База ut"),
            ("Реализация 5", "База ut"),
        ],
        "other fields by name, then the connector's, whose object the activity names"
    );
    assert_eq!(found[1].link, format!("hotstart://onec/ut/{}", order(OTHER)));
    assert_eq!(found[3].origin, Origin::Activity);
    assert_eq!(found[3].kind, "Документ.РеализацияТоваровУслуг");

    settings.mappings[0].fields = vec!["UF_CRM_9".to_owned()];
    let found = links("deal:1", &facts, &settings);
    assert_eq!(
        found[0],
        format!("hotstart://onec/ut/{}", order(OTHER)),
        "what the mapping names comes first"
    );
}

#[test]
fn identifiers_lead_through_the_mapping() {
    let settings = settings();
    let of = |text: &str, item: Value| links(text, &facts(item), &settings);
    let expected = |base: &str, kind: &str| vec![format!("hotstart://onec/{base}/e1cib/data/{kind}?ref={HEX}")];
    for (text, item, found) in [
        (
            "deal:1",
            json!({"originatorId": "1C_UT", "originId": UUID}),
            expected("ut", "Документ.ЗаказКлиента"),
        ),
        (
            "deal:1",
            json!({"ORIGINATOR_ID": "1C_BP", "ORIGIN_ID": UUID.to_uppercase()}),
            expected("bp", "Документ.СчетНаОплатуПокупателю"),
        ),
        (
            "company:1",
            json!({"originatorId": "1C_UT", "originId": HEX}),
            expected("ut", "Справочник.Контрагенты"),
        ),
        (
            "company:1",
            json!({"originatorId": "1C_BP", "originId": format!(" e1cib/data/Справочник.Организации?ref={HEX}").trim()}),
            expected("bp", "Справочник.Организации"),
        ),
        (
            "invoice:1",
            json!({"xmlId": UUID}),
            expected("ut", "Документ.СчетНаОплатуКлиенту"),
        ),
        ("deal:1", json!({"originatorId": "EMAIL", "originId": UUID}), vec![]),
        ("deal:1", json!({"originatorId": "1C_UT", "originId": "17"}), vec![]),
        ("deal:1", json!({"originatorId": null, "originId": UUID}), vec![]),
        ("lead:1", json!({"originatorId": "1C_UT", "originId": UUID}), vec![]),
        ("128:1", json!({"xmlId": UUID}), vec![]),
    ] {
        assert_eq!(of(text, item.clone()), found, "{text} {item}");
    }
    let mut elsewhere = settings.clone();
    elsewhere.portals[0].base = None;
    let first = links("invoice:1", &facts(json!({"xmlId": UUID})), &elsewhere);
    assert_eq!(
        first,
        expected("ut", "Документ.СчетНаОплатуКлиенту"),
        "the first base of the mapping"
    );
}

#[test]
fn a_document_of_a_connector_is_found_at_its_host_or_through_the_mapping() {
    let settings = settings();
    let of = |host: Option<&str>, originator: &str, url: &str| {
        let activity = json!([{"ORIGINATOR_ID": originator, "PROVIDER_PARAMS": json!({"ACTIVITY": {"EXTERNAL_FIELDS": {"EXTERNAL_URL": url}}}).to_string()}]);
        let connectors = host.map(|host| json!([{"ORIGINATOR_ID": originator, "EXTERNAL_SERVER_HOST": host}]));
        let facts = EntityFacts::read(EntityFields::new(), Some(&activity), connectors.as_ref());
        links("deal:1", &facts, &settings)
    };
    let place = order(HEX);
    let (ut, bp) = (
        format!("hotstart://onec/ut/{place}"),
        format!("hotstart://onec/bp/{place}"),
    );
    for (host, originator, url, found) in [
        (Some("https://srv.example.ru/ut/"), "X", format!("/#{place}"), Some(&ut)),
        (Some("srv.example.ru/bp"), "X", format!("#{place}"), Some(&bp)),
        (Some("https://srv.example.ru"), "X", format!("ut/#{place}"), Some(&ut)),
        (Some("http://10.0.0.5/old"), "1C_BP", format!("/#{place}"), Some(&bp)),
        (None, "1C_UT", format!("/#{place}"), Some(&ut)),
        (None, "X", format!("https://srv.example.ru/bp/#{place}"), Some(&bp)),
        (None, "X", format!("/#{place}"), None),
        (Some("https://evil.example/ut"), "X", format!("/#{place}"), None),
        (
            Some("https://srv.example.ru/ut"),
            "X",
            "/#e1cib/tempstorage/1".to_owned(),
            None,
        ),
        (
            Some("https://srv.example.ru/ut"),
            "X",
            "@evil.example/#e1cib/list/Документ.Заказ".to_owned(),
            None,
        ),
    ] {
        assert_eq!(
            of(host, originator, &url),
            found.cloned().into_iter().collect::<Vec<_>>(),
            "{host:?} {originator} {url}"
        );
    }
}

#[test]
fn an_answer_is_good_for_a_minute_and_then_while_nothing_changes() {
    let at = |seconds: i64| Timestamp(1_000_000 + seconds * 1000);
    let deal = entity("deal:1");
    let mut cache = Cache::default();
    assert_eq!(cache.known(PORTAL, deal, at(0)), Known::Nothing);
    let known =
        facts(json!({"updatedTime": "2026-11-22T10:00:00+03:00", "lastActivityTime": "2026-11-22T09:00:00+03:00"}));
    let stamp = known.stamp().unwrap();
    cache.put(PORTAL, deal, known.clone(), at(0));
    assert_eq!(cache.known(PORTAL, deal, at(60)), Known::Fresh(&known));
    assert_eq!(cache.known(PORTAL, deal, at(61)), Known::Stale(stamp.clone()));
    assert_eq!(cache.known("other.example.ru", deal, at(1)), Known::Nothing);
    assert_eq!(cache.confirm(PORTAL, deal, at(100)), Some(&known));
    assert_eq!(cache.known(PORTAL, deal, at(160)), Known::Fresh(&known));
    cache.confirm(PORTAL, deal, at(1790));
    assert_eq!(cache.known(PORTAL, deal, at(1800)), Known::Fresh(&known));
    assert_eq!(
        cache.known(PORTAL, deal, at(1801)),
        Known::Nothing,
        "half an hour after it was gathered"
    );
    assert_eq!(
        cache.known(PORTAL, deal, at(-10)),
        Known::Nothing,
        "the clock was set back"
    );
    cache.forget(PORTAL, deal);
    assert_eq!(cache.known(PORTAL, deal, at(1)), Known::Nothing);

    // A portal that does not tell when an activity was added is always asked for everything.
    cache.put(
        PORTAL,
        deal,
        facts(json!({"updatedTime": "2026-11-22T10:00:00+03:00"})),
        at(0),
    );
    assert_eq!(cache.known(PORTAL, deal, at(61)), Known::Nothing);
    for id in 1..=1000 {
        cache.put(PORTAL, entity(&format!("lead:{id}")), EntityFacts::default(), at(id));
    }
    assert_eq!(
        cache.known(PORTAL, entity("lead:1"), at(2)),
        Known::Nothing,
        "it does not grow without end"
    );
    cache.forget_portal(PORTAL);
    assert_eq!(cache.known(PORTAL, entity("lead:1000"), at(1000)), Known::Nothing);
}

#[test]
fn searches_take_their_values_from_fields_and_need_a_base_that_can_be_asked() {
    let mut settings = settings();
    let company = facts(json!({"id": 7, "title": " ООО «Зерно» ", "UF_CRM_INN": "7701000000", "UF_CRM_EMPTY": ""}));
    let shown = |settings: &Settings| -> Vec<String> {
        let found = searches(PORTAL, entity("company:7"), &company, settings);
        found
            .iter()
            .map(|search| {
                format!(
                    "{} {} {}={}",
                    search.base, search.object, search.attribute, search.value
                )
            })
            .collect()
    };
    assert_eq!(
        shown(&settings),
        [
            "ut Справочник.Контрагенты Description=ООО «Зерно»",
            "ut Справочник.Партнеры Description=ООО «Зерно»",
            "bp Справочник.Контрагенты Description=ООО «Зерно»",
        ]
    );
    settings.bases[0].service_user = None;
    assert_eq!(shown(&settings).len(), 1);
    let kind = |attribute: &str, field: Option<&str>| MappedKind {
        entity: "company".to_owned(),
        base: "bp".to_owned(),
        object: "Справочник.Контрагенты".to_owned(),
        attribute: Some(attribute.to_owned()),
        field: field.map(str::to_owned),
    };
    settings.mappings[0].kinds = vec![
        kind("ИНН", Some("UF_CRM_INN")),
        kind("Код", Some("UF_CRM_EMPTY")),
        kind("Код", Some("UF_CRM_NONE")),
        kind("НомерНаПортале", None),
    ];
    assert_eq!(
        shown(&settings),
        [
            "bp Справочник.Контрагенты ИНН=7701000000",
            "bp Справочник.Контрагенты НомерНаПортале=7"
        ]
    );
}

#[test]
fn something_new_is_made_in_the_base_of_its_kind() {
    let settings = settings();
    let bases = |of: &str, object: &str| {
        let object = onec::ObjectType::parse(object).unwrap();
        search::bases_of_new(PORTAL, entity(of), &object, &settings)
    };
    assert_eq!(bases("deal:1", "Документ.ЗаказКлиента"), ["ut"]);
    assert_eq!(bases("deal:1", "Document.СчетНаОплатуПокупателю"), ["bp"]);
    assert_eq!(bases("company:1", "Справочник.Контрагенты"), ["ut", "bp"]);
    assert_eq!(
        bases("deal:1", "Документ.Неизвестный"),
        ["ut"],
        "the base of the portal"
    );
    let made = creations(PORTAL, entity("company:1"), &settings);
    assert_eq!(made.len(), 3);
}

#[test]
fn the_same_facts_are_asked_the_other_way_round() {
    let settings = settings();
    let base = settings.base("ut").unwrap();
    let nav = NavigationLink::parse(&order(HEX)).unwrap();
    let learned = [(EntityType::parse("1030").unwrap(), "UF_CRM_8_LINK".to_owned())];
    let asked = looks(PORTAL, base, &nav, &learned, &settings);
    assert!(asked.len() < 50, "with the connectors they fit into a batch");
    let has = |entity_type: &str, by: &By| {
        let entity_type = EntityType::parse(entity_type).unwrap();
        asked
            .iter()
            .any(|look| look.entity_type == entity_type && look.by == *by)
    };
    let field = |name: &str| By::Field {
        name: name.to_owned(),
        reference: HEX.to_owned(),
    };
    let ids = vec![UUID.to_owned(), UUID.to_uppercase(), HEX.to_owned()];
    let origin = By::Origin {
        originator: "1C_UT".to_owned(),
        ids: ids.clone(),
    };
    assert_eq!(asked[0].entity_type, EntityType::Deal, "the likeliest first");
    assert!(
        has("deal", &field("UF_CRM_HOTSTART")) && has("deal", &field("UF_CRM_EXTERNAL_URL")) && has("deal", &origin)
    );
    assert!(has("1030", &field("UF_CRM_8_LINK")) && has("1030", &By::XmlId(ids.clone())));
    assert!(has("invoice", &By::XmlId(ids.clone())) && !has("invoice", &origin));
    assert!(has("company", &By::Activity(ids)));
    assert_eq!(looks(PORTAL, base, &NavigationLink::StartPage, &[], &settings), []);

    let holder = |fields: Value| Holder {
        entity: entity("deal:1"),
        facts: facts(fields),
    };
    let link = Link::parse(&format!("hotstart://onec/ut/{}", order(HEX))).unwrap();
    assert!(holds(
        PORTAL,
        &holder(json!({"UF_CRM_HOTSTART": order(HEX)})),
        &link,
        &settings
    ));
    assert!(holds(
        PORTAL,
        &holder(json!({"originatorId": "1C_UT", "originId": UUID})),
        &link,
        &settings
    ));
    let elsewhere = format!("https://srv.example.ru/bp/#{}", order(HEX));
    assert!(!holds(
        PORTAL,
        &holder(json!({ "UF_CRM_HOTSTART": elsewhere })),
        &link,
        &settings
    ));
}

#[test]
fn links_are_written_only_where_there_is_none() {
    let settings = settings();
    let item = |value: Value| value.as_object().unwrap().clone();
    let known = |id: u64, link: Value| {
        item(json!({"id": id, "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": link}))
    };
    let items = [
        known(1, json!(null)),
        known(2, json!("")),
        known(3, json!("hotstart://crm/x/deal/3")),
        item(json!({"id": "4", "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": false})),
        item(json!({"id": 5, "originatorId": "MAIL", "originId": UUID, "UF_CRM_HOTSTART": null})),
        item(json!({"id": 6, "originatorId": "1C_UT", "originId": UUID})),
        item(json!({"id": 0, "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": null})),
    ];
    let writes = links_to_write(PORTAL, EntityType::Deal, &items, &settings);
    let ids: Vec<u64> = writes.iter().map(|write| write.entity.id.get()).collect();
    assert_eq!(ids, [1, 2, 4]);
    assert_eq!(writes[0].link, format!("hotstart://onec/ut/{}", order(HEX)));
    let invoice = [item(
        json!({"id": 7, "xmlId": UUID, "UF_CRM_SMART_INVOICE_HOTSTART": null}),
    )];
    let writes = links_to_write(PORTAL, EntityType::Invoice, &invoice, &settings);
    assert_eq!(writes[0].field, "UF_CRM_SMART_INVOICE_HOTSTART");
}

#[test]
fn the_field_has_the_name_that_its_type_wants() {
    let smart = EntityType::parse("128").unwrap();
    for (name, entity_type, process, expected) in [
        ("UF_CRM_HOTSTART", EntityType::Deal, None, Some("UF_CRM_HOTSTART")),
        (
            "UF_CRM_HOTSTART",
            EntityType::Invoice,
            None,
            Some("UF_CRM_SMART_INVOICE_HOTSTART"),
        ),
        ("UF_CRM_HOTSTART", smart, Some(4), Some("UF_CRM_4_HOTSTART")),
        ("UF_CRM_HOTSTART", smart, None, None),
        ("UF_CRM_4_1732", smart, None, Some("UF_CRM_4_1732")),
        (
            "UF_CRM_1732558654060",
            EntityType::Deal,
            None,
            Some("UF_CRM_1732558654060"),
        ),
        ("UF_CRM_HOTSTART", EntityType::Task, None, None),
        ("TITLE", EntityType::Deal, None, None),
    ] {
        assert_eq!(
            field_of(name, entity_type, process).as_deref(),
            expected,
            "{name} {entity_type}"
        );
    }
    let fields = facts(json!({"UF_CRM_OTHERHOTSTART": 1, "UF_CRM_12_HOTSTART": 2})).fields;
    assert_eq!(own_field(&fields, "UF_CRM_HOTSTART"), Some("UF_CRM_12_HOTSTART"));
    assert_eq!(own_field(&fields, "UF_CRM_13_HOTSTART"), None);
}

#[test]
fn cards_have_names_pictures_and_pages() {
    let mut mapping = PortalMapping::of(PORTAL);
    let card = EntityCard::new(&mapping, entity("deal:5"), " Кофе ");
    assert_eq!((card.title.as_str(), card.icon), ("Кофе", EntityIcon::Deal));
    assert_eq!(card.link, format!("hotstart://b24/{PORTAL}/crm/deal/details/5/"));
    mapping.templates = vec![crate::settings::PageTemplate {
        page: "deal".to_owned(),
        path: "/b24/deals/{id}/".to_owned(),
    }];
    let moved = EntityCard::new(&mapping, entity("deal:5"), "");
    assert_eq!(
        (moved.title.as_str(), moved.link.as_str()),
        ("deal:5", "hotstart://b24/portal.example.ru/b24/deals/5/")
    );
    assert_eq!(
        title_of(&facts(json!({"NAME": "Ольга", "LAST_NAME": "Зернова"})).fields),
        "Ольга Зернова"
    );
    assert_eq!(title_of(&facts(json!({"name": "О", "title": "Т"})).fields), "Т");
}

proptest! {
    #[test]
    fn whatever_a_portal_says_every_candidate_is_a_link_into_a_known_base(
        field in ".{0,80}", host in "[a-z:/.@#]{0,30}", url in "[a-zA-Z0-9:/.@#?=&а-я]{0,60}", id in "[0-9a-fA-F{}-]{0,40}"
    ) {
        let settings = settings();
        let activity = json!([{"ORIGINATOR_ID": "1C_UT", "PROVIDER_PARAMS": {"ACTIVITY": {"EXTERNAL_FIELDS": {"EXTERNAL_URL": url}}}}]);
        let connectors = json!([{"ORIGINATOR_ID": "1C_UT", "EXTERNAL_SERVER_HOST": host}]);
        let item = json!({"UF_CRM_1": field, "originatorId": "1C_UT", "originId": id});
        let facts = EntityFacts::read(item.as_object().unwrap().clone(), Some(&activity), Some(&connectors));
        for found in candidates(PORTAL, entity("deal:1"), &facts, &settings) {
            let link = Link::parse(&found.link).unwrap();
            prop_assert_eq!(link.canonical(), found.link);
            let Link::Onec { base: Some(base), .. } = link else { panic!("a place of a base") };
            prop_assert!(settings.base(base.as_str()).is_some());
        }
    }
}
