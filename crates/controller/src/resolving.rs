//! From an entity to its objects: the cache, one look at the portal, a search in the bases, and what is offered when
//! all of them have nothing.
use std::collections::BTreeSet;

use bitrix24::{Entity, EntityType, Portal};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::Outcome;
use hotstart_core::link::Link;
use hotstart_core::plan::{Plan, Wish, plan_new};
use hotstart_core::question::Choice;
use hotstart_core::resolve::{
    Cache, Candidate, Creation, EntityCard, EntityFacts, FoundObject, Gathered, Known, Origin, Search, candidates,
    creations, found, searches, title_of,
};
use hotstart_core::settings::BaseSettings;
use hotstart_core::texts::Key;
use hotstart_core::view::{LinksView, Page};

use crate::controller::Controller;
use crate::job::Finished;
use crate::links::LinksDone;
use crate::opening::Opening;
use crate::state::Asked;

/// What is known of entities, and what the page of links shows.
#[derive(Debug, Default)]
pub(crate) struct Resolving {
    pub(crate) cache: Cache,
    /// Fields in which links were seen, by portal and type: for the way back.
    pub(crate) learned: BTreeSet<(String, EntityType, String)>,
    pub(crate) view: LinksView,
    pub(crate) writing: Option<crate::writing::Writing>,
}

/// What the objects of an entity are wanted for.
pub(crate) enum Purpose {
    /// To open one.
    Open(Opening),
    /// To show what would open.
    Preview,
    /// To write a link that was pasted, and open it.
    Link { link: String, reply: crate::job::Reply },
}

/// An entity whose objects are looked for.
pub(crate) struct Wanted {
    pub(crate) purpose: Purpose,
    pub(crate) portal: String,
    pub(crate) entity: Entity,
}

/// A search that goes from base to base.
pub(crate) struct Searching {
    pub(crate) wanted: Wanted,
    pub(crate) left: Vec<(BaseSettings, Vec<Search>)>,
    pub(crate) found: Vec<FoundObject>,
}

impl Controller {
    /// Finds the objects of an entity: without asking if that is good, else with one call or two.
    pub(crate) fn resolve(&mut self, wanted: Wanted) {
        let now = self.now();
        let known = match self.state.resolving.cache.known(&wanted.portal, wanted.entity, now) {
            Known::Fresh(facts) => {
                let facts = facts.clone();
                return self.weigh(wanted, &facts, true);
            }
            Known::Stale(stamp) => Some(stamp),
            Known::Nothing => None,
        };
        let work = self.ports.entities.facts(wanted.portal.clone(), wanted.entity, known);
        self.job(work, move |result| {
            Finished::Links(Box::new(LinksDone::Gathered { wanted, result }))
        });
    }

    pub(crate) fn gathered(&mut self, wanted: Wanted, result: Result<Gathered, Failure>) {
        let now = self.now();
        let cache = &mut self.state.resolving.cache;
        let facts = match result {
            Ok(Gathered::Facts(facts)) => {
                cache.put(&wanted.portal, wanted.entity, facts.clone(), now);
                facts
            }
            Ok(Gathered::Unchanged) => match cache.confirm(&wanted.portal, wanted.entity, now) {
                Some(facts) => facts.clone(),
                // It was forgotten meanwhile, since it has changed.
                None => return self.resolve(wanted),
            },
            Err(failure) => return self.unresolved(wanted, failure),
        };
        self.weigh(wanted, &facts, false);
    }

    fn unresolved(&mut self, wanted: Wanted, failure: Failure) {
        match wanted.purpose {
            Purpose::Open(opening) => self.opened(opening, &wanted.portal, Err(failure)),
            Purpose::Preview => self.previewed_nothing(&wanted.portal, &failure),
            Purpose::Link { reply, .. } => self.answer_ui(reply, Err(failure)),
        }
    }

    fn weigh(&mut self, wanted: Wanted, facts: &EntityFacts, cached: bool) {
        let Wanted { portal, entity, .. } = &wanted;
        let objects = candidates(portal, *entity, facts, &self.state.settings);
        for object in &objects {
            if let Origin::Field { name } = &object.origin {
                let field = (portal.clone(), entity.entity_type, name.clone());
                self.state.resolving.learned.insert(field);
            }
        }
        if let Purpose::Preview = wanted.purpose {
            let mapping = self.state.settings.mapping(portal);
            let card = EntityCard::new(&mapping, *entity, &title_of(&facts.fields));
            self.previewing(card, cached);
        }
        if let Purpose::Link { link, reply } = wanted.purpose {
            return self.write_by_hand(wanted.portal, wanted.entity, facts, link, reply);
        }
        if !objects.is_empty() {
            return self.decided(wanted, &objects);
        }
        let settings = &self.state.settings;
        let mut left: Vec<(BaseSettings, Vec<Search>)> = Vec::new();
        for search in searches(portal, *entity, facts, settings) {
            match left.iter_mut().find(|(base, _)| base.alias == search.base) {
                Some((_, of_base)) => of_base.push(search),
                None => left.extend(settings.base(&search.base).cloned().map(|base| (base, vec![search]))),
            }
        }
        self.search_on(Searching {
            wanted,
            left,
            found: Vec::new(),
        });
    }

