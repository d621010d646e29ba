//! From an entity to its 1C objects: what the fields of the entity say.
//!
//! The first slice reads the user fields of the entity (among them `UF_CRM_EXTERNAL_URL`, where the vendor's connector
//! keeps an address of the 1C web client): any value that can be understood as a link into a base counts.
use crate::link::{BaseName, Link};
use crate::plan::{base_at, base_of_portal};
use crate::ports::EntityFields;
use crate::settings::Settings;

/// One object that a field leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The canonical link that opens it.
    pub link: String,
    /// What it is: kind and name.
    pub label: String,
    /// The name of its base.
    pub base: String,
}

/// Every object that the user fields lead to, each once, in the order of the field names.
pub fn candidates(portal: &str, fields: &EntityFields, settings: &Settings) -> Vec<Candidate> {
    let mut names: Vec<&String> = fields.keys().filter(|name| is_user_field(name)).collect();
    names.sort();
    let mut found: Vec<Candidate> = Vec::new();
    for name in names {
        for text in texts(&fields[name]) {
            if let Some(candidate) = candidate(portal, text, settings)
                && !found.iter().any(|known| known.link == candidate.link)
            {
                found.push(candidate);
            }
        }
    }
    found
}

/// `UF_CRM_...` in classic calls, `ufCrm...` in universal ones.
fn is_user_field(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("uf"))
}

fn texts(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(values) => values.iter().filter_map(serde_json::Value::as_str).collect(),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Object(_) => Vec::new(),
    }
}

fn candidate(portal: &str, text: &str, settings: &Settings) -> Option<Candidate> {
    let Link::Onec { base, address, nav } = Link::parse(text).ok()? else {
        return None;
    };
    let base = match (&base, &address) {
        (Some(alias), _) => settings.base(alias.as_str())?,
        (None, Some(address)) => base_at(address, settings)?,
        (None, None) => base_of_portal(settings.portal(portal)?, settings)?,
    };
    let label = nav.object().map_or_else(|| nav.to_string(), |(of, _)| of.to_string());
    let alias = BaseName::parse(&base.alias).ok()?;
    let link = Link::Onec {
        base: Some(alias),
        address: None,
        nav,
    };
    Some(Candidate {
        link: link.canonical(),
        label,
        base: base.name.clone(),
    })
}
