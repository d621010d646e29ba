//! Links for all entities that 1C already knows: page by page, politely, to be stopped and gone on with at any time.
//!
//! A page is two calls at most (a list and a batch of fifty), and two seconds lie between two pages, so that half of
//! what a portal allows stays free for others. An entity that has a link is passed over: a run that was broken off is
//! simply begun again.
use std::time::Duration;

use bitrix24::EntityType;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::EntityFields;
use hotstart_core::resolve::links_to_write;
use hotstart_core::view::{WritingState, WritingView};

use crate::controller::Controller;
use crate::job::Finished;
use crate::links::LinksDone;

/// The pause between two pages.
const PAUSE: Duration = Duration::from_secs(2);

/// The pause after the portal asked to slow down.
const SLOW: Duration = Duration::from_secs(30);

/// How often in a row it may ask so.
const PATIENCE: u32 = 5;

/// Entities of a page.
const PAGE: usize = 50;

/// A run.
#[derive(Debug)]
pub(crate) struct Writing {
    run: u64,
    portal: String,
    /// What was asked for.
    types: Vec<EntityType>,
    /// What is left, the next one last.
    left: Vec<EntityType>,
    /// The last entity that was looked at.
    after: u64,
    /// The last entity of the page whose links are being written.
    next: Option<u64>,
    /// The page that is being worked on is the last of its type.
    last_page: bool,
    refusals: u32,
    seen: u32,
    written: u32,
    failed: u32,
    state: WritingState,
    failure: Option<Failure>,
}

impl Controller {
    pub(crate) fn write_links(&mut self, portal: String, types: &[String]) -> Result<(), Failure> {
        self.is_connected(&portal)?;
        let types = Self::types_named(types)?;
        let run = self.state.next_number();
        let known = self.state.resolving.writing.take();
        let resumed = known.filter(|known| {
            known.portal == portal
                && known.types == types
                && matches!(known.state, WritingState::Cancelled | WritingState::Failed)
        });
        let mut left = types.clone();
        left.reverse();
        let fresh = Writing {
            run,
            portal,
            types,
            left,
            after: 0,
            next: None,
            last_page: false,
            refusals: 0,
            seen: 0,
            written: 0,
            failed: 0,
            state: WritingState::Running,
            failure: None,
        };
        self.state.resolving.writing = Some(match resumed {
            Some(known) => Writing {
                run,
                refusals: 0,
                state: WritingState::Running,
                failure: None,
                ..known
            },
            None => fresh,
        });
        self.writing_goes_on(run);
        Ok(())
    }

    pub(crate) fn cancel_writing(&mut self) {
        if let Some(writing) = &mut self.state.resolving.writing
            && writing.state == WritingState::Running
        {
            writing.state = WritingState::Cancelled;
        }
        self.show_writing();
    }

    /// The next page, if the run still runs.
    pub(crate) fn writing_goes_on(&mut self, run: u64) {
        self.show_writing();
        let Some(writing) = self.running(run) else { return };
        let Some(entity_type) = writing.left.last().copied() else {
            return self.writing_ends(WritingState::Finished, None);
        };
        let (portal, after) = (writing.portal.clone(), writing.after);
        let field = self.state.settings.mapping(&portal).link_field;
        let work = self.ports.entities.known_outside(portal, entity_type, field, after);
        self.job(work, move |result| {
            Finished::Links(Box::new(LinksDone::KnownOutside { run, result }))
        });
    }