    fn search_on(&mut self, mut searching: Searching) {
        let Some((base, of_base)) = searching.left.pop() else {
            let objects = found(&searching.found, &self.state.settings);
            return self.decided(searching.wanted, &objects);
        };
        let work = self.ports.objects.find(base, of_base);
        self.job(work, move |result| {
            Finished::Links(Box::new(LinksDone::Searched { searching, result }))
        });
    }

    pub(crate) fn searched(&mut self, mut searching: Searching, result: Result<Vec<FoundObject>, Failure>) {
        match result {
            Ok(objects) => searching.found.extend(objects),
            // The other bases may know it, and what is offered at the end helps in any case.
            Err(failure) => {
                tracing::info!(code = failure.code_text(), "a search in a base failed");
                self.state.failure = Some(failure.view(self.state.settings.language));
            }
        }
        self.search_on(searching);
    }

    fn decided(&mut self, wanted: Wanted, objects: &[Candidate]) {
        let Wanted {
            purpose,
            portal,
            entity,
        } = wanted;
        let opening = match purpose {
            Purpose::Open(opening) => opening,
            Purpose::Preview | Purpose::Link { .. } => return self.previewed(&portal, entity, objects),
        };
        match objects {
            [] => self.ask_missing(opening, portal, entity),
            [only] => self.open_found(opening, &only.link),
            several => self.ask_object(opening, several),
        }
    }

    /// Nothing leads to an object: what can be made, and a link by hand.
    fn ask_missing(&mut self, opening: Opening, portal: String, entity: Entity) {
        let offered = creations(&portal, entity, &self.state.settings);
        let mut choices: Vec<Choice> = Vec::new();
        for (at, creation) in offered.iter().enumerate() {
            choices.push(Choice {
                key: format!("create:{at}"),
                label: self.say(Key::ChoiceCreate, &[("object", &creation.object.to_string())]),
                hint: Some(self.base_name(&creation.base)),
            });
        }
        choices.push(self.choice("link", Key::ChoiceLink));
        choices.push(self.choice("cancel", Key::ChoiceCancel));
        let text = self.say(Key::AskMissingText, &[("entity", &self.title(&portal, entity))]);
        let asked = Asked::Missing {
            opening,
            portal,
            entity,
            offered,
        };
        self.ask(Key::AskMissingTitle, text, choices, asked);
    }

    pub(crate) fn answered_missing(
        &mut self,
        opening: Opening,
        portal: &str,
        entity: Entity,
        mut offered: Vec<Creation>,
        choice: &str,
    ) {
        let chosen = choice.strip_prefix("create:").and_then(|at| at.parse().ok());
        if let Some(at) = chosen.filter(|at: &usize| *at < offered.len()) {
            let Creation { object, base } = offered.swap_remove(at);
            if let Ok(portal) = Portal::parse(portal) {
                self.create_in(opening, &Link::CrmNew { portal, entity, object }, &base);
            }
            return;
        }
        if choice == "link" {
            let mapping = self.state.settings.mapping(portal);
            let title = self.title_known(portal, entity).unwrap_or_default();
            self.state.resolving.view.by_hand = Some(EntityCard::new(&mapping, entity, &title));
            return self.show_page(Page::Links, opening.token);
        }
        let failure = Failure::new(Code::EntityWithoutObject).with("entity", &opening.text);
        let record = self.open_entry(&opening, portal);
        self.record(record.with_failure(Outcome::Refused, &failure, self.state.settings.language));
    }

    /// In which of several bases something new is made.
    pub(crate) fn ask_base(&mut self, opening: Opening, link: Link, bases: &[String]) {
        let named = |base: &String| Choice {
            key: format!("base:{base}"),
            label: self.base_name(base),
            hint: None,
        };
        let mut choices: Vec<Choice> = bases.iter().map(named).collect();
        choices.push(self.choice("cancel", Key::ChoiceCancel));
        let text = self.say(Key::AskBaseText, &[("entity", &opening.text)]);
        self.ask(Key::AskBaseTitle, text, choices, Asked::NewIn { opening, link });
    }

    /// Makes something new in a base that the user has just chosen.
    pub(crate) fn create_in(&mut self, mut opening: Opening, link: &Link, base: &str) {
        let Link::CrmNew { object, .. } = link else { return };
        opening.allowed = true;
        opening.text = link.canonical();
        let wish = Wish::allowed(true);
        #[expect(clippy::wildcard_enum_match_arm, reason = "a place of a base is opened or refused")]
        match plan_new(base, object, &self.state.settings, &self.facts(), &wish) {
            Plan::Open { base, ways } => self.open_in(opening, link, base, ways),
            Plan::Refuse(failure) => self.refused(&opening, &failure),
            _ => {}
        }
    }

    /// The name of an entity, as far as it is known without asking; else its type and id.
    pub(crate) fn title(&self, portal: &str, entity: Entity) -> String {
        self.title_known(portal, entity).unwrap_or_else(|| entity.to_string())
    }

    fn title_known(&self, portal: &str, entity: Entity) -> Option<String> {
        let Known::Fresh(facts) = self.state.resolving.cache.known(portal, entity, self.now()) else {
            return None;
        };
        let title = title_of(&facts.fields);
        (!title.is_empty()).then_some(title)
    }
}
