//! What kind of thing a record of the journal was about.
use bitrix24::Entity;

use crate::link::Link;

/// `Документ.ЗаказКлиента` for a place of a base, `deal` for an entity of a portal; none for anything else.
pub(super) fn of(object_id: &str) -> Option<String> {
    if let Some(entity) = Entity::parse(object_id) {
        return Some(entity.entity_type.to_string());
    }
    let view = Link::parse(object_id).ok()?.view();
    if let Some(entity) = view.entity {
        return Some(entity.entity_type.to_string());
    }
    if let Some(object) = view.object {
        return Some(format!("{}.{}", object.kind, object.name));
    }
    // `e1cib/list/Документ.Заказ?..`
    let nav = view.nav?;
    let place = nav.split(['?', '#']).next()?.rsplit('/').next()?;
    place.contains('.').then(|| place.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_and_entities_have_kinds_and_ids_of_events_have_none() {
        for (object, expected) in [
            (
                "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a",
                Some("Документ.Заказ"),
            ),
            (
                "hotstart://onec/ut/e1cib/list/Справочник.Контрагенты",
                Some("Справочник.Контрагенты"),
            ),
            ("hotstart://onec/ut/e1cib/navigationpoint/startpage", None),
            ("hotstart://crm/p.example/deal/5", Some("deal")),
            ("hotstart://b24/p.example/crm/company/details/7/", Some("company")),
            ("deal:5", Some("deal")),
            ("128:5", Some("128")),
            ("p.example/abc123", None),
            ("", None),
        ] {
            assert_eq!(of(object).as_deref(), expected, "{object}");
        }
    }
}
