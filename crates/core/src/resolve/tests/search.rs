//! Where nothing leads to an object: searches, and what can be created.
use super::*;

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
