//! Every text that a person reads, Russian first: one catalogue for the tray, notifications, journal and the pages.
//!
//! A key has both languages or the crate does not compile. Placeholders stand in braces. The pages get the same
//! catalogue by an exported file, so a word is changed in one place.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Code;
use crate::link::LinkRefused;

mod catalogue;
mod checks;
mod failures;
mod refusals;

pub use catalogue::{CATALOGUE, Key};
pub use checks::Finding;

/// A language of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Russian.
    pub ru: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// The text in one language, placeholders untouched.
    pub const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Ru => self.ru,
            Language::En => self.en,
        }
    }
}

/// The text of a key, with its placeholders filled.
pub fn text(language: Language, key: Key, parameters: &[(&str, &str)]) -> String {
    fill(key.text().of(language), parameters)
}

/// The text of a failure, with the next step.
pub fn failure(language: Language, code: Code, parameters: &[(&str, &str)]) -> String {
    fill(failures::text(code).of(language), parameters)
}

/// The text of a failure where some of its parameters are not known any more: `unsaid` stands for them.
pub fn failure_with(language: Language, code: Code, parameters: &[(&str, &str)], unsaid: &str) -> String {
    let template = failures::text(code).of(language);
    let names = template.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let mut all = parameters.to_vec();
    all.extend(names.map(|(name, _)| (name, unsaid)));
    fill(template, &all)
}

/// A text of a check, with its placeholders filled.
pub(crate) fn filled(text: Text, language: Language, parameters: &[(&str, &str)]) -> String {
    fill(text.of(language), parameters)
}

/// Why a link was refused, by the written code of the reason.
pub fn refusal(language: Language, code: &str) -> Option<&'static str> {
    let refused = LinkRefused::ALL.iter().find(|refused| refused.code() == code)?;
    Some(refusals::text(*refused).of(language))
}

/// One of three forms by the Russian rule (1 файл, 2 файла, 5 файлов); English uses the first and the last.
pub const fn plural(language: Language, count: u64) -> usize {
    match language {
        Language::En => {
            if count == 1 {
                0
            } else {
                2
            }
        }
        Language::Ru => {
            let tens = count % 100;
            match count % 10 {
                1 if tens != 11 => 0,
                2..=4 if tens < 12 || tens > 14 => 1,
                _ => 2,
            }
        }
    }
}

/// Fills `{name}` by the parameter of that name in one pass; an unknown placeholder stays visible, and a value is
/// never searched for placeholders itself.
fn fill(template: &str, parameters: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let value = after.find('}').and_then(|close| {
            parameters
                .iter()
                .find(|(name, _)| *name == &after[..close])
                .map(|(_, value)| (close, value))
        });
        if let Some((close, value)) = value {
            filled.push_str(value);
            rest = &after[close + 1..];
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_unknown_ones_stay() {
        assert_eq!(fill("a {x} {y} {", &[("x", "{y}")]), "a {y} {y} {");
    }

    #[test]
    fn russian_counts_have_three_forms() {
        let forms: Vec<usize> = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111]
            .map(|count| plural(Language::Ru, count))
            .into();
        assert_eq!(forms, [2, 0, 1, 1, 2, 2, 2, 2, 0, 1, 2, 0, 2]);
    }

    #[test]
    fn both_languages_of_a_text_have_the_same_placeholders() {
        let names = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names
        };
        for (key, text) in CATALOGUE {
            assert_eq!(names(text.ru), names(text.en), "{key}");
        }
        for code in Code::ALL {
            let text = failures::text(code);
            assert_eq!(names(text.ru), names(text.en), "{}", code.as_str());
        }
    }
}
