//! The objects of an entity, in the order in which their sources are believed.
use bitrix24::Entity;
use onec::{NavigationLink, Ref};
use serde_json::Value;

use super::facts::{EntityFacts, ExternalDocument};
use super::{Candidate, Origin, own_field};
use crate::link::{BaseName, Link};
use crate::plan::{base_at, base_of_portal};
use crate::settings::{BaseSettings, EXTERNAL_FIELD, PortalMapping, Settings};

/// Every object that the facts lead to, each once: user fields with a link (those that the mapping names first), the
/// external address, activities of external channels, identifiers of the external system.
pub fn candidates(portal: &str, entity: Entity, facts: &EntityFacts, settings: &Settings) -> Vec<Candidate> {
    let sources = Sources {
        portal,
        entity,
        facts,
        settings,
        mapping: settings.mapping(portal),
    };
    let mut found: Vec<Candidate> = Vec::new();
    let all = sources
        .fields()
        .into_iter()
        .chain(sources.documents())
        .chain(sources.external());
    for candidate in all {
        match found.iter_mut().find(|known| same(&known.link, &candidate.link)) {
            // The same object under a name that says more.
            Some(known) if known.label == known.kind => known.label = candidate.label,
            Some(_) => {}
            None => found.push(candidate),
        }
    }
    found
}

struct Sources<'a> {
    portal: &'a str,
    entity: Entity,
    facts: &'a EntityFacts,
    settings: &'a Settings,
    mapping: PortalMapping,
}

impl<'a> Sources<'a> {
    fn fields(&self) -> Vec<Candidate> {
        let fields = &self.facts.fields;
        let mut names: Vec<&str> = fields
            .keys()
            .map(String::as_str)
            .filter(|name| is_user_field(name))
            .collect();
        let named: Vec<&str> = self
            .mapping
            .fields
            .iter()
            .filter_map(|name| own_field(fields, name))
            .collect();
        let place = |name: &str| {
            let named = named.iter().position(|known| *known == name);
            (named.unwrap_or(named_last(name)), name.to_owned())
        };
        names.sort_by_key(|name| place(name));
        let mut found = Vec::new();
        for name in names {
            for text in texts(&fields[name]) {
                found.extend(self.of_text(text, "", &Origin::Field { name: name.to_owned() }));
            }
        }
        found
    }

    fn documents(&self) -> Vec<Candidate> {
        let documents = self.facts.documents.iter();
        documents.filter_map(|document| self.of_document(document)).collect()
    }

    fn of_document(&self, document: &ExternalDocument) -> Option<Candidate> {
        let ExternalDocument {
            originator,
            url,
            subject,
        } = document;
        let mut hosts = self.facts.hosts.iter().filter(|known| known.originator == *originator);
        let address = hosts.next().and_then(|known| address(&known.host, url));
        let at_host = address.and_then(|address| self.of_text(&address, subject, &Origin::Activity));
        at_host.or_else(|| {
            if url.contains("://") {
                return self.of_text(url, subject, &Origin::Activity);
            }
            // The host may be known under another name: then the mapping says which base the system is.
            let (_, place) = url.split_once('#')?;
            let nav = NavigationLink::parse(place).ok()?;
            of_nav(self.base_of(originator)?, nav, subject, Origin::Activity)
        })
    }

    fn external(&self) -> Option<Candidate> {
        let (facts, mapping) = (self.facts, &self.mapping);
        if let (Some(originator), Some(id)) = (facts.text("originatorId"), facts.text("originId")) {
            let base = self.base_of(&originator)?;
            if let Ok(nav) = NavigationLink::parse(&id) {
                return of_nav(base, nav, "", Origin::External);
            }
            return self.of_reference(base, &id);
        }
        // Smart processes and invoices have one identifier and no name of its system.
        let id = facts.text("xmlId")?;
        let portals = self
            .settings
            .portal(self.portal)
            .and_then(|portal| base_of_portal(portal, self.settings));
        let mapped: Vec<&str> = mapping
            .kinds_of(self.entity.entity_type)
            .map(|kind| kind.base.as_str())
            .collect();
        let base = portals.filter(|base| mapped.contains(&base.alias.as_str()));
        self.of_reference(base.or_else(|| self.settings.base(mapped.first()?))?, &id)
    }

    fn of_reference(&self, base: &BaseSettings, id: &str) -> Option<Candidate> {
        let reference = Ref::parse_either(id).ok()?;
        let mut kinds = self.mapping.kinds_of(self.entity.entity_type);
        let of = kinds.find(|kind| kind.base == base.alias)?.object_type()?;
        of_nav(base, NavigationLink::Object { of, reference }, "", Origin::External)
    }

    fn base_of(&self, originator: &str) -> Option<&'a BaseSettings> {
        self.settings.base(self.mapping.base_of(originator)?)
    }

    fn of_text(&self, text: &str, label: &str, origin: &Origin) -> Option<Candidate> {
        let Link::Onec { base, address, nav } = Link::parse(text).ok()? else {
            return None;
        };
        let settings = self.settings;
        let base = match (&base, &address) {
            (Some(alias), _) => settings.base(alias.as_str())?,
            (None, Some(address)) => base_at(address, settings)?,
            (None, None) => base_of_portal(settings.portal(self.portal)?, settings)?,
        };
        of_nav(base, nav, label, origin.clone())
    }
}

/// Whether two links lead to the same place: kinds have names in two languages.
fn same(one: &str, other: &str) -> bool {
    one == other || Link::parse(one).is_ok_and(|one| Link::parse(other).as_ref() == Ok(&one))
}

/// The link to a place of a base, by its alias; none for an alias that no link can name.
pub(super) fn place_in(base: &BaseSettings, nav: NavigationLink) -> Option<Link> {
    let alias = BaseName::parse(&base.alias).ok()?;
    Some(Link::Onec {
        base: Some(alias),
        address: None,
        nav,
    })
}

/// A place of a base as a candidate.
pub(super) fn of_nav(base: &BaseSettings, nav: NavigationLink, label: &str, origin: Origin) -> Option<Candidate> {
    let kind = nav.object().map_or_else(|| nav.to_string(), |(of, _)| of.to_string());
    Some(Candidate {
        link: place_in(base, nav)?.canonical(),
        label: if label.is_empty() {
            kind.clone()
        } else {
            label.to_owned()
        },
        kind,
        base: base.name.clone(),
        origin,
    })
}

/// `UF_CRM_...` in classic calls, `ufCrm...` in universal ones.
fn is_user_field(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("uf"))
}

/// Fields that the mapping does not name come after all that it names, and the one of the connector after these.
fn named_last(name: &str) -> usize {
    let bare = |text: &str| text.replace('_', "").to_lowercase();
    usize::MAX - usize::from(bare(name) != bare(EXTERNAL_FIELD))
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// The address of a document: what the connector's host and the activity say, joined as the portal joins them. A host
/// without a scheme is one of the web.
fn address(host: &str, url: &str) -> Option<String> {
    if url.contains("://") {
        return None;
    }
    let host = host.trim_end_matches('/');
    let scheme = if host.contains("://") { "" } else { "https://" };
    let slash = if url.starts_with('/') || url.starts_with('#') {
        ""
    } else {
        "/"
    };
    Some(format!("{scheme}{host}{slash}{url}"))
}
