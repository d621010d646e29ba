//! The objects of a base, made from kind and UUID alone: any link leads to the same order on every run.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use super::catalogue::{Configuration, Kind, Shape};
use super::chance::Chance;
use super::links;

/// An object of a base. Money is in kopecks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its UUID.
    pub(super) uuid: String,
    /// The number of a document or the code of an item.
    pub(super) number: String,
    /// The date of a document.
    pub(super) date: Date,
    /// The name of an item, or of the customer of a document.
    pub(super) name: String,
    /// The UUID of the customer of a document.
    pub(super) party: String,
    /// The state of a document, the group of an item.
    pub(super) state: &'static str,
    /// Who is responsible.
    pub(super) manager: &'static str,
    /// The goods of a document.
    pub(super) rows: Vec<Row>,
    /// The deal on the portal that it belongs to.
    pub(super) deal: u64,
    /// The company on the portal that is its customer.
    pub(super) company: u64,
}

/// One line of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The product.
    pub(super) product: String,
    /// The unit.
    pub(super) unit: &'static str,
    /// How many.
    pub(super) count: u64,
    /// The price of one, in kopecks.
    pub(super) price: u64,
}

impl Object {
    /// The text that stands for the object in titles, lists and links.
    pub(super) fn presentation(&self) -> String {
        match self.kind.shape {
            Shape::Trade => format!("{} {} от {}", self.kind.one, self.number, day(self.date)),
            Shape::Party | Shape::Product => format!("{} ({})", self.name, self.kind.one),
        }
    }

    /// The canonical navigation link.
    pub(super) fn link(&self) -> String {
        format!("e1cib/data/{}?ref={}", self.kind.full(), links::reference(&self.uuid))
    }

    /// The sum of the rows, in kopecks.
    pub(super) fn total(&self) -> u64 {
        self.rows
            .iter()
            .map(|row| row.count.saturating_mul(row.price))
            .fold(0, u64::saturating_add)
    }
}

/// The object behind a link; `None` when there is none. A UUID whose first group is all `f` stands for a deleted one.
pub(super) fn object(seed: u64, configuration: &Configuration, kind: Kind, uuid: &str) -> Option<Object> {
    if uuid.starts_with("ffffffff") {
        return None;
    }
    let mut chance = Chance::of(seed, &format!("{}/{uuid}", kind.name));
    let number = match kind.shape {
        Shape::Trade => format!("0000-{:06}", 1 + chance.below(999_999)),
        Shape::Party | Shape::Product => format!("00-{:08}", 1 + chance.below(99_999)),
    };
    let days: Span = i64::try_from(chance.below(311)).unwrap_or_default().days();
    let date = date(2026, 1, 12).saturating_add(days);
    let manager = chance.pick(&["Иванов И.И.", "Петрова А.С.", "Сидоров П.К."]);
    let state = match kind.shape {
        Shape::Trade => chance.pick(&[
            "К выполнению",
            "Ожидается аванс",
            "Готов к отгрузке",
            "Закрыт",
            "На согласовании",
        ]),
        Shape::Party => chance.pick(&["Покупатели", "Поставщики", "Прочие контрагенты"]),
        Shape::Product => chance.pick(&["Бытовая техника", "Канцтовары", "Инструмент"]),
    };
    let story = STORIES.iter().find(|story| story.uuid == uuid);
    let deal = story.map_or_else(|| 123 + chance.below(6), |story| story.deal);
    let company = story.map_or_else(|| 21 + chance.below(3), |story| story.company);
    let (name, party) = match (kind.shape, configuration.party()) {
        (Shape::Trade, Some(of)) => {
            // A customer of the portal is the counterparty with the reference of its first document.
            let party = STORIES
                .iter()
                .find(|known| story.is_some_and(|story| story.company == known.company));
            let party = party.map_or_else(|| chance.uuid(), |known| known.uuid.to_owned());
            (party_name(seed, of, &party), party)
        }
        (Shape::Trade, None) => (String::new(), String::new()),
        (Shape::Party, _) => (party_name(seed, kind, uuid), String::new()),
        (Shape::Product, _) => (product(&mut chance), String::new()),
    };
    let rows = match kind.shape {
        Shape::Trade => (0..3 + chance.below(7)).map(|_| row(&mut chance)).collect(),
        Shape::Party | Shape::Product => Vec::new(),
    };
    Some(Object {
        kind,
        uuid: uuid.to_owned(),
        number,
        date,
        name,
        party,
        state,
        manager,
        rows,
        deal,
        company,
    })
}

/// The UUID of a line of a list.
pub(super) fn listed(seed: u64, kind: Kind, line: usize) -> String {
    Chance::of(seed, &format!("list/{}/{line}", kind.name)).uuid()
}

/// The customer of a deal that the portal knows: the UUID of the counterparty and its name.
pub(super) fn customer(deal: u64) -> Option<(&'static str, &'static str)> {
    let company = STORIES.iter().find(|story| story.deal == deal)?.company;
    let first = STORIES.iter().find(|story| story.company == company)?;
    Some((first.uuid, first.customer))
}

/// The UUIDs that the portal knows: each is one of a document, the fourth of a shipping document; the first one of a
/// company is that of the counterparty too.
pub(super) fn known() -> impl Iterator<Item = (&'static str, bool, bool)> {
    STORIES.iter().enumerate().map(|(at, story)| {
        let first = STORIES.iter().position(|other| other.company == story.company) == Some(at);
        (story.uuid, at == 3, first)
    })
}

/// Goods for a document without any.
pub(super) fn goods(seed: u64, text: &str, count: u64) -> Vec<Row> {
    let mut chance = Chance::of(seed, text);
    (0..count).map(|_| row(&mut chance)).collect()
}

