//! A portal and bases that say of entities and objects what a test wants, and count how often they are asked.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use bitrix24::{Entity, EntityType};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Entities, EntityFields, FieldWanted, MadeField, Objects, Process, Waiting};
use hotstart_core::resolve::{EntityFacts, FoundObject, Gathered, Holder, LinkWrite, Look, Search, Stamp};
use hotstart_core::settings::BaseSettings;

use super::desk::{Answers, answer};

/// What was asked, and what is answered.
#[derive(Default)]
pub(super) struct Said {
    /// Each call: its name and what it was about.
    pub(super) asked: Vec<String>,
    /// The answer to the next looks at entities; without one the fields of the desk.
    pub(super) facts: VecDeque<Result<Gathered, Failure>>,
    pub(super) found: Vec<FoundObject>,
    pub(super) holders: Vec<Holder>,
    pub(super) writes: Vec<LinkWrite>,
    pub(super) write_fails: Option<Code>,
    /// Pages of entities that 1C knows.
    pub(super) known: VecDeque<Result<Vec<EntityFields>, Failure>>,
    pub(super) made: Vec<MadeField>,
    pub(super) titles: Vec<(Entity, String)>,
}

#[derive(Clone)]
pub(super) struct FakePortal {
    said: Arc<Mutex<Said>>,
    answers: Arc<Mutex<Answers>>,
}

impl FakePortal {
    pub(super) fn new(answers: Arc<Mutex<Answers>>) -> Self {
        Self {
            said: Arc::default(),
            answers,
        }
    }

    pub(super) fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap()
    }

    /// What was asked since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.said().asked)
    }

    fn note(&self, call: String) -> MutexGuard<'_, Said> {
        let mut said = self.said();
        said.asked.push(call);
        said
    }
}

impl Entities for FakePortal {
    fn facts(&self, _: String, entity: Entity, known: Option<Stamp>) -> Waiting<Result<Gathered, Failure>> {
        let stamp = known
            .map(|stamp| format!(" since {}", stamp.updated))
            .unwrap_or_default();
        let next = self.note(format!("facts {entity}{stamp}")).facts.pop_front();
        let fields = || EntityFacts {
            fields: self.answers.lock().unwrap().fields.clone(),
            ..EntityFacts::default()
        };
        answer(next.unwrap_or_else(|| Ok(Gathered::Facts(fields()))))
    }

    fn holders(&self, portal: String, looks: Vec<Look>) -> Waiting<Result<Vec<Holder>, Failure>> {
        assert!(looks.len() < 50, "they fit into a batch");
        answer(Ok(self.note(format!("holders {portal}")).holders.clone()))
    }

    fn titles(&self, _: String, entities: Vec<Entity>) -> Waiting<Result<Vec<(Entity, String)>, Failure>> {
        answer(Ok(self.note(format!("titles {}", entities.len())).titles.clone()))
    }

    fn write_links(&self, _: String, writes: Vec<LinkWrite>) -> Waiting<Result<Vec<Result<(), Failure>>, Failure>> {
        let mut said = self.note(format!("write {}", writes.len()));
        let outcome = said.write_fails.map_or(Ok(()), |code| Err(Failure::new(code)));
        let outcomes = vec![outcome; writes.len()];
        said.writes.extend(writes);
        answer(Ok(outcomes))
    }

    fn processes(&self, portal: String) -> Waiting<Result<Vec<Process>, Failure>> {
        drop(self.note(format!("processes {portal}")));
        answer(Ok(vec![Process {
            entity: "128".to_owned(),
            id: 4,
            title: "Отгрузка".to_owned(),
        }]))
    }

    fn make_fields(&self, _: String, wanted: FieldWanted) -> Waiting<Result<Vec<MadeField>, Failure>> {
        answer(Ok(self.note(format!("fields {}", wanted.types.len())).made.clone()))
    }

    fn known_outside(
        &self,
        _: String,
        entity_type: EntityType,
        _: String,
        after: u64,
    ) -> Waiting<Result<Vec<EntityFields>, Failure>> {
        let next = self
            .note(format!("known {entity_type} after {after}"))
            .known
            .pop_front();
        answer(next.unwrap_or(Ok(Vec::new())))
    }
}

impl Objects for FakePortal {
    fn find(&self, base: BaseSettings, searches: Vec<Search>) -> Waiting<Result<Vec<FoundObject>, Failure>> {
        let said = self.note(format!("find {} {}", base.alias, searches.len()));
        answer(Ok(said
            .found
            .iter()
            .filter(|object| searches.contains(&object.search))
            .cloned()
            .collect()))
    }
}
