//! Names of entity sets in the OData interface of a base and the metadata objects behind them (developer guide, "REST
//! interface"): `Справочник.Контрагенты` is `Catalog_Контрагенты` there. The prefix is always English, the name stays as
//! the configuration has it.

use std::fmt;

use crate::identifier::Identifier;
use crate::kind::{Kind, KindName, Language, ObjectType};

/// The kinds that the OData interface knows.
const KINDS: [Kind; 14] = [
    Kind::Catalog,
    Kind::Document,
    Kind::DocumentJournal,
    Kind::ChartOfCharacteristicTypes,
    Kind::ChartOfAccounts,
    Kind::ChartOfCalculationTypes,
    Kind::ExchangePlan,
    Kind::BusinessProcess,
    Kind::Task,
    Kind::Constant,
    Kind::InformationRegister,
    Kind::AccumulationRegister,
    Kind::AccountingRegister,
    Kind::CalculationRegister,
];

/// Endings that name the type of a row or of a record and never a set of objects.
const TYPE_ENDINGS: [&str; 2] = ["_RowType", "_RecordType"];

/// The set of all objects of one metadata object; prints as OData names it, not percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntitySet {
    kind: Kind,
    name: Identifier,
}

impl EntitySet {
    /// The set of a metadata object; `None` for kinds that the OData interface does not have (enumerations, reports).
    pub fn of(object: &ObjectType) -> Option<Self> {
        KINDS.contains(&object.kind.kind).then(|| Self {
            kind: object.kind.kind,
            name: object.name.clone(),
        })
    }

    /// Reads a name as OData spells it, letter for letter. A tabular section (`Document_Заказ_Товары`) cannot be told
    /// from an object with an underscore in its name and is read as the latter; types of rows and records are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, name) = text.split_once('_')?;
        let kind = KINDS.into_iter().find(|kind| kind.english() == prefix)?;
        if TYPE_ENDINGS.iter().any(|ending| text.ends_with(ending)) {
            return None;
        }
        let name = Identifier::parse(name)?;
        Some(Self { kind, name })
    }

    /// The metadata object, its kind in the given language.
    pub fn object(&self, language: Language) -> ObjectType {
        ObjectType {
            kind: KindName {
                kind: self.kind,
                language,
            },
            name: self.name.clone(),
        }
    }

    /// Whether its objects have a reference (`Ref_Key`) and so can be read by one.
    pub fn has_reference(&self) -> bool {
        self.kind.has_reference()
    }
}

impl fmt::Display for EntitySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.kind.english(), self.name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn object(kind: &str, name: &str) -> ObjectType {
        ObjectType {
            kind: KindName::parse(kind).unwrap(),
            name: Identifier::parse(name).unwrap(),
        }
    }

    #[test]
    fn kinds_of_both_languages_have_english_prefixes() {
        for (kind, name, set) in [
            ("Справочник", "Контрагенты", "Catalog_Контрагенты"),
            ("Document", "ЗаказКлиента", "Document_ЗаказКлиента"),
            ("ПланСчетов", "Хозрасчетный", "ChartOfAccounts_Хозрасчетный"),
            ("РегистрСведений", "Цены_2", "InformationRegister_Цены_2"),
            ("Задача", "З", "Task_З"),
        ] {
            assert_eq!(EntitySet::of(&object(kind, name)).unwrap().to_string(), set);
        }
        for kind in ["Перечисление", "Отчет", "ОбщаяФорма", "КритерийОтбора", "Subsystem"]
        {
            assert_eq!(EntitySet::of(&object(kind, "X")), None, "{kind}");
        }
        let with = Kind::ALL.iter().filter(|kind| KINDS.contains(kind)).count();
        assert_eq!(with, 14);
    }

    #[test]
    fn names_read_back() {
        let set = EntitySet::parse("ChartOfCharacteristicTypes_Виды_Субконто").unwrap();
        assert_eq!(
            set.object(Language::Russian).to_string(),
            "ПланВидовХарактеристик.Виды_Субконто"
        );
        assert_eq!(
            set.object(Language::English).to_string(),
            "ChartOfCharacteristicTypes.Виды_Субконто"
        );
        assert!(set.has_reference());
        assert!(!EntitySet::parse("Constant_Курс").unwrap().has_reference());
        for text in [
            "",
            "Catalog",
            "Catalog_",
            "catalog_X",
            "Справочник_X",
            "Enum_X",
            "Catalog_1",
            "Catalog_X(guid'1')",
            "InformationRegister_Цены_RecordType",
            "Document_Заказ_Товары_RowType",
        ] {
            assert_eq!(EntitySet::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_set_reads_back(kind in 0..KINDS.len(), name in "[а-яА-Яa-zA-Z_][а-яА-Яa-zA-Z0-9_]{0,20}") {
            let set = EntitySet { kind: KINDS[kind], name: Identifier::parse(&name).unwrap() };
            let text = set.to_string();
            prop_assume!(!TYPE_ENDINGS.iter().any(|ending| text.ends_with(ending)));
            prop_assert_eq!(EntitySet::parse(&text), Some(set));
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            if let Some(set) = EntitySet::parse(&text) {
                prop_assert_eq!(set.to_string(), text);
            }
        }
    }
}
