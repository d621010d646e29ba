//! From an object to its entity: every portal that may have it is asked once, what it says is checked, and the page of
//! the entity opens; of several one is chosen.
use bitrix24::EntityType;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::{Link, Source};
use hotstart_core::plan::base_of_portal;
use hotstart_core::question::Choice;
use hotstart_core::resolve::{EntityCard, Holder, holds, looks, pasted, title_of};
use hotstart_core::settings::BaseSettings;
use hotstart_core::texts::Key;
use hotstart_core::window::ActivationToken;

use crate::controller::Controller;
use crate::job::Finished;
use crate::links::LinksDone;
use crate::opening::Opening;
use crate::state::Asked;

/// An object whose entity is looked for.
pub(crate) struct Returning {
    opening: Opening,
    base: BaseSettings,
    link: Link,
    /// Portals that were not asked yet.
    left: Vec<String>,
    found: Vec<EntityCard>,
    failure: Option<Failure>,
}

impl Controller {
    /// Opens the page of the entity that leads to this object.
    pub(crate) fn entity_of(&mut self, text: &str, source: Source, token: Option<ActivationToken>) {
        let mut opening = Opening::new(source, self.now(), token);
        let settings = &self.state.settings;
        let (base, link) = match pasted(text, None, settings) {
            Ok((base, link)) => (base.clone(), link),
            Err(failure) => return self.refused(&opening, &failure),
        };
        opening.text = link.canonical();
        let belongs = |portal: &&hotstart_core::settings::PortalSettings| {
            let mapping = settings.mapping(&portal.portal);
            mapping.originators.iter().any(|known| known.base == base.alias)
                || mapping.kinds.iter().any(|kind| kind.base == base.alias)
                || base_of_portal(portal, settings).is_some_and(|known| known.alias == base.alias)
        };
        let mut left: Vec<String> = settings
            .portals
            .iter()
            .filter(belongs)
            .map(|portal| portal.portal.clone())
            .collect();
        if left.is_empty() {
            left = settings.portals.iter().map(|portal| portal.portal.clone()).collect();
        }
        left.reverse();
        self.return_on(Returning {
            opening,
            base,
            link,
            left,
            found: Vec::new(),
            failure: None,
        });
    }

    fn return_on(&mut self, mut returning: Returning) {
        let Some(portal) = returning.left.pop() else {
            return self.returned(returning);
        };
        let learned: Vec<(EntityType, String)> = self
            .state
            .resolving
            .learned
            .iter()
            .filter(|(known, ..)| *known == portal)
            .map(|(_, entity_type, name)| (*entity_type, name.clone()))
            .collect();
        let questions = match &returning.link {
            Link::Onec { nav, .. } => looks(&portal, &returning.base, nav, &learned, &self.state.settings),
            Link::Crm { .. } | Link::CrmNew { .. } | Link::B24 { .. } | Link::Settings { .. } => Vec::new(),
        };
        if questions.is_empty() {
            return self.returned(returning);
        }
        let work = self.ports.entities.holders(portal.clone(), questions);
        self.job(work, move |result| {
            Finished::Links(Box::new(LinksDone::Held {
                returning: Box::new(returning),
                portal,
                result,
            }))
        });
    }

    pub(crate) fn held(&mut self, mut returning: Returning, portal: &str, result: Result<Vec<Holder>, Failure>) {
        let settings = &self.state.settings;
        match result {
            Ok(holders) => {
                let mapping = settings.mapping(portal);
                for holder in holders
                    .iter()
                    .filter(|holder| holds(portal, holder, &returning.link, settings))
                {
                    let card = EntityCard::new(&mapping, holder.entity, &title_of(&holder.facts.fields));
                    if returning.found.iter().all(|known| known.link != card.link) {
                        returning.found.push(card);
                    }
                }
            }
            Err(failure) => returning.failure = Some(failure),
        }
        self.return_on(returning);
    }

    fn returned(&mut self, returning: Returning) {
        let Returning {
            opening,
            link,
            found,
            failure,
            ..
        } = returning;
        match found.as_slice() {
            [] => {
                let object = match &link {
                    Link::Onec { nav, .. } => nav.to_string(),
                    Link::Crm { .. } | Link::CrmNew { .. } | Link::B24 { .. } | Link::Settings { .. } => {
                        link.canonical()
                    }
                };
                let none = || Failure::new(Code::ObjectWithoutEntity).with("object", object);
                self.opened(opening, "", Err(failure.unwrap_or_else(none)));
            }
            [only] => self.open_found(opening, &only.link),
            several => {
                let choice = |card: &EntityCard| Choice {
                    key: card.link.clone(),
                    label: card.title.clone(),
                    hint: Some(format!("{} · {}", card.entity, card.portal)),
                };
                let mut choices: Vec<Choice> = several.iter().map(choice).collect();
                choices.push(self.choice("cancel", Key::ChoiceCancel));
                let text = self.say(Key::AskEntityText, &[("object", &opening.text)]);
                self.ask(Key::AskEntityTitle, text, choices, Asked::Object { opening });
            }
        }
    }
}
