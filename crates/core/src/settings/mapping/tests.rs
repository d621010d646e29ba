use super::*;
use crate::settings::BaseSettings;

fn settings() -> Settings {
    Settings {
        bases: vec![BaseSettings {
            alias: "ut".to_owned(),
            ..BaseSettings::default()
        }],
        ..Settings::default()
    }
}

#[test]
fn every_preset_is_a_mapping_that_can_be_kept() {
    for preset in Preset::ALL {
        let mut mapping = PortalMapping::of("portal.example.ru");
        mapping.add(preset, "ut");
        let kinds = mapping.kinds.len();
        assert!(kinds >= 4);
        mapping.add(preset, "ut");
        assert_eq!(mapping.kinds.len(), kinds, "what is there already stays");
        let kept = mapping.clone().checked(&settings()).unwrap();
        assert_eq!(kept, mapping, "{preset:?}");
    }
    let mut both = PortalMapping::of("p");
    both.add(Preset::Ut, "ut");
    both.add(Preset::Bp, "bp");
    let deals: Vec<&str> = both
        .kinds_of(EntityType::Deal)
        .map(|kind| kind.object.as_str())
        .collect();
    assert_eq!(deals, ["Документ.ЗаказКлиента", "Документ.СчетНаОплатуПокупателю"]);
}

#[test]
fn what_does_not_fit_is_named() {
    let kind = |entity: &str, object: &str, attribute: Option<&str>| PortalMapping {
        kinds: vec![MappedKind {
            entity: entity.to_owned(),
            base: "ut".to_owned(),
            object: object.to_owned(),
            attribute: attribute.map(str::to_owned),
            field: None,
        }],
        ..PortalMapping::of("p")
    };
    let named = |mapping: PortalMapping| {
        let failure = mapping.checked(&settings()).unwrap_err();
        failure.parameters.values().next().cloned().unwrap()
    };
    assert_eq!(named(kind("task", "Документ.Заказ", None)), "task");
    assert_eq!(named(kind("deal", "Отчет.Продажи", None)), "Отчет.Продажи");
    assert_eq!(named(kind("deal", "Заказ", None)), "Заказ");
    assert_eq!(named(kind("deal", "Документ.Заказ", Some("a b"))), "a b");
    let of = |change: &dyn Fn(&mut PortalMapping)| {
        let mut mapping = PortalMapping::of("p");
        change(&mut mapping);
        named(mapping)
    };
    assert_eq!(of(&|mapping| mapping.link_field = "title".to_owned()), "TITLE");
    assert_eq!(of(&|mapping| mapping.fields = vec!["UF_".to_owned()]), "UF_");
    let originator = |originator: &str, base: &str| Originator {
        originator: originator.to_owned(),
        base: base.to_owned(),
    };
    assert_eq!(
        of(&|mapping| mapping.originators = vec![originator("1C", "zup")]),
        "zup"
    );
    assert_eq!(of(&|mapping| mapping.originators = vec![originator(" ", "ut")]), "");
    let template = |page: &str, path: &str| PageTemplate {
        page: page.to_owned(),
        path: path.to_owned(),
    };
    assert_eq!(of(&|mapping| mapping.templates = vec![template("deal", "/x/")]), "/x/");
    let accepted = PortalMapping {
        link_field: " uf_crm_1 ".to_owned(),
        templates: vec![template("deal", "/b24/crm/deal/details/{id}/")],
        ..kind("31", "Document.Invoice", Some(" "))
    };
    let kept = accepted.checked(&settings()).unwrap();
    assert_eq!(
        (kept.link_field.as_str(), kept.kinds[0].entity.as_str()),
        ("UF_CRM_1", "invoice")
    );
    assert_eq!(kept.kinds[0].attribute, None);
}

#[test]
fn a_base_that_is_renamed_or_gone_is_so_in_its_mappings() {
    let mut settings = settings();
    let mut mapping = PortalMapping::of("p");
    mapping.add(Preset::Ut, "ut");
    mapping.originators = vec![Originator {
        originator: "1C_UT".to_owned(),
        base: "ut".to_owned(),
    }];
    settings.set_mapping(mapping);
    settings.rename_in_mappings("ut", Some("trade"));
    assert_eq!(settings.mapping("p").base_of("1C_UT"), Some("trade"));
    settings.rename_in_mappings("trade", None);
    assert_eq!(settings.mapping("p"), PortalMapping::of("p"));
}