    pub(crate) fn known_outside_came(&mut self, run: u64, result: Result<Vec<EntityFields>, Failure>) {
        let settings = self.state.settings.clone();
        let Some(writing) = self.running(run) else { return };
        let items = match result {
            Ok(items) => items,
            Err(failure) => return self.writing_refused(run, failure),
        };
        let Some(entity_type) = writing.left.last().copied() else {
            return;
        };
        let id = |item: &EntityFields| {
            item.get("id")
                .and_then(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok()))
        };
        let last = items.iter().filter_map(id).max();
        writing.refusals = 0;
        writing.seen = writing
            .seen
            .saturating_add(u32::try_from(items.len()).unwrap_or(u32::MAX));
        // A page that does not lead on would be asked for again and again.
        writing.last_page = items.len() < PAGE || last.is_none_or(|last| last <= writing.after);
        let writes = links_to_write(&writing.portal, entity_type, &items, &settings);
        let portal = writing.portal.clone();
        if writes.is_empty() {
            writing.page_done(last);
            return self.writing_pauses(run, PAUSE);
        }
        writing.next = last;
        // Where it stopped stays as it was until the links are written: a run that goes on finds the same page again.
        for write in &writes {
            self.state.resolving.cache.forget(&portal, write.entity);
        }
        let work = self.ports.entities.write_links(portal, writes);
        self.job(work, move |result| {
            Finished::Links(Box::new(LinksDone::LinksWritten { run, result }))
        });
    }

    pub(crate) fn links_written(&mut self, run: u64, result: Result<Vec<Result<(), Failure>>, Failure>) {
        // What was sent is counted, also when the run was stopped meanwhile.
        let Some(writing) = self
            .state
            .resolving
            .writing
            .as_mut()
            .filter(|writing| writing.run == run)
        else {
            return;
        };
        let results = match result {
            Ok(results) => results,
            Err(failure) => return self.writing_refused(run, failure),
        };
        for result in results {
            match result {
                Ok(()) => writing.written += 1,
                Err(failure) => {
                    writing.failed += 1;
                    writing.failure = Some(failure);
                }
            }
        }
        let last = writing.next.take();
        writing.page_done(last);
        self.writing_pauses(run, PAUSE);
    }

    /// The portal did not answer: it is asked again when it only wants to be asked less.
    fn writing_refused(&mut self, run: u64, failure: Failure) {
        let Some(writing) = self.running(run) else { return };
        writing.refusals += 1;
        if failure.code == Code::PortalLimit && writing.refusals < PATIENCE {
            return self.writing_pauses(run, SLOW);
        }
        self.writing_ends(WritingState::Failed, Some(failure));
    }

    fn writing_pauses(&mut self, run: u64, pause: Duration) {
        self.show_writing();
        self.job(Box::pin(tokio::time::sleep(pause)), move |()| {
            Finished::Links(Box::new(LinksDone::WritingGoesOn { run }))
        });
    }

    fn writing_ends(&mut self, state: WritingState, failure: Option<Failure>) {
        let language = self.state.settings.language;
        let Some(writing) = &mut self.state.resolving.writing else {
            return;
        };
        writing.state = state;
        if failure.is_some() {
            writing.failure.clone_from(&failure);
        }
        let (portal, details) = (writing.portal.clone(), format!("{}/{}", writing.written, writing.seen));
        let now = self.now();
        let record = self.entry("link", "settings", &portal, &portal, now);
        let record = match &failure {
            Some(failure) => record.with_failure(Outcome::Failed, failure, language),
            None => JournalRecord { details, ..record },
        };
        self.record(record);
        self.show_writing();
    }

    fn running(&mut self, run: u64) -> Option<&mut Writing> {
        let writing = self.state.resolving.writing.as_mut();
        writing.filter(|writing| writing.run == run && writing.state == WritingState::Running)
    }

    fn show_writing(&mut self) {
        let language = self.state.settings.language;
        let view = self.state.resolving.writing.as_ref().map(|writing| WritingView {
            portal: writing.portal.clone(),
            entity: writing.left.last().map(ToString::to_string),
            seen: writing.seen,
            written: writing.written,
            failed: writing.failed,
            state: writing.state,
            failure: writing.failure.as_ref().map(|failure| failure.view(language)),
        });
        self.state.resolving.view.writing = view;
    }
}

impl Writing {
    /// A page is behind us.
    fn page_done(&mut self, last: Option<u64>) {
        if self.last_page {
            self.left.pop();
            self.after = 0;
        } else if let Some(last) = last {
            self.after = last;
        }
    }
}
