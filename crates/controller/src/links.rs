//! What the page of links asks for, and how its long work ends.
use bitrix24::{Entity, EntityType, PagePath};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::{Link, Source};
use hotstart_core::ports::{EntityFields, FieldWanted, MadeField, Process};
use hotstart_core::resolve::{Candidate, EntityCard, FoundObject, Gathered, Holder, creations};
use hotstart_core::settings::PortalMapping;
use hotstart_core::texts::{Key, Language, text};
use hotstart_core::view::{
    CreationView, FieldView, FieldsView, LinksCommand, LinksView, Page, PortalProcesses, Preview,
};

use crate::controller::Controller;
use crate::job::{Finished, Reply};
use crate::resolving::{Purpose, Searching, Wanted};
use crate::returning::Returning;

/// How a job about links ended.
pub(crate) enum LinksDone {
    /// A portal said what leads from an entity to 1C.
    Gathered {
        wanted: Wanted,
        result: Result<Gathered, Failure>,
    },
    /// A base was searched.
    Searched {
        searching: Searching,
        result: Result<Vec<FoundObject>, Failure>,
    },
    /// A portal said what may lead to an object.
    Held {
        returning: Box<Returning>,
        portal: String,
        result: Result<Vec<Holder>, Failure>,
    },
    /// A link was written by hand.
    Linked {
        portal: String,
        entity: Entity,
        link: String,
        reply: Reply,
        result: Result<(), Failure>,
    },
    /// The smart processes of a portal came.
    Processes {
        portal: String,
        reply: Reply,
        result: Result<Vec<Process>, Failure>,
    },
    /// Fields were made.
    FieldsMade {
        portal: String,
        result: Result<Vec<MadeField>, Failure>,
    },
    /// The names of entities came.
    Named {
        portal: String,
        entities: Vec<Entity>,
        result: Result<Vec<(Entity, String)>, Failure>,
    },
    /// A page of entities that an external system knows came.
    KnownOutside {
        run: u64,
        result: Result<Vec<EntityFields>, Failure>,
    },
    /// Links were written.
    LinksWritten {
        run: u64,
        result: Result<Vec<Result<(), Failure>>, Failure>,
    },
    /// The pause between two pages is over.
    WritingGoesOn { run: u64 },
}

impl Controller {
    pub(crate) fn links_done(&mut self, done: LinksDone) {
        match done {
            LinksDone::Gathered { wanted, result } => self.gathered(wanted, result),
            LinksDone::Searched { searching, result } => self.searched(searching, result),
            LinksDone::Held {
                returning,
                portal,
                result,
            } => self.held(*returning, &portal, result),
            LinksDone::Linked {
                portal,
                entity,
                link,
                reply,
                result,
            } => self.linked(&portal, entity, &link, reply, result),
            LinksDone::Processes { portal, reply, result } => self.processes_came(portal, reply, result),
            LinksDone::FieldsMade { portal, result } => self.fields_made(&portal, result),
            LinksDone::Named {
                portal,
                entities,
                result,
            } => self.named(&portal, entities, result),
            LinksDone::KnownOutside { run, result } => self.known_outside_came(run, result),
            LinksDone::LinksWritten { run, result } => self.links_written(run, result),
            LinksDone::WritingGoesOn { run } => self.writing_goes_on(run),
        }
    }

    pub(crate) fn links_command(&mut self, command: LinksCommand, reply: Reply) {
        let result = match command {
            LinksCommand::SetMapping { mapping } => self.set_mapping(mapping),
            LinksCommand::AddPreset { portal, base, preset } => {
                let mut mapping = self.state.settings.mapping(&portal);
                mapping.add(preset, &base);
                self.set_mapping(mapping)
            }
            LinksCommand::Preview { portal, text } => self.preview(portal, &text),
            LinksCommand::EntityOf { link } => {
                self.entity_of(&link, Source::QuickOpen, None);
                Ok(())
            }
            LinksCommand::AskByHand { portal, text } => self.ask_by_hand(&portal, &text),
            LinksCommand::LinkByHand { portal, entity, text } => {
                return self.link_by_hand(portal, &entity, text, reply);
            }
            LinksCommand::LoadProcesses { portal } => {
                let work = self.ports.entities.processes(portal.clone());
                return self.job(work, move |result| {
                    Finished::Links(Box::new(LinksDone::Processes { portal, reply, result }))
                });
            }
            LinksCommand::MakeFields { portal, types } => self.make_fields(portal, &types),
            LinksCommand::WriteLinks { portal, types } => self.write_links(portal, &types),
            LinksCommand::CancelWriting => {
                self.cancel_writing();
                Ok(())
            }
        };
        self.answer_ui(reply, result);
    }

    /// What the pages see of it.
    pub(crate) fn links_view(&self) -> LinksView {
        LinksView {
            cards: self.note_cards(),
            ..self.state.resolving.view.clone()
        }
    }

    fn set_mapping(&mut self, mapping: PortalMapping) -> Result<(), Failure> {
        self.is_connected(&mapping.portal)?;
        let mapping = mapping.checked(&self.state.settings)?;
        self.state.settings.set_mapping(mapping);
        self.save_settings();
        Ok(())
    }

    pub(crate) fn is_connected(&self, portal: &str) -> Result<(), Failure> {
        let known = self.state.settings.portal(portal);
        known
            .map(|_| ())
            .ok_or_else(|| Failure::new(Code::PortalUnknown).with("portal", portal))
    }

