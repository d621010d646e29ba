//! Questions to the user, one at a time, and what follows from the answer.
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::question::{Choice, Question};
use hotstart_core::resolve::Candidate;
use hotstart_core::settings::AllowedCommand;
use hotstart_core::texts::Key;
use hotstart_core::view::Page;

use crate::controller::Controller;
use crate::opening::Opening;
use crate::state::Asked;

impl Controller {
    pub(crate) fn ask_command(&mut self, opening: Opening, base: String, command: String) {
        let text = self.say(Key::AskCommandText, &[("base", &base), ("command", &command)]);
        let choices = vec![
            self.choice("allow", Key::ChoiceAllow),
            self.choice("always", Key::ChoiceAlways),
            self.choice("cancel", Key::ChoiceCancel),
        ];
        self.ask(
            Key::AskCommandTitle,
            text,
            choices,
            Asked::Command { opening, base, command },
        );
    }

    /// A base that nobody has added: only after the answer is a program of 1C told of it.
    pub(crate) fn ask_unknown(&mut self, opening: Opening, address: String) {
        let text = self.say(Key::AskUnknownText, &[("address", &address)]);
        let choices = vec![
            self.choice("allow", Key::ChoiceOpen),
            self.choice("cancel", Key::ChoiceCancel),
        ];
        self.ask(Key::AskUnknownTitle, text, choices, Asked::Unknown { opening });
    }

    pub(crate) fn ask_object(&mut self, opening: Opening, found: &[Candidate]) {
        let text = self.say(Key::AskObjectText, &[("entity", &opening.text)]);
        let choice = |candidate: &Candidate| Choice {
            key: candidate.link.clone(),
            label: candidate.label.clone(),
            hint: Some(candidate.base.clone()),
        };
        let mut choices: Vec<Choice> = found.iter().map(choice).collect();
        choices.push(self.choice("cancel", Key::ChoiceCancel));
        self.ask(Key::AskObjectTitle, text, choices, Asked::Object { opening });
    }

    pub(crate) fn choice(&self, key: &str, label: Key) -> Choice {
        Choice {
            key: key.to_owned(),
            label: self.say(label, &[]),
            hint: None,
        }
    }

    /// Asks a question; one that waited is answered by "do nothing".
    pub(crate) fn ask(&mut self, title: Key, text: String, choices: Vec<Choice>, asked: Asked) {
        if let Some((question, _)) = &self.state.question {
            let id = question.id;
            self.answered(id, "cancel");
        }
        let id = self.state.next_number();
        let title = self.say(title, &[]);
        let token = match &asked {
            Asked::Command { opening, .. }
            | Asked::Object { opening }
            | Asked::Missing { opening, .. }
            | Asked::NewIn { opening, .. }
            | Asked::Unknown { opening } => opening.token.clone(),
            Asked::Dirty { .. } => None,
        };
        self.state.question = Some((
            Question {
                id,
                title,
                text,
                choices,
            },
            asked,
        ));
        self.show_page(Page::Question, token);
    }

    pub(crate) fn answered(&mut self, question: u64, choice: &str) {
        let Some((known, asked)) = self.state.question.take_if(|(known, _)| known.id == question) else {
            return;
        };
        self.state.page = Page::default();
        match asked {
            Asked::Command {
                mut opening,
                base,
                command,
            } => match choice {
                "allow" | "always" => {
                    if choice == "always" {
                        self.state.settings.allowed.push(AllowedCommand { base, command });
                        self.save_settings();
                    }
                    opening.allowed = true;
                    let text = opening.text.clone();
                    self.open_found(opening, &text);
                }
                _ => self.declined(&opening),
            },
            Asked::Object { opening }
                if known
                    .choices
                    .iter()
                    .any(|offered| offered.key == choice && choice != "cancel") =>
            {
                self.open_found(opening, choice);
            }
            Asked::Unknown { mut opening } if choice == "allow" => {
                opening.allowed = true;
                let text = opening.text.clone();
                self.open_found(opening, &text);
            }
            Asked::Missing {
                opening,
                portal,
                entity,
                offered,
            } => self.answered_missing(opening, &portal, entity, offered, choice),
            Asked::NewIn { opening, link } => match choice.strip_prefix("base:") {
                Some(base) => self.create_in(opening, &link, base),
                None => self.declined(&opening),
            },
            Asked::Object { opening } | Asked::Unknown { opening } => self.declined(&opening),
            Asked::Dirty { window } => self.answered_dirty(&window, choice == "discard"),
        }
    }

    fn declined(&mut self, opening: &Opening) {
        let record = JournalRecord {
            status: Outcome::Refused,
            ..self.open_entry(opening, "desk")
        };
        self.record(record);
    }
}
