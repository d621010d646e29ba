//! From objects to entities, and their names.
use bitrix24::Entity;
use hotstart_core::link::Link;
use hotstart_core::ports::Entities as _;
use hotstart_core::resolve::{holds, looks};
use onec::NavigationLink;

use super::Desk;

impl Desk {
    async fn entities_of(&self, object: &str) -> Vec<String> {
        let nav = NavigationLink::parse(&format!("e1cib/data/{object}")).unwrap();
        let link = Link::parse(&format!("hotstart://onec/ut/{nav}")).unwrap();
        // Where links were seen before, as the controller learns it from every entity that it resolves.
        let learned: Vec<_> = ["UF_CRM_1732558654060", "UF_CRM_1732558681225"]
            .iter()
            .map(|name| (bitrix24::EntityType::Deal, (*name).to_owned()))
            .collect();
        let asked = looks(&self.portal, &self.settings.bases[0], &nav, &learned, &self.settings);
        let holders = self.entities.holders(self.portal.clone(), asked).await.unwrap();
        let mut found: Vec<String> = holders
            .iter()
            .filter(|holder| holds(&self.portal, holder, &link, &self.settings))
            .map(|holder| holder.entity.to_string())
            .collect();
        found.sort();
        found
    }
}

#[tokio::test]
async fn every_fact_leads_back_in_one_call() {
    let desk = Desk::new().await;
    for (object, entities) in [
        (
            "Документ.ЗаказКлиента?ref=8936000c29dddd3811ecc9c9312e175a",
            vec!["deal:123"],
        ),
        (
            "Document.ЗаказКлиента?ref=89ab000c29dddd3811ed88195828755a",
            vec!["deal:124"],
        ),
        (
            "Документ.ЗаказКлиента?ref=9abc123456789abc5678123412345678",
            vec!["deal:126"],
        ),
        (
            "Документ.ЗаказКлиента?ref=8ca0000d8843cd1b11dc8d043d71007f",
            vec!["deal:128"],
        ),
        (
            "Документ.СчетНаОплатуКлиенту?ref=8ca0000d8843cd1b11dc8d043d71007f",
            vec!["invoice:71"],
        ),
        (
            "Справочник.Контрагенты?ref=8936000c29dddd3811ecc9c9312e175a",
            vec!["company:21"],
        ),
        ("Справочник.Партнеры?ref=ffff000c29dddd3811ecc9c9312e175a", vec![]),
    ] {
        assert_eq!(desk.entities_of(object).await, entities, "{object}");
        assert_eq!(desk.calls().await, ["batch"], "{object}");
    }
}

#[tokio::test]
async fn names_of_all_types_come_in_one_call() {
    let desk = Desk::new().await;
    let wanted: Vec<Entity> = [
        "deal:123",
        "deal:124",
        "contact:31",
        "company:21",
        "invoice:71",
        "128:5",
        "user:1",
        "deal:9999",
        "task:1",
    ]
    .iter()
    .map(|text| text.parse().unwrap())
    .collect();
    let titles = desk.entities.titles(desk.portal.clone(), wanted).await.unwrap();
    assert_eq!(desk.calls().await, ["batch"]);
    let title = |text: &str| {
        let entity: Entity = text.parse().unwrap();
        titles
            .iter()
            .find(|(known, _)| *known == entity)
            .map(|(_, title)| title.as_str())
    };
    assert_eq!(title("deal:123"), Some("Кофемашины для сети «Зерно»"));
    assert_eq!(title("contact:31"), Some("Ольга Зернова"));
    assert_eq!(title("company:21"), Some("ООО «Зерно»"));
    assert_eq!(title("invoice:71"), Some("Счёт № 71"));
    assert_eq!(title("128:5"), Some("Отгрузка № 5 со склада"));
    assert!(title("user:1").is_some_and(|name| !name.is_empty()));
    assert_eq!(title("deal:9999"), None);
}
