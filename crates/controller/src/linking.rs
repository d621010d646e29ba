//! A link that a person pastes for an entity: checked, written to its field, opened.
use bitrix24::Entity;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::{BaseName, Link, Source};
use hotstart_core::plan::{base_at, base_of_portal};
use hotstart_core::resolve::{EntityFacts, LinkWrite, own_field};

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
        let language = self.state.settings.language;
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
            Err(failure) => {
                let _ = reply.send(Err(failure.view(language)));
            }
        }
    }

    /// What was pasted, as the link that is written: to an object of a base that is known here.
    fn link_pasted(&self, portal: &str, text: &str) -> Result<String, Failure> {
        let refused = |fine| Failure::new(Code::LinkRefused).finer(fine);
        let settings = &self.state.settings;
        let link = Link::parse(text).map_err(|why| refused(why.code()))?;
        let Link::Onec { base, address, nav } = link else {
            return Err(refused(hotstart_core::link::LinkRefused::Scheme.code()));
        };
        let unknown = |base: String| Failure::new(Code::BaseUnknown).with("base", base);
        let base = match (&base, &address) {
            (Some(alias), _) => settings
                .base(alias.as_str())
                .ok_or_else(|| unknown(alias.to_string()))?,
            (None, Some(address)) => base_at(address, settings).ok_or_else(|| unknown(address.to_string()))?,
            (None, None) => settings
                .portal(portal)
                .and_then(|portal| base_of_portal(portal, settings))
                .ok_or_else(|| Failure::new(Code::BaseUnmapped).with("portal", portal))?,
        };
        let alias = BaseName::parse(&base.alias).map_err(|_| unknown(base.alias.clone()))?;
        if nav.object().is_none() {
            return Err(refused(hotstart_core::link::LinkRefused::Scheme.code()));
        }
        let link = Link::Onec {
            base: Some(alias),
            address: None,
            nav,
        };
        Ok(link.canonical())
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
            let _ = reply.send(Err(failure.view(self.state.settings.language)));
            return;
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
        let language = self.state.settings.language;
        if let Err(failure) = result {
            let _ = reply.send(Err(failure.view(language)));
            return;
        }
        self.state.resolving.cache.forget(portal, entity);
        self.state.resolving.view.by_hand = None;
        let now = self.now();
        let object = format!("hotstart://crm/{portal}/{}/{}", entity.entity_type, entity.id);
        let record = self.entry("link", "settings", portal, &object, now);
        self.record(hotstart_core::journal::JournalRecord {
            details: link.to_owned(),
            ..record
        });
        let _ = reply.send(Ok(()));
        self.open_link(link.to_owned(), Source::QuickOpen, None);
    }
}
