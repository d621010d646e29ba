//! What the product asks of a portal, and what each right is for.
use crate::settings::ConnectionKind;
use crate::texts::{Key, Language, text};
use crate::view::MissingScope;

/// A right that a webhook or an application can be given.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// The portal's name of it.
    pub name: &'static str,
    /// What it is for.
    pub purpose: Key,
}

const CRM: Scope = scope("crm", Key::ScopeCrm);
const IM: Scope = scope("im", Key::ScopeIm);
const PULL: Scope = scope("pull", Key::ScopePull);
const PULL_CHANNEL: Scope = scope("pull_channel", Key::ScopePullChannel);

const fn scope(name: &'static str, purpose: Key) -> Scope {
    Scope { name, purpose }
}

/// What a connection of this kind should have. A session may whatever its user may.
pub const fn wanted(kind: ConnectionKind) -> &'static [Scope] {
    match kind {
        ConnectionKind::Webhook => &[CRM, IM, PULL_CHANNEL],
        ConnectionKind::Application => &[CRM, IM, PULL],
        ConnectionKind::Session => &[],
    }
}

/// What a connection lacks that was given these.
pub fn missing(kind: ConnectionKind, given: &[String]) -> Vec<String> {
    let names = wanted(kind).iter().map(|scope| scope.name);
    let lacks = |name: &&str| !given.iter().any(|given| given == name);
    names.filter(lacks).map(str::to_owned).collect()
}

/// What is missing, with what each is for.
pub fn explained(kind: ConnectionKind, missing: &[String], language: Language) -> Vec<MissingScope> {
    let known = |name: &String| wanted(kind).iter().find(|scope| scope.name == name);
    let explain = |name: &String| MissingScope {
        scope: name.clone(),
        purpose: known(name).map_or_else(String::new, |scope| text(language, scope.purpose, &[])),
    };
    missing.iter().map(explain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_its_purpose() {
        let given = ["im".to_owned(), "crm".to_owned(), "task".to_owned()];
        for (kind, lacks) in [
            (ConnectionKind::Webhook, vec!["pull_channel"]),
            (ConnectionKind::Application, vec!["pull"]),
            (ConnectionKind::Session, vec![]),
        ] {
            let missing = missing(kind, &given);
            assert_eq!(missing, lacks);
            for language in [Language::Ru, Language::En] {
                assert!(
                    explained(kind, &missing, language)
                        .iter()
                        .all(|scope| !scope.purpose.is_empty())
                );
            }
        }
    }
}
