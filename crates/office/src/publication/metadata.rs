//! The metadata of a configuration as a session receives it at its start: about a thousand objects with their
//! attributes, from which the page builds types, rights and the search of commands.

use serde_json::{Value, json};

use super::catalogue::Configuration;
use super::chance::Chance;

/// How many objects the configuration has beside those with forms; a trade configuration has several thousand.
const OBJECTS: usize = 1_800;

/// The metadata of a base as a JSON text.
pub(super) fn metadata(seed: u64, configuration: &Configuration) -> String {
    let mut chance = Chance::of(seed, configuration.title);
    let mut objects: Vec<Value> = configuration
        .kinds
        .iter()
        .map(|kind| object(&mut chance, kind.ru, kind.name.to_owned(), kind.many.to_owned(), true))
        .collect();
    for number in 0..OBJECTS {
        let kind = chance.pick(&[
            "Документ",
            "Справочник",
            "Отчет",
            "Обработка",
            "РегистрСведений",
            "РегистрНакопления",
        ]);
        let (first, first_synonym) = word(&mut chance);
        let (second, second_synonym) = word(&mut chance);
        let name = format!("{first}{second}{number}");
        let synonym = format!("{first_synonym} {} {number}", second_synonym.to_lowercase());
        objects.push(object(&mut chance, kind, name, synonym, false));
    }
    json!({"root": {"configuration": configuration.title, "objects": objects}}).to_string()
}

fn object(chance: &mut Chance, kind: &str, name: String, synonym: String, open: bool) -> Value {
    let attributes: Vec<Value> = (0..6 + chance.below(10))
        .map(|number| {
            let (first, synonym) = word(chance);
            let of = chance.pick(&["Строка", "Число", "Дата", "Булево", "Ссылка", "ХранилищеЗначения"]);
            json!([format!("{first}{number}"), synonym, of, chance.below(150)])
        })
        .collect();
    json!({"k": kind, "n": name, "s": synonym, "a": attributes, "r": chance.below(4_096), "o": open})
}

fn word(chance: &mut Chance) -> (&'static str, &'static str) {
    const WORDS: [(&str, &str); 20] = [
        ("Заказ", "Заказ"),
        ("Оплата", "Оплата"),
        ("Расчеты", "Расчеты"),
        ("Склад", "Склад"),
        ("Номенклатура", "Номенклатура"),
        ("Поставщик", "Поставщик"),
        ("Договор", "Договор"),
        ("Период", "Период"),
        ("Подразделение", "Подразделение"),
        ("Валюта", "Валюта"),
        ("ВидЦены", "Вид цены"),
        ("Настройки", "Настройки"),
        ("Пользователь", "Пользователь"),
        ("Маршрут", "Маршрут"),
        ("Остатки", "Остатки"),
        ("Резерв", "Резерв"),
        ("Скидка", "Скидка"),
        ("Доставка", "Доставка"),
        ("Партнер", "Партнер"),
        ("Организация", "Организация"),
    ];
    let at = usize::try_from(chance.below(WORDS.len() as u64)).unwrap_or_default();
    WORDS.get(at).copied().unwrap_or(("Реквизит", "Реквизит"))
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::configuration;
    use super::*;

    #[test]
    fn the_metadata_names_every_kind_with_a_form() {
        let ut = configuration("ut").unwrap();
        let text = metadata(1, &ut);
        assert!((1_000_000..2_500_000).contains(&text.len()), "{}", text.len());
        let value: Value = serde_json::from_str(&text).unwrap();
        let objects = value["root"]["objects"].as_array().unwrap();
        assert_eq!(objects.len(), OBJECTS + ut.kinds.len());
        assert!(objects.iter().any(|object| object["n"] == "ЗаказКлиента"));
    }
}