    /// What was typed as an entity: `deal:123`, the address of its page, or a link.
    fn entity_typed(&self, portal: &str, text: &str) -> Result<Entity, Failure> {
        self.is_connected(portal)?;
        let typed = text.trim();
        let templates = self.state.settings.mapping(portal).page_templates();
        let by_path = |path: &PagePath| bitrix24::Page::of_path_with(path, &templates).and_then(|page| page.entity());
        let entity = Entity::parse(typed).or_else(|| {
            if typed.starts_with('/') {
                return by_path(&PagePath::parse(typed).ok()?);
            }
            match Link::parse(typed).ok()? {
                Link::B24 {
                    portal: named, path, ..
                } if named.to_string() == portal => by_path(&path),
                Link::Crm { portal: named, entity }
                | Link::CrmNew {
                    portal: named, entity, ..
                } if named.to_string() == portal => Some(entity),
                Link::B24 { .. }
                | Link::Crm { .. }
                | Link::CrmNew { .. }
                | Link::Onec { .. }
                | Link::Settings { .. } => {
                    // A page that this portal has moved is no page by its path alone.
                    None
                }
            }
        });
        let shown: String = typed.chars().take(80).collect();
        entity
            .filter(|entity| entity.entity_type.is_crm())
            .ok_or_else(|| Failure::new(Code::EntityInvalid).with("value", shown))
    }

    fn preview(&mut self, portal: String, text: &str) -> Result<(), Failure> {
        let entity = self.entity_typed(&portal, text)?;
        self.state.resolving.view.preview = Some(Preview {
            portal: portal.clone(),
            running: true,
            ..Preview::default()
        });
        self.resolve(Wanted {
            purpose: Purpose::Preview,
            portal,
            entity,
        });
        Ok(())
    }

    pub(crate) fn previewing(&mut self, card: EntityCard, cached: bool) {
        if let Some(preview) = &mut self.state.resolving.view.preview {
            (preview.card, preview.cached) = (Some(card), cached);
        }
    }

    pub(crate) fn previewed(&mut self, portal: &str, entity: Entity, objects: &[Candidate]) {
        let offered = if objects.is_empty() {
            creations(portal, entity, &self.state.settings)
        } else {
            Vec::new()
        };
        let offered = offered.iter().map(|creation| CreationView {
            object: creation.object.to_string(),
            base: self.base_name(&creation.base),
        });
        let offered = offered.collect();
        if let Some(preview) = &mut self.state.resolving.view.preview {
            preview.running = false;
            preview.objects = objects.to_vec();
            preview.creations = offered;
        }
    }

    pub(crate) fn previewed_nothing(&mut self, portal: &str, failure: &Failure) {
        let failure = failure.view(self.state.settings.language);
        self.state.resolving.view.preview = Some(Preview {
            portal: portal.to_owned(),
            failure: Some(failure),
            ..Preview::default()
        });
    }

    fn ask_by_hand(&mut self, portal: &str, text: &str) -> Result<(), Failure> {
        let entity = self.entity_typed(portal, text)?;
        let title = self.title(portal, entity);
        let mapping = self.state.settings.mapping(portal);
        self.state.resolving.view.by_hand = Some(EntityCard::new(&mapping, entity, &title));
        self.state.page = Page::Links;
        Ok(())
    }

    fn processes_came(&mut self, portal: String, reply: Reply, result: Result<Vec<Process>, Failure>) {
        let known = &mut self.state.resolving.view.processes;
        let result = result.map(|processes| {
            known.retain(|known| known.portal != portal);
            known.push(PortalProcesses { portal, processes });
        });
        self.answer_ui(reply, result);
    }

    pub(crate) fn types_named(types: &[String]) -> Result<Vec<EntityType>, Failure> {
        let of = |word: &String| {
            let known = EntityType::parse(word).filter(|known| known.is_crm());
            known.ok_or_else(|| Failure::new(Code::MappingInvalid).with("value", word))
        };
        types.iter().take(20).map(of).collect()
    }

    fn make_fields(&mut self, portal: String, types: &[String]) -> Result<(), Failure> {
        self.is_connected(&portal)?;
        let wanted = FieldWanted {
            name: self.state.settings.mapping(&portal).link_field,
            label: (
                text(Language::Ru, Key::FieldLabel, &[]),
                text(Language::En, Key::FieldLabel, &[]),
            ),
            types: Self::types_named(types)?,
        };
        self.state.resolving.view.fields = Some(FieldsView {
            portal: portal.clone(),
            running: true,
            ..FieldsView::default()
        });
        let work = self.ports.entities.make_fields(portal.clone(), wanted);
        self.job(work, move |result| {
            Finished::Links(Box::new(LinksDone::FieldsMade { portal, result }))
        });
        Ok(())
    }

    fn fields_made(&mut self, portal: &str, result: Result<Vec<MadeField>, Failure>) {
        let language = self.state.settings.language;
        let mut view = FieldsView {
            portal: portal.to_owned(),
            ..FieldsView::default()
        };
        match result {
            Ok(made) => {
                // Entities have a field more than what was gathered of them says.
                self.state.resolving.cache.forget_portal(portal);
                let shown = made.into_iter().map(|made| FieldView {
                    entity: made.entity_type.to_string(),
                    pattern: format!("hotstart://crm/{portal}/{}/{{{{ID}}}}", made.entity_type),
                    known: made.known,
                    failure: made.result.as_ref().err().map(|failure| failure.view(language)),
                    name: made.result.ok(),
                });
                view.made = shown.collect();
            }
            Err(failure) => view.failure = Some(failure.view(language)),
        }
        let now = self.now();
        let names: Vec<&str> = view.made.iter().filter_map(|field| field.name.as_deref()).collect();
        let details = names.join(", ");
        let record = self.entry("fields", "settings", portal, portal, now);
        self.record(hotstart_core::journal::JournalRecord { details, ..record });
        self.state.resolving.view.fields = Some(view);
    }
}
