//! A link that a person pastes for an entity: checked, written to its field, opened.
use bitrix24::Entity;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::{Link, LinkRefused, Source, entity_link};
use hotstart_core::resolve::{EntityFacts, LinkWrite, own_field, pasted};

use crate::controller::Controller;
use crate::job::{Finished, Reply};
use crate::links::LinksDone;
use crate::resolving::{Purpose, Wanted};

impl Controller {
    pub(crate) fn link_by_hand(&mut self, portal: String, entity: &str, text: Option<String>, reply: Reply) {
        let Some(text) = text else {
            self.state.resolving.view.by_hand = None;
            let _ = reply.send(Ok(()));
            return;
        };
        let parsed = Entity::parse(entity).filter(|entity| entity.entity_type.is_crm());
        let parsed = parsed.ok_or_else(|| Failure::new(Code::EntityInvalid).with("value", entity));
        let checked = self
            .is_connected(&portal)
            .and(parsed)
            .and_then(|entity| Ok((entity, self.link_pasted(&portal, &text)?)));
        match checked {
            Ok((entity, link)) => self.resolve(Wanted {
                purpose: Purpose::Link { link, reply },
                portal,
                entity,
            }),
            Err(failure) => self.answer_ui(reply, Err(failure)),
        }
    }

    /// What was pasted, as the link that is written: to an object of a base that is known here.
    fn link_pasted(&self, portal: &str, text: &str) -> Result<String, Failure> {
        let (_, link) = pasted(text, Some(portal), &self.state.settings)?;
        match &link {
            Link::Onec { nav, .. } if nav.object().is_some() => Ok(link.canonical()),
            Link::Onec { .. } | Link::Crm { .. } | Link::CrmNew { .. } | Link::B24 { .. } | Link::Settings { .. } => {
                Err(Failure::new(Code::LinkRefused).finer(LinkRefused::Scheme.code()))
            }
        }
    }

    pub(crate) fn write_by_hand(
        &mut self,
        portal: String,
        entity: Entity,
        facts: &EntityFacts,
        link: String,
        reply: Reply,
    ) {
        let name = self.state.settings.mapping(&portal).link_field;
        let Some(field) = own_field(&facts.fields, &name) else {
            let failure = Failure::new(Code::FieldMissing)
                .with("entity", self.title(&portal, entity))
                .with("field", name);
            return self.answer_ui(reply, Err(failure));
        };
        let write = LinkWrite {
            entity,
            field: field.to_owned(),
            link: link.clone(),
        };
        let work = self.ports.entities.write_links(portal.clone(), vec![write]);
        self.job(work, move |result| {
            let result = result.and_then(|mut results| results.pop().unwrap_or(Ok(())));
            Finished::Links(Box::new(LinksDone::Linked {
                portal,
                entity,
                link,
                reply,
                result,
            }))
        });
    }

    pub(crate) fn linked(
        &mut self,
        portal: &str,
        entity: Entity,
        link: &str,
        reply: Reply,
        result: Result<(), Failure>,
    ) {
        if result.is_err() {
            return self.answer_ui(reply, result);
        }
        self.state.resolving.cache.forget(portal, entity);
        self.state.resolving.view.by_hand = None;
        let now = self.now();
        let object = entity_link(portal, entity);
        let record = self.entry("link", "settings", portal, &object, now);
        self.record(hotstart_core::journal::JournalRecord {
            details: link.to_owned(),
            ..record
        });
        let _ = reply.send(Ok(()));
        self.open_link(link.to_owned(), Source::QuickOpen, None);
    }
}
