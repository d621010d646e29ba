//! How a link ended: journal, a word to the user, and another way where one is left.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::Source;
use hotstart_core::plan::left_after;
use hotstart_core::ports::Transaction;
use hotstart_core::texts::Key;

use crate::controller::Controller;
use crate::opening::Opening;

impl Controller {
    /// A link ended: journal, recent objects, and a word to the user if it failed.
    pub(crate) fn opened(&mut self, mut opening: Opening, target: &str, result: Result<(), Failure>) {
        let failure = match result {
            Ok(()) => {
                let record = JournalRecord {
                    details: opening.instead_of.join(", "),
                    ..self.open_entry(&opening, target)
                };
                return self.record(record);
            }
            Err(failure) => failure,
        };
        let mut rest = left_after(failure.code, std::mem::take(&mut opening.rest));
        if rest.is_empty() {
            return self.fail(&opening, target, &failure, Outcome::Failed);
        }
        let next = rest.remove(0);
        tracing::info!(
            way = opening.way,
            code = failure.code_text(),
            next = next.word(),
            "another way is tried"
        );
        opening
            .instead_of
            .push(format!("{}: {}", opening.way, failure.code_text()));
        opening.rest = rest;
        self.go(opening, next);
    }

    pub(crate) fn refused(&mut self, opening: &Opening, failure: &Failure) {
        self.fail(opening, "", failure, Outcome::Refused);
    }

    fn fail(&mut self, opening: &Opening, target: &str, failure: &Failure, status: Outcome) {
        let record = self.open_entry(opening, target);
        let record = record.with_failure(status, failure, self.state.settings.language);
        self.state.add_record(record.clone());
        let note = self.failure_note(Key::NoteProblem, failure);
        self.commit(Transaction {
            journal: vec![record],
            notes: vec![note],
            ..Transaction::default()
        });
        self.tell(failure);
    }

    pub(crate) fn open_entry(&self, opening: &Opening, target: &str) -> JournalRecord {
        self.entry(
            "open",
            source_name(opening.source),
            target,
            &opening.text,
            opening.started,
        )
    }

    /// A note of our own about a failure.
    pub(crate) fn failure_note(&mut self, title: Key, failure: &Failure) -> Note {
        let text = failure.text(self.state.settings.language);
        self.own_note(title, format!("{text} [{}]", failure.code_text()), failure.code)
    }

    /// A note of our own, with the page of the settings window that helps.
    pub(crate) fn own_note(&mut self, title: Key, text: String, code: Code) -> Note {
        let at = self.now();
        let of_bases = [
            Code::BaseUnknown,
            Code::BaseUnpublished,
            Code::PublicationInvalid,
            Code::AliasInvalid,
        ];
        let of_portals = [
            Code::PortalUnknown,
            Code::BaseUnmapped,
            Code::AuthRefused,
            Code::AuthScope,
            Code::AuthSignIn,
            Code::ApplicationRefused,
            Code::SessionForbidden,
        ];
        let page = if of_bases.contains(&code) {
            "bases"
        } else if of_portals.contains(&code) {
            "portals"
        } else {
            "journal"
        };
        Note {
            id: format!("own:{}:{}", at.0, self.state.next_number()),
            portal: String::new(),
            title: self.say(title, &[]),
            text,
            link: Some(format!("hotstart://settings/{page}")),
            tag: None,
            at,
            read: false,
            toast: true,
            kind: NoteKind::Own,
            buttons: Vec::new(),
        }
    }
}

/// How the journal calls a source.
const fn source_name(source: Source) -> &'static str {
    match source {
        Source::Clicked => "clicked",
        Source::QuickOpen => "quick-open",
        Source::Bridge => "bridge",
        Source::WarmWindow => "warm-window",
        Source::PortalCommand => "portal",
    }
}
