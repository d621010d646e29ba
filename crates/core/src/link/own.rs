//! The grammar behind `hotstart://`. Segments are cut first and decoded once afterwards, so an escaped slash never cuts.

use std::fmt;

use bitrix24::{Entity, EntityId, EntityType, PagePath, Portal};
use onec::{NavRefused, NavigationLink, ObjectType};

use super::base::BaseName;
use super::refused::LinkRefused;
use super::{Link, PageSpelling};

/// A page of the settings window: Latin letters in lower case, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SettingsPage(String);

impl SettingsPage {
    /// Takes decoded text, in any case of letters.
    pub fn parse(text: &str) -> Result<Self, LinkRefused> {
        let fits = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.len() <= 40
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(LinkRefused::Page)
        }
    }

    /// The name of the page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SettingsPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads what stands behind `hotstart://`.
pub(super) fn parse(rest: &str) -> Result<Link, LinkRefused> {
    let (action, tail) = rest.split_once('/').unwrap_or((rest, ""));
    match action.to_ascii_lowercase().as_str() {
        "onec" => onec(tail),
        "crm" => crm(tail),
        "b24" => b24(tail),
        "settings" => settings(tail),
        _ => Err(LinkRefused::Action),
    }
}

/// Reads a portal from one raw segment or authority.
pub(super) fn portal(raw: &str) -> Result<Portal, LinkRefused> {
    let text = decode(raw)?;
    if text.contains('@') {
        return Err(LinkRefused::User);
    }
    Portal::parse(&text).map_err(|_| LinkRefused::Portal)
}

fn onec(tail: &str) -> Result<Link, LinkRefused> {
    let (base, nav) = tail.split_once('/').unwrap_or((tail, ""));
    let base = decode(base)?;
    if base.contains('@') {
        return Err(LinkRefused::User);
    }
    let base = BaseName::parse(&base).map_err(|_| LinkRefused::Base)?;
    Ok(Link::Onec {
        base: Some(base),
        address: None,
        nav: NavigationLink::parse(nav)?,
    })
}

fn crm(tail: &str) -> Result<Link, LinkRefused> {
    let segments: Vec<&str> = tail.strip_suffix('/').unwrap_or(tail).split('/').collect();
    let (name, entity_type, id, object) = match *segments.as_slice() {
        [name, entity_type, id] => (name, entity_type, id, None),
        [name, entity_type, id, new, object] if decode(new)?.eq_ignore_ascii_case("new") => {
            (name, entity_type, id, Some(object))
        }
        _ => return Err(LinkRefused::Crm),
    };
    let portal = portal(name)?;
    let entity_type = EntityType::parse(&decode(entity_type)?)
        .filter(|known| known.is_crm())
        .ok_or(LinkRefused::Type)?;
    let id = EntityId::parse(&decode(id)?).ok_or(LinkRefused::Id)?;
    let entity = Entity { entity_type, id };
    let Some(object) = object else {
        return Ok(Link::Crm { portal, entity });
    };
    let object = ObjectType::parse(&decode(object)?)?;
    if !object.kind.kind.has_reference() {
        return Err(NavRefused::Kind.into());
    }
    Ok(Link::CrmNew { portal, entity, object })
}

fn b24(tail: &str) -> Result<Link, LinkRefused> {
    let (name, path) = tail.split_at(tail.find('/').unwrap_or(tail.len()));
    let portal = portal(name)?;
    let path = PagePath::parse(if path.is_empty() { "/" } else { path })?;
    Ok(Link::B24 {
        portal,
        path,
        spelling: PageSpelling::Hotstart,
    })
}

fn settings(tail: &str) -> Result<Link, LinkRefused> {
    let page = tail.strip_suffix('/').unwrap_or(tail);
    let page = if tail.is_empty() {
        None
    } else {
        Some(SettingsPage::parse(&decode(page)?)?)
    };
    Ok(Link::Settings { page })
}

fn decode(text: &str) -> Result<String, LinkRefused> {
    onec::encoding::decode(text).map_err(|_| LinkRefused::Encoding)
}
