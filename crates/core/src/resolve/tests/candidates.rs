//! From an entity to its objects: which sources are believed, and in which order.
use super::*;

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