/// A date as Russian forms show it.
pub(super) fn day(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// An amount of kopecks as Russian forms show it: `12 345,60` with no-break spaces.
pub(super) fn money(kopecks: u64) -> String {
    let whole = (kopecks / 100).to_string();
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    format!("{text},{:02}", kopecks % 100)
}

/// A document or counterparty that the portal of the office knows too.
struct Story {
    uuid: &'static str,
    deal: u64,
    company: u64,
    customer: &'static str,
}

const fn story(uuid: &'static str, deal: u64, company: u64, customer: &'static str) -> Story {
    Story {
        uuid,
        deal,
        company,
        customer,
    }
}

const STORIES: [Story; 6] = [
    story("312e175a-c9c9-11ec-8936-000c29dddd38", 123, 21, "ООО «Зерно»"),
    story("5828755a-8819-11ed-89ab-000c29dddd38", 124, 22, "АО «Новый офис»"),
    story("c3314ae6-6899-11e8-8780-b06ebf2faaf6", 125, 23, "ИП Чайкин"),
    story("51012ccc-397d-11de-b595-00055d80a2b9", 125, 23, "ИП Чайкин"),
    story("12345678-1234-5678-9abc-123456789abc", 126, 21, "ООО «Зерно»"),
    story("3d71007f-8d04-11dc-8ca0-000d8843cd1b", 128, 23, "ИП Чайкин"),
];

fn party_name(seed: u64, kind: Kind, uuid: &str) -> String {
    if let Some(story) = STORIES.iter().find(|story| story.uuid == uuid) {
        return story.customer.to_owned();
    }
    let mut chance = Chance::of(seed, &format!("name/{}/{uuid}", kind.name));
    let form = chance.pick(&["ООО", "АО", "ООО", "ИП"]);
    if form == "ИП" {
        let surname = chance.pick(&["Кузнецов", "Смирнова", "Орлов", "Лебедева", "Громов", "Белова"]);
        return format!(
            "ИП {surname} {}.{}.",
            chance.pick(&["А", "В", "Е", "Н"]),
            chance.pick(&["А", "И", "П", "С"])
        );
    }
    let first = chance.pick(&[
        "Северный",
        "Новый",
        "Торговый",
        "Западный",
        "Первый",
        "Балтийский",
        "Уральский",
    ]);
    let second = chance.pick(&["дом", "ветер", "путь", "мост", "берег", "склад", "квартал", "стандарт"]);
    format!("{form} «{first} {second}»")
}

fn product(chance: &mut Chance) -> String {
    let what = chance.pick(&[
        "Бумага офисная",
        "Дрель ударная",
        "Чайник электрический",
        "Кабель силовой",
        "Стол письменный",
        "Лампа настольная",
        "Набор отверток",
        "Папка-регистратор",
        "Картридж",
        "Перчатки рабочие",
    ]);
    format!(
        "{what} {}-{}",
        chance.pick(&["А", "БМ", "КР", "ПТ", "СВ"]),
        100 + chance.below(900)
    )
}

fn row(chance: &mut Chance) -> Row {
    Row {
        product: product(chance),
        unit: chance.pick(&["шт", "уп", "м", "компл"]),
        count: 1 + chance.below(24),
        price: 100 * (90 + chance.below(18_000)) + 10 * chance.below(10),
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::configuration;
    use super::*;

    const UUID: &str = "3d71007f-8d04-11dc-8ca0-000d8843cd1b";

    #[test]
    fn the_same_link_leads_to_the_same_order() {
        let ut = configuration("ut").unwrap();
        let kind = ut.kind("Документ", "ЗаказКлиента").unwrap();
        let order = object(1, &ut, kind, UUID).unwrap();
        assert_eq!(object(1, &ut, kind, UUID), Some(order.clone()));
        assert_ne!(object(2, &ut, kind, UUID), Some(order.clone()));
        assert!(order.presentation().starts_with("Заказ клиента 0000-"));
        assert_eq!(
            order.link(),
            "e1cib/data/Документ.ЗаказКлиента?ref=8ca0000d8843cd1b11dc8d043d71007f"
        );
        assert!(order.total() > 0);
        let party = object(1, &ut, ut.party().unwrap(), &order.party).unwrap();
        assert_eq!(party.name, order.name);
    }

    #[test]
    fn a_document_of_the_portal_leads_back_to_its_deal() {
        let ut = configuration("ut").unwrap();
        let kind = ut.kind("Документ", "ЗаказКлиента").unwrap();
        let order = object(1, &ut, kind, "12345678-1234-5678-9abc-123456789abc").unwrap();
        assert_eq!(
            (order.deal, order.company, order.name.as_str()),
            (126, 21, "ООО «Зерно»")
        );
        assert_eq!(order.party, "312e175a-c9c9-11ec-8936-000c29dddd38");
        let customer = object(1, &ut, ut.party().unwrap(), &order.party).unwrap();
        assert_eq!((customer.company, customer.name.as_str()), (21, "ООО «Зерно»"));
    }

    #[test]
    fn a_deleted_object_is_none() {
        let ut = configuration("ut").unwrap();
        assert_eq!(
            object(1, &ut, ut.kinds[0], "ffffffff-8d04-11dc-8ca0-000d8843cd1b"),
            None
        );
    }

    #[test]
    fn money_is_written_in_groups() {
        assert_eq!(money(5), "0,05");
        assert_eq!(money(1_234_560), "12\u{a0}345,60");
        assert_eq!(money(100_000_000), "1\u{a0}000\u{a0}000,00");
    }
}
