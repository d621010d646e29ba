//! 1C sessions: remembered while they live, ended from outside when their page cannot do it.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{DeskChange, LeftSession, Transaction};
use hotstart_core::window::{Session, WindowId};
use onec::Publication;

use crate::controller::Controller;
use crate::job::Finished;

/// Sessions older than this were ended by the server: one that sleeps is removed after a day.
const FORGOTTEN_AFTER_MS: u64 = 24 * 3600 * 1000;

impl Controller {
    /// The page has a session. It is written down at once: a crash must not cost a licence for hours.
    pub(crate) fn session_began(&mut self, id: &WindowId, session: Session) {
        let at = self.now();
        if !self
            .windows
            .get(id)
            .is_some_and(|window| self.is_of(&window.of, &session))
        {
            // What a page tells of itself must not make this program call somebody else.
            tracing::debug!(window = id.0, "the session is not one of the base");
            return;
        }
        let Some(window) = self.windows.get_mut(id) else { return };
        let earlier = window.session.replace(session.clone());
        if earlier.as_ref() == Some(&session) {
            return;
        }
        let mut desk: Vec<_> = earlier.into_iter().map(DeskChange::SessionEnded).collect();
        let base = window.of.clone();
        desk.push(DeskChange::SessionBegan(LeftSession { base, session, at }));
        self.change_desk(desk);
    }

    /// Whether a session is one of the publication of a base.
    fn is_of(&self, alias: &str, session: &Session) -> bool {
        let published = self
            .state
            .settings
            .base(alias)
            .and_then(|base| base.publication.as_deref());
        let published = published.and_then(|address| Publication::parse(address).ok());
        published.is_some() && published == Publication::parse(&session.root).ok()
    }

    /// The page has ended its session, or could not: then it is ended from outside.
    pub(crate) fn session_ended(&mut self, base: &str, session: Option<Session>, confirmed: bool) {
        match session {
            Some(session) if confirmed => self.change_desk(vec![DeskChange::SessionEnded(session)]),
            Some(session) => self.end_from_outside(base.to_owned(), session),
            None => {}
        }
    }

    /// What an earlier run did not end.
    pub(crate) fn end_left_sessions(&mut self) {
        let now = self.now();
        for LeftSession { base, session, at } in std::mem::take(&mut self.state.left_sessions) {
            if now.since(at) > FORGOTTEN_AFTER_MS {
                self.change_desk(vec![DeskChange::SessionEnded(session)]);
            } else {
                self.end_from_outside(base, session);
            }
        }
    }

    fn end_from_outside(&mut self, base: String, session: Session) {
        self.sessions_ending += 1;
        let work = self.ports.publications.end_session(base.clone(), session.clone());
        let since = self.now();
        self.job(work, move |result| Finished::SessionEnded {
            base,
            session,
            since,
            result,
        });
    }

    pub(crate) fn ended_from_outside(
        &mut self,
        base: &str,
        session: Session,
        since: hotstart_core::Timestamp,
        result: Result<(), Failure>,
    ) {
        self.sessions_ending = self.sessions_ending.saturating_sub(1);
        let mut record = JournalRecord {
            details: "from outside".to_owned(),
            ..self.entry("release", "desk", base, base, since)
        };
        match result {
            Ok(()) => self.change_desk(vec![DeskChange::SessionEnded(session)]),
            Err(failure) => {
                // It stays written down: the next start tries again.
                let failure = Failure::new(Code::ReleaseFailed)
                    .with("base", base)
                    .with("detail", failure.code_text());
                record = record.with_failure(Outcome::Failed, &failure, self.state.settings.language);
                self.tell(&failure);
            }
        }
        self.record(record);
    }

    pub(crate) fn change_desk(&self, desk: Vec<DeskChange>) {
        self.commit(Transaction {
            desk,
            ..Transaction::default()
        });
    }
}
