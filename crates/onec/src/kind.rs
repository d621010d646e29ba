//! Kinds of metadata objects by their Russian and English names, and which links fit them.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::identifier::Identifier;

/// The language of a name in a link: 1C takes both at any time, whatever the language of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// `Документ`, `Форма`, `Команда`.
    Russian,
    /// `Document`, `Form`, `Command`.
    English,
}

impl Language {
    /// Chooses between the two spellings of a word.
    pub(crate) fn pick<'a>(self, russian: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Russian => russian,
            Self::English => english,
        }
    }

    /// Tells in which language `text` is the given word, in any case of letters.
    pub(crate) fn of_word(text: &str, russian: &str, english: &str) -> Option<Self> {
        if same_letters(text, russian) {
            Some(Self::Russian)
        } else if same_letters(text, english) {
            Some(Self::English)
        } else {
            None
        }
    }
}

macro_rules! kinds {
    ($($kind:ident $russian:literal $links:ident,)*) => {
        /// A kind of metadata object (the names are those of the platform).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", stringify!($kind), "`, in Russian `", $russian, "`.")] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of the platform's own list.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The English name.
            pub fn english(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// The Russian name.
            pub fn russian(self) -> &'static str {
                match self { $(Self::$kind => $russian,)* }
            }

            fn links(self) -> Links {
                match self { $(Self::$kind => Links::$links,)* }
            }
        }
    };
}

/// Which link forms fit a kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    /// Objects with a reference: `data/..?ref=`, `data/..` for a new one, `list`, `command`.
    Reference,
    /// A record of an information register has no reference: `data/..` for a new one, `list`, `command`, `app` of a form.
    Record,
    /// `list` and `command`.
    List,
    /// Only as the owner of a command.
    Commands,
    /// Reports and data processors: `app`, `command`.
    App,
    /// Common forms: `app`.
    Form,
    /// Not the target of a link we take: commands and sections have their own forms, the rest has none.
    Nothing,
}

kinds! {
    Catalog "Справочник" Reference,
    Document "Документ" Reference,
    DocumentJournal "ЖурналДокументов" List,
    ChartOfCharacteristicTypes "ПланВидовХарактеристик" Reference,
    ChartOfAccounts "ПланСчетов" Reference,
    ChartOfCalculationTypes "ПланВидовРасчета" Reference,
    ExchangePlan "ПланОбмена" Reference,
    BusinessProcess "БизнесПроцесс" Reference,
    Task "Задача" Reference,
    Constant "Константа" Commands,
    Enum "Перечисление" Commands,
    InformationRegister "РегистрСведений" Record,
    AccumulationRegister "РегистрНакопления" List,
    AccountingRegister "РегистрБухгалтерии" List,
    CalculationRegister "РегистрРасчета" List,
    Report "Отчет" App,
    DataProcessor "Обработка" App,
    ExternalReport "ВнешнийОтчет" Nothing,
    ExternalDataProcessor "ВнешняяОбработка" Nothing,
    CommonForm "ОбщаяФорма" Form,
    CommonCommand "ОбщаяКоманда" Nothing,
    FilterCriterion "КритерийОтбора" List,
    SettingsStorage "ХранилищеНастроек" Nothing,
    Subsystem "Подсистема" Nothing,
    Sequence "Последовательность" Nothing,
    ExternalDataSource "ВнешнийИсточникДанных" Nothing,
    CommonModule "ОбщийМодуль" Nothing,
    Role "Роль" Nothing,
    ScheduledJob "РегламентноеЗадание" Nothing,
    HTTPService "HTTPСервис" Nothing,
    WebService "WebСервис" Nothing,
    IntegrationService "СервисИнтеграции" Nothing,
    Bot "Бот" Nothing,
    DefinedType "ОпределяемыйТип" Nothing,
}

impl Kind {
    /// Objects of this kind have a reference: `e1cib/data/..?ref=` fits, and one can be created.
    pub fn has_reference(self) -> bool {
        self.links() == Links::Reference
    }

    /// A form for a new object or record can be asked for by `e1cib/data/..`.
    pub fn has_new_form(self) -> bool {
        matches!(self.links(), Links::Reference | Links::Record)
    }

    /// `e1cib/list/..` fits.
    pub fn has_list(self) -> bool {
        matches!(self.links(), Links::Reference | Links::Record | Links::List)
    }

    /// `e1cib/command/..` fits.
    pub fn has_commands(self) -> bool {
        !matches!(self.links(), Links::Form | Links::Nothing)
    }

    /// `e1cib/app/..` fits without naming a form.
    pub fn has_app(self) -> bool {
        matches!(self.links(), Links::App | Links::Form)
    }

    /// `e1cib/app/.. .Form. ..` fits.
    pub fn has_app_form(self) -> bool {
        matches!(self.links(), Links::App | Links::Record)
    }
}

/// The name of a kind as a link spells it. Russian and English names of one kind are *equal*; printing keeps the language.
#[derive(Debug, Clone, Copy)]
pub struct KindName {
    /// The kind.
    pub kind: Kind,
    /// The language that the link used.
    pub language: Language,
}

impl KindName {
    /// Finds a kind by its Russian or English name; the case of letters does not matter, as in 1C itself.
    pub fn parse(text: &str) -> Option<Self> {
        Kind::ALL.iter().find_map(|&kind| {
            let language = Language::of_word(text, kind.russian(), kind.english())?;
            Some(Self { kind, language })
        })
    }

    /// The name in the language of the link.
    pub fn as_str(self) -> &'static str {
        self.language.pick(self.kind.russian(), self.kind.english())
    }
}

impl PartialEq for KindName {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for KindName {}

impl Hash for KindName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A metadata object by its full name: `Документ.Заказ`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectType {
    /// The kind, in the language of the link.
    pub kind: KindName,
    /// The name, as given.
    pub name: Identifier,
}

impl fmt::Display for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.name)
    }
}

fn same_letters(a: &str, b: &str) -> bool {
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_of_every_kind_are_found_and_equal() {
        for &kind in Kind::ALL {
            let english = KindName::parse(kind.english()).unwrap();
            let russian = KindName::parse(kind.russian()).unwrap();
            assert_eq!(english, russian);
            assert_eq!(english.to_string(), kind.english());
            assert_eq!(russian.to_string(), kind.russian());
        }
    }

    #[test]
    fn case_does_not_matter_but_letters_do() {
        assert_eq!(KindName::parse("документ").unwrap().to_string(), "Документ");
        assert_eq!(KindName::parse("CATALOG").unwrap().to_string(), "Catalog");
        assert!(KindName::parse("Cправочник").is_none(), "a Latin C is another letter");
        assert!(KindName::parse("").is_none());
    }

    #[test]
    fn forms_that_fit() {
        let with = |test: fn(Kind) -> bool| Kind::ALL.iter().filter(|kind| test(**kind)).count();
        assert_eq!(with(Kind::has_reference), 8);
        assert_eq!(with(Kind::has_list), 14);
        assert_eq!(with(Kind::has_app), 3);
        assert!(!Kind::ExternalDataProcessor.has_app() && !Kind::ExternalDataProcessor.has_commands());
    }
}
