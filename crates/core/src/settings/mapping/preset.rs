//! What the common configurations of 1C usually have for the entities of a portal.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::MappedKind;

/// A common configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Управление торговлей 11.
    Ut,
    /// Управление нашей фирмой.
    Unf,
    /// Бухгалтерия предприятия 3.0.
    Bp,
    /// ERP Управление предприятием 2.
    Erp,
    /// Комплексная автоматизация 2.
    Ka,
}

/// Entity, object, attribute and field of a search by name.
type Row = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// The title of a company is the name of its card in 1C.
const BY_NAME: Option<(&str, &str)> = Some(("Description", "title"));

/// УТ, КА and ERP are built on the same trade subsystem.
const TRADE: &[Row] = &[
    ("deal", "Документ.ЗаказКлиента", None),
    ("invoice", "Документ.СчетНаОплатуКлиенту", None),
    ("quote", "Документ.КоммерческоеПредложениеКлиенту", None),
    ("company", "Справочник.Контрагенты", BY_NAME),
    ("company", "Справочник.Партнеры", BY_NAME),
    ("contact", "Справочник.КонтактныеЛицаПартнеров", None),
];

const SMALL_FIRM: &[Row] = &[
    ("deal", "Документ.ЗаказПокупателя", None),
    ("invoice", "Документ.СчетНаОплату", None),
    ("company", "Справочник.Контрагенты", BY_NAME),
    ("contact", "Справочник.КонтактныеЛица", None),
];

/// The accounts know no orders: a sale begins with its invoice.
const ACCOUNTS: &[Row] = &[
    ("deal", "Документ.СчетНаОплатуПокупателю", None),
    ("invoice", "Документ.СчетНаОплатуПокупателю", None),
    ("company", "Справочник.Контрагенты", BY_NAME),
    ("contact", "Справочник.КонтактныеЛица", None),
];

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 5] = [Self::Ut, Self::Unf, Self::Bp, Self::Erp, Self::Ka];

    /// Its rows for a base.
    pub fn kinds(self, base: &str) -> Vec<MappedKind> {
        let rows = match self {
            Self::Ut | Self::Erp | Self::Ka => TRADE,
            Self::Unf => SMALL_FIRM,
            Self::Bp => ACCOUNTS,
        };
        let kind = |(entity, object, search): &Row| MappedKind {
            entity: (*entity).to_owned(),
            base: base.to_owned(),
            object: (*object).to_owned(),
            attribute: search.map(|(attribute, _)| attribute.to_owned()),
            field: search.map(|(_, field)| field.to_owned()),
        };
        rows.iter().map(kind).collect()
    }
}
