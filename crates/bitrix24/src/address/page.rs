//! Every page of a portal that has a name, by one table that is read both ways: what a path shows, and the path that
//! shows it. The table follows the binding rules of the portal's own side panel.
//!
//! In a template `{id}` stands for a number above zero, `{code:text}` for one segment or value of any letters,
//! `{rest:many}` for one or more segments, any other name for a number. A value of the query may be written as well
//! (`mycompany=y`); parameters that a template does not name say nothing and are passed over.

mod table;
mod template;
#[cfg(test)]
mod tests;

pub use table::PageKind;
pub use template::Template;

use super::PagePath;
use crate::entity::{Entity, EntityId, EntityType};

/// A page: its kind and what distinguishes it from others of that kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Page {
    kind: PageKind,
    values: Vec<(String, String)>,
    extranet: bool,
}

/// What the path of a page begins with for guests.
const EXTRANET: &str = "/extranet";

/// What makes a page one of the side panel, without menu and header.
const SLIDER: &str = "IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER";

impl Page {
    /// A page with these values, spelled as in addresses; `None` if the kind needs others.
    pub fn new(kind: PageKind, values: &[(&str, &str)]) -> Option<Self> {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let page = Self {
            kind,
            values: values.collect(),
            extranet: false,
        };
        let path = kind.printed().print(&page)?;
        kind.printed().read(&PagePath::parse(&path).ok()?)
    }

    /// The page of an entity.
    pub fn of_entity(entity: Entity) -> Self {
        let id = entity.id.to_string();
        let (kind, values) = match entity.entity_type {
            EntityType::Lead => (PageKind::Lead, vec![("id", id)]),
            EntityType::Deal => (PageKind::Deal, vec![("id", id)]),
            EntityType::Contact => (PageKind::Contact, vec![("id", id)]),
            EntityType::Company => (PageKind::Company, vec![("id", id)]),
            EntityType::Quote => (PageKind::Item, vec![("type", "7".to_owned()), ("id", id)]),
            EntityType::Invoice => (PageKind::Item, vec![("type", "31".to_owned()), ("id", id)]),
            EntityType::Smart(number) => (PageKind::Item, vec![("type", number.number().to_string()), ("id", id)]),
            // The portal does not look at the user in this path; the task decides who may see it.
            EntityType::Task => (PageKind::Task, vec![("user", "0".to_owned()), ("id", id)]),
            EntityType::User => (PageKind::User, vec![("id", id)]),
            EntityType::Chat => (PageKind::Chat, vec![("id", id)]),
            EntityType::Group => (PageKind::Group, vec![("id", id)]),
        };
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value));
        Self {
            kind,
            values: values.collect(),
            extranet: false,
        }
    }

    /// The page of a path, where the portal has the pages at their usual places.
    pub fn of_path(path: &PagePath) -> Option<Self> {
        Self::of_path_with(path, &[])
    }

    /// The same on a portal that has moved some of them; pages at their usual places are known as well.
    pub fn of_path_with(path: &PagePath, moved: &[Template]) -> Option<Self> {
        let usual = table::templates().iter();
        moved.iter().chain(usual).find_map(|template| template.read(path))
    }

    /// What it is.
    pub fn kind(&self) -> PageKind {
        self.kind
    }

    /// One of its values, as its address spells it.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// It is the one that guests see.
    pub fn is_extranet(&self) -> bool {
        self.extranet
    }

    /// Its path.
    pub fn path(&self) -> PagePath {
        self.path_with(&[])
    }

    /// Its path on a portal that has moved some pages.
    pub fn path_with(&self, moved: &[Template]) -> PagePath {
        let template = moved.iter().find(|template| template.kind() == self.kind);
        let printed = template.and_then(|template| template.print(self));
        PagePath::known(
            printed
                .or_else(|| self.kind.printed().print(self))
                .unwrap_or_else(|| "/".to_owned()),
        )
    }

    /// The entity that it shows.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other kinds show something else")]
    pub fn entity(&self) -> Option<Entity> {
        let entity_type = match self.kind {
            PageKind::Lead => EntityType::Lead,
            PageKind::Deal => EntityType::Deal,
            PageKind::Contact => EntityType::Contact,
            PageKind::Company => EntityType::Company,
            PageKind::Quote => EntityType::Quote,
            PageKind::Item | PageKind::SolutionItem => EntityType::from_number(self.value("type")?.parse().ok()?)?,
            PageKind::Task
            | PageKind::TaskOfGroup
            | PageKind::TaskOfGuest
            | PageKind::TaskAlone
            | PageKind::TaskEdit
            | PageKind::TaskEditOfGroup => EntityType::Task,
            PageKind::User | PageKind::Guest => EntityType::User,
            PageKind::Chat | PageKind::ChatMessage => EntityType::Chat,
            PageKind::Group => EntityType::Group,
            _ => return None,
        };
        let id = EntityId::parse(self.value("id").or_else(|| self.value("task"))?)?;
        Some(Entity { entity_type, id })
    }
}

impl PagePath {
    /// What the path shows, if it is a page with a name.
    pub fn page(&self) -> Option<Page> {
        Page::of_path(self)
    }

    /// The same page as the side panel shows it: without menu and header.
    #[must_use]
    pub fn in_slider(&self) -> Self {
        if self.is_slider() {
            return self.clone();
        }
        let (before, fragment) = self
            .as_str()
            .split_once('#')
            .map_or((self.as_str(), ""), |(path, rest)| (path, rest));
        let sign = if before.contains('?') { '&' } else { '?' };
        let fragment = if fragment.is_empty() {
            String::new()
        } else {
            format!("#{fragment}")
        };
        Self::known(format!("{before}{sign}{SLIDER}{fragment}"))
    }

    /// The same page with menu and header.
    #[must_use]
    pub fn out_of_slider(&self) -> Self {
        if !self.is_slider() {
            return self.clone();
        }
        let (before, fragment) = self
            .as_str()
            .split_once('#')
            .map_or((self.as_str(), None), |(path, rest)| (path, Some(rest)));
        let (path, query) = before.split_once('?').unwrap_or((before, ""));
        let of_slider = |part: &&str| {
            let name = part.split('=').next().unwrap_or_default();
            !matches!(name, "IFRAME" | "IFRAME_TYPE")
        };
        let kept: Vec<&str> = query.split('&').filter(of_slider).collect();
        let mut text = path.to_owned();
        if !kept.is_empty() {
            text.push('?');
            text.push_str(&kept.join("&"));
        }
        if let Some(fragment) = fragment {
            text.push('#');
            text.push_str(fragment);
        }
        Self::known(text)
    }

    /// The portal takes it for a page of the side panel: any `IFRAME` in the query does.
    pub fn is_slider(&self) -> bool {
        self.query_value("IFRAME").is_some()
    }
}
