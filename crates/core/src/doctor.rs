//! What the doctor found: values that a program prints and a page shows. Who looks is elsewhere; here is only what a
//! finding means, and its words in [`texts`](crate::texts).
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Failure;
use crate::texts::{self, Language, Text};

pub use crate::texts::Finding;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and something about it will get in the way.
    Warning,
    /// It does not work.
    Failed,
    /// This desk cannot see it, or an earlier check has failed.
    NotChecked,
}

/// One check that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was found; it carries the code and the verdict.
    pub finding: Finding,
    /// What was looked at: the alias of a base, the host of a portal.
    pub about: Option<String>,
    /// Values for the placeholders of the texts. Never a secret, never a whole address with a query.
    pub parameters: BTreeMap<&'static str, String>,
    /// The failure behind it, whose text stands for the placeholder `failure`.
    pub failure: Option<Failure>,
    /// What it was found on, where that is not what the finding says by itself: certificates are those of a publication
    /// unless told otherwise.
    pub area: Option<&'static str>,
    /// Sentences after the evidence: what else was seen.
    pub further: Vec<Text>,
    /// Sentences after the advice: what else is to be done.
    pub steps: Vec<Text>,
}

impl Check {
    /// A finding without parameters.
    pub const fn new(finding: Finding) -> Self {
        Self {
            finding,
            about: None,
            parameters: BTreeMap::new(),
            failure: None,
            area: None,
            further: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The same check, and this was seen too.
    #[must_use]
    pub fn seen(mut self, text: Text) -> Self {
        self.further.push(text);
        self
    }

    /// The same check, and this is to be done too.
    #[must_use]
    pub fn step(mut self, text: Text) -> Self {
        self.steps.push(text);
        self
    }

    /// The same finding on something else: the first part of its code becomes `area`.
    #[must_use]
    pub const fn on(mut self, area: &'static str) -> Self {
        self.area = Some(area);
        self
    }

    /// The stable code of the check.
    pub fn code(&self) -> String {
        let code = self.finding.code();
        match (self.area, code.split_once('.')) {
            (Some(area), Some((_, what))) => format!("{area}.{what}"),
            (Some(_), None) | (None, _) => code.to_owned(),
        }
    }

    /// The same check of this base or portal.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// The same check with a value for the placeholder `name`, on one line and of bearable length: most come from a server.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.parameters.insert(name, tidy(value.as_ref()));
        self
    }

    /// The same check with the failure that it met.
    #[must_use]
    pub fn because(mut self, failure: Failure) -> Self {
        self.failure = Some(failure);
        self
    }

    /// How it ended.
    pub const fn verdict(&self) -> Verdict {
        self.finding.verdict()
    }

    /// The check in the words of a language.
    pub fn view(&self, language: Language) -> CheckView {
        let failure = self.failure.as_ref().map(|failure| failure.text(language));
        let mut parameters: Vec<(&str, &str)> = self
            .parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        parameters.extend(failure.as_deref().map(|text| ("failure", text)));
        CheckView {
            code: self.code(),
            finding: self
                .failure
                .as_ref()
                .map_or(self.finding.as_str(), Failure::code_text)
                .to_owned(),
            about: self.about.clone(),
            verdict: self.verdict(),
            evidence: sentences(Some(self.finding.evidence()), &self.further, language, &parameters)
                .unwrap_or_default(),
            advice: sentences(self.finding.advice(), &self.steps, language, &parameters),
        }
    }
}

/// A check as a program prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckView {
    /// What was checked, a stable code (`publication.certificate`).
    pub code: String,
    /// What was found, a stable word within the code (`expired`), or the code of the failure that was met.
    pub finding: String,
    /// The base or portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen.
    pub evidence: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// The sentences of a text and those after it; none where there are none.
fn sentences(first: Option<Text>, more: &[Text], language: Language, parameters: &[(&str, &str)]) -> Option<String> {
    let all = first.iter().chain(more);
    let all: Vec<String> = all.map(|text| texts::filled(*text, language, parameters)).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// Longest value that is shown, in characters.
const LONGEST: usize = 200;

fn tidy(value: &str) -> String {
    let line = value.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::failure::Code;

    #[test]
    fn every_finding_has_its_own_name_and_whoever_failed_gets_advice() {
        let names: HashSet<_> = Finding::ALL
            .iter()
            .map(|finding| (finding.code(), finding.as_str()))
            .collect();
        assert_eq!(names.len(), Finding::ALL.len());
        for finding in Finding::ALL {
            let wants = matches!(finding.verdict(), Verdict::Failed | Verdict::Warning);
            assert!(!wants || finding.advice().is_some(), "{finding:?}");
        }
    }

    #[test]
    fn both_languages_have_the_same_placeholders() {
        let names = |text: &str| -> Vec<String> {
            let parts = text.split('{').skip(1);
            let mut names: Vec<String> = parts
                .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
                .collect();
            names.sort();
            names
        };
        for finding in Finding::ALL {
            for text in [Some(finding.evidence()), finding.advice()].into_iter().flatten() {
                assert_eq!(names(text.ru), names(text.en), "{finding:?}");
            }
        }
    }

    #[test]
    fn a_check_is_told_with_its_values() {
        let check = Check::new(Finding::CertificateExpired)
            .about("ut")
            .with("name", "1c.example.ru\u{1b}[31m")
            .with("until", "2026-01-02");
        let view = check.view(Language::En);
        assert_eq!(
            (view.code.as_str(), view.finding.as_str()),
            ("publication.certificate", "expired")
        );
        assert!(view.evidence.contains("1c.example.ru [31m") && view.evidence.contains("2026-01-02"));
        let printed = serde_json::to_value(&view).unwrap();
        assert_eq!(
            (&printed["verdict"], &printed["about"]),
            (&"failed".into(), &"ut".into())
        );
        let other = Check::new(Finding::CertificateOwn).on("portal").view(Language::En);
        assert_eq!(
            (other.code.as_str(), other.finding.as_str()),
            ("portal.certificate", "self-signed")
        );
        let failed = Check::new(Finding::KeyringFailed).because(Failure::new(Code::AuthRefused).with("portal", "p.ru"));
        let view = failed.view(Language::Ru);
        assert_eq!(view.finding, "auth.refused");
        assert!(view.evidence.contains("p.ru"));
    }
}
