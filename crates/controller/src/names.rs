//! What the entities of notes are called: asked for when the inbox is looked at, all of a portal in one call, and kept.
use std::collections::{BTreeMap, BTreeSet};

use bitrix24::{Entity, Page as PortalPage};
use hotstart_core::Timestamp;
use hotstart_core::failure::Failure;
use hotstart_core::inbox::Note;
use hotstart_core::link::Link;
use hotstart_core::resolve::EntityCard;
use hotstart_core::view::{NoteCard, Page};

use crate::controller::Controller;
use crate::job::Finished;
use crate::links::LinksDone;

/// How many of the newest notes have names.
const NOTES: usize = 50;

/// How long a name is good, in milliseconds.
const KEPT: u64 = 10 * 60_000;

/// How many names are kept.
const MOST: usize = 500;

/// The names of entities.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By portal and entity: the name, if the portal has told one, and when it was asked.
    known: BTreeMap<(String, Entity), (Option<String>, Timestamp)>,
    /// Portals that are being asked.
    asking: BTreeSet<String>,
}

impl Controller {
    /// Asks for names that are missing, if somebody looks at the inbox.
    pub(crate) fn ask_names(&mut self) {
        if self.shown_view.is_none() || self.state.page != Page::Inbox {
            return;
        }
        let now = self.now();
        let mut missing: BTreeMap<String, Vec<Entity>> = BTreeMap::new();
        for note in self.state.inbox.iter().take(NOTES) {
            let Some((portal, entity)) = self.entity_of_note(note) else {
                continue;
            };
            let known = self.state.names.known.get(&(portal.clone(), entity));
            if known.is_none_or(|(_, asked)| now.since(*asked) > KEPT) {
                let of_portal = missing.entry(portal).or_default();
                if !of_portal.contains(&entity) {
                    of_portal.push(entity);
                }
            }
        }
        for (portal, entities) in missing {
            if !self.state.names.asking.insert(portal.clone()) {
                continue;
            }
            let work = self.ports.entities.titles(portal.clone(), entities.clone());
            self.job(work, move |result| {
                Finished::Links(Box::new(LinksDone::Named {
                    portal,
                    entities,
                    result,
                }))
            });
        }
    }

    pub(crate) fn named(
        &mut self,
        portal: &str,
        entities: Vec<Entity>,
        result: Result<Vec<(Entity, String)>, Failure>,
    ) {
        let now = self.now();
        let names = &mut self.state.names;
        names.asking.remove(portal);
        // Names are a courtesy: where there are none, type and id stand, and nobody is told of a failure.
        let titles = result.unwrap_or_default();
        if names.known.len() + entities.len() > MOST {
            names.known.retain(|_, (_, asked)| now.since(*asked) <= KEPT / 10);
        }
        for entity in entities {
            let title = titles
                .iter()
                .find(|(known, _)| *known == entity)
                .map(|(_, title)| title.clone());
            names.known.insert((portal.to_owned(), entity), (title, now));
        }
    }

    /// The cards of the newest notes, as far as their names are known.
    pub(crate) fn note_cards(&self) -> Vec<NoteCard> {
        if self.state.page != Page::Inbox {
            return Vec::new();
        }
        let card = |note: &Note| {
            let (portal, entity) = self.entity_of_note(note)?;
            let (title, _) = self.state.names.known.get(&(portal.clone(), entity))?;
            Some(NoteCard {
                note: note.id.clone(),
                card: EntityCard::new(&self.state.settings.mapping(&portal), entity, title.as_deref()?),
            })
        };
        self.state.inbox.iter().take(NOTES).filter_map(card).collect()
    }

    fn entity_of_note(&self, note: &Note) -> Option<(String, Entity)> {
        let Link::B24 { portal, path, .. } = Link::parse(note.link.as_deref()?).ok()? else {
            return None;
        };
        let portal = portal.to_string();
        self.state.settings.portal(&portal)?;
        let moved = self.state.settings.mapping(&portal).page_templates();
        let entity = PortalPage::of_path_with(&path, &moved)?.entity()?;
        Some((portal, entity))
    }
}
