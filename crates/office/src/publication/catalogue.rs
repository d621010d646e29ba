//! The two configurations of the office: which kinds of objects a base knows and how its sections are laid out.

use serde::Serialize;

/// What the form of an object shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A document with a customer, goods and a total.
    Trade,
    /// A customer, supplier or partner.
    Party,
    /// A product.
    Product,
}

/// One kind of objects of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// The name in Russian links: `Документ`, `Справочник`.
    pub(super) ru: &'static str,
    /// The same in English links.
    pub(super) en: &'static str,
    /// The identifier.
    pub(super) name: &'static str,
    /// The synonym of one object.
    pub(super) one: &'static str,
    /// The synonym of the list.
    pub(super) many: &'static str,
    /// What its form shows.
    pub(super) shape: Shape,
}

impl Kind {
    /// The full Russian name, as canonical links have it.
    pub(super) fn full(self) -> String {
        format!("{}.{}", self.ru, self.name)
    }
}

/// One section of the panel on the left.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Section {
    /// The name of the subsystem in links.
    pub(super) name: &'static str,
    /// What the panel shows.
    pub(super) title: &'static str,
    /// The picture: a character of the plain fonts.
    pub(super) icon: &'static str,
}

/// The configuration of a base.
#[derive(Debug, Clone, Copy)]
pub(super) struct Configuration {
    /// The name of the base in window titles.
    pub(super) title: &'static str,
    /// The kinds of objects; sections show their lists.
    pub(super) kinds: &'static [Kind],
    /// The sections, in order.
    pub(super) sections: &'static [Section],
}

impl Configuration {
    /// Finds a kind by its Russian or English name.
    pub(super) fn kind(&self, kind: &str, name: &str) -> Option<Kind> {
        self.kinds
            .iter()
            .copied()
            .find(|known| known.name == name && (known.ru == kind || known.en == kind))
    }

    /// The kind of customers, that documents point to.
    pub(super) fn party(&self) -> Option<Kind> {
        self.kinds.iter().copied().find(|kind| kind.shape == Shape::Party)
    }
}

/// The configuration behind a publication.
pub(super) fn configuration(publication: &str) -> Option<Configuration> {
    match publication {
        "ut" => Some(UT),
        "bp" => Some(BP),
        _ => None,
    }
}

const fn document(name: &'static str, one: &'static str, many: &'static str) -> Kind {
    Kind {
        ru: "Документ",
        en: "Document",
        name,
        one,
        many,
        shape: Shape::Trade,
    }
}

const fn catalog(name: &'static str, one: &'static str, many: &'static str, shape: Shape) -> Kind {
    Kind {
        ru: "Справочник",
        en: "Catalog",
        name,
        one,
        many,
        shape,
    }
}

const fn section(name: &'static str, title: &'static str, icon: &'static str) -> Section {
    Section { name, title, icon }
}

const UT: Configuration = Configuration {
    title: "Управление торговлей",
    kinds: &[
        document("ЗаказКлиента", "Заказ клиента", "Заказы клиентов"),
        document("СчетНаОплатуКлиенту", "Счет на оплату", "Счета на оплату"),
        document(
            "РеализацияТоваровУслуг",
            "Реализация товаров и услуг",
            "Документы реализации",
        ),
        document(
            "КоммерческоеПредложениеКлиенту",
            "Коммерческое предложение клиенту",
            "Коммерческие предложения клиентам",
        ),
        catalog("Контрагенты", "Контрагент", "Контрагенты", Shape::Party),
        catalog("Партнеры", "Партнер", "Партнеры", Shape::Party),
        catalog("Номенклатура", "Номенклатура", "Номенклатура", Shape::Product),
    ],
    sections: &[
        section("Главное", "Главное", "☰"),
        section("CRMИМаркетинг", "CRM и маркетинг", "☺"),
        section("Продажи", "Продажи", "▤"),
        section("Закупки", "Закупки", "⇩"),
        section("Склад", "Склад и доставка", "▦"),
        section("Казначейство", "Казначейство", "₽"),
        section("ФинансовыйРезультат", "Финансовый результат", "◔"),
        section("НСИИАдминистрирование", "НСИ и администрирование", "⚙"),
    ],
};

const BP: Configuration = Configuration {
    title: "Бухгалтерия предприятия",
    kinds: &[
        document("СчетНаОплатуПокупателю", "Счет покупателю", "Счета покупателям"),
        document(
            "РеализацияТоваровУслуг",
            "Реализация (акт, накладная)",
            "Реализация (акты, накладные)",
        ),
        document(
            "ПоступлениеТоваровУслуг",
            "Поступление (акт, накладная)",
            "Поступление (акты, накладные)",
        ),
        catalog("Контрагенты", "Контрагент", "Контрагенты", Shape::Party),
        catalog("Номенклатура", "Номенклатура", "Номенклатура", Shape::Product),
    ],
    sections: &[
        section("Главное", "Главное", "☰"),
        section("Руководителю", "Руководителю", "◔"),
        section("БанкИКасса", "Банк и касса", "₽"),
        section("Продажи", "Продажи", "▤"),
        section("Покупки", "Покупки", "⇩"),
        section("Склад", "Склад", "▦"),
        section("Операции", "Операции", "⇄"),
        section("Администрирование", "Администрирование", "⚙"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_publication_has_a_configuration() {
        for name in super::super::names() {
            assert!(configuration(name).is_some_and(|it| it.party().is_some()), "{name}");
        }
        assert!(configuration("zup").is_none());
    }

    #[test]
    fn a_kind_is_found_by_both_languages() {
        let russian = UT.kind("Документ", "ЗаказКлиента");
        assert!(russian.is_some());
        assert_eq!(russian, UT.kind("Document", "ЗаказКлиента"));
        assert_eq!(UT.kind("Catalog", "ЗаказКлиента"), None);
    }
}
