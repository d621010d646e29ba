//! What a client of 1C says of events that it was given, as the HTTP service of a base says it in its answer: looked up,
//! judged and kept in one transaction, and only then answered.
use std::time::Duration;

use hotstart_core::bridge::{Answer, Caller, Refusal, Taken};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::Outcome;
use hotstart_core::ports::{Committed, RelayAnswerable, RelayChange, RelayItem, Transaction};
use hotstart_core::relay::{Fate, Given, Settled, settle};
use tokio::time::Instant;

use super::{Done, Replying};
use crate::controller::Controller;
use crate::job::Finished;

/// What is told when it is kept.
pub(crate) struct Kept {
    taken: Vec<Taken>,
    /// When the events that have failed may be given again.
    rests: Vec<Duration>,
}

impl Controller {
    pub(super) fn answers_of_bridge(&mut self, caller: Caller, given: Vec<Given>, reply: Replying) {
        let ids = given.iter().map(|given| given.id.clone()).collect();
        let work = self.ports.store.relay_answerable(caller.base.clone(), ids);
        self.job(work, move |result| {
            Finished::Bridge(Done::Answerable {
                caller,
                given,
                reply,
                result,
            })
        });
    }

    pub(super) fn answers_judged(
        &mut self,
        caller: &Caller,
        given: Vec<Given>,
        reply: Replying,
        result: Result<Vec<Option<RelayAnswerable>>, Failure>,
    ) {
        let known = match result {
            Ok(known) => known,
            Err(failure) => {
                self.tell(&failure);
                let _ = reply.send(Err(Refusal::Busy(failure)));
                return;
            }
        };
        let pace = self.ports.services.pace();
        let base = &caller.base;
        let mut transaction = Transaction {
            // The client forgets what was taken from it.
            lasting: true,
            ..Transaction::default()
        };
        let mut kept = Kept {
            taken: Vec::new(),
            rests: Vec::new(),
        };
        let mut done: Vec<(RelayItem, Option<serde_json::Value>)> = Vec::new();
        for (given, known) in given.into_iter().zip(known) {
            let mut code = None;
            if let Some(RelayAnswerable::Queued(item)) = &known
                && item.dead.is_some()
            {
                self.event_withdrawn(item);
            }
            match settle(given.result, known, &pace) {
                Settled::Queued(item, Fate::Done(answer)) => done.push((*item, answer)),
                Settled::Queued(item, Fate::Again(attempts)) => {
                    let rest = Duration::from_millis(pace.delay(attempts, self.ports.services.lot()));
                    self.bridge.lent.rest(item.number, base, Instant::now() + rest);
                    transaction.relay.push(RelayChange::Tried(item.number, attempts));
                    kept.rests.push(rest);
                }
                Settled::Queued(item, Fate::Dead(failure)) => {
                    self.bridge.lent.end(&[item.number], base);
                    self.event_given_up(*item, &failure, &mut transaction);
                }
                Settled::Late { portal, entity, answer } => {
                    self.event_answered_late(base, &given.id, &portal, entity, &answer, &mut transaction);
                }
                Settled::Known => {}
                Settled::Foreign => {
                    let failure = Failure::new(Code::AnswerForeign)
                        .with("base", self.base_name(base))
                        .with("id", given.id.chars().take(100).collect::<String>());
                    // One line for a call, however many of them it names.
                    if kept.taken.iter().all(|other: &Taken| other.taken) {
                        let record = self.entry("answer", base, "desk", &failure.parameters["id"], self.now());
                        let language = self.state.settings.language;
                        transaction
                            .journal
                            .push(record.with_failure(Outcome::Refused, &failure, language));
                    }
                    code = Some(failure.code_text().to_owned());
                }
            }
            kept.taken.push(Taken {
                id: given.id,
                taken: code.is_none(),
                code,
            });
        }
        self.answers_done(caller, done, &mut transaction);
        if transaction.relay.is_empty() && transaction.journal.is_empty() {
            let _ = reply.send(Ok(Answer::Answered(kept.taken)));
            return;
        }
        for record in &transaction.journal {
            self.state.add_record(record.clone());
        }
        let work = self.ports.store.commit(transaction);
        let base = caller.base.clone();
        self.job(work, move |result| {
            Finished::Bridge(Done::Answered {
                base,
                kept,
                reply,
                result,
            })
        });
    }

    /// What was done is acknowledged with its answer. Where every client gets everything an event stays until the last one
    /// has it, and the first answer counts.
    fn answers_done(
        &mut self,
        caller: &Caller,
        done: Vec<(RelayItem, Option<serde_json::Value>)>,
        transaction: &mut Transaction,
    ) {
        let numbers: Vec<u64> = done.iter().map(|(item, _)| item.number).collect();
        if numbers.is_empty() {
            return;
        }
        self.bridge.lent.end(&numbers, &caller.base);
        let mut gone = self.worked_off(caller, numbers);
        for (item, answer) in done {
            if gone.contains(&item.number) || item.dead.is_some() {
                gone.retain(|number| *number != item.number);
                self.event_taken(&item, answer.as_ref(), transaction);
            } else {
                self.event_answered(&item, answer.as_ref(), transaction);
            }
        }
        if !gone.is_empty() {
            let others = self.relay_acknowledged(&caller.base, &gone);
            transaction.relay.extend(others.relay);
            transaction.journal.extend(others.journal);
        }
    }

    pub(super) fn answers_kept(&mut self, base: &str, kept: Kept, reply: Replying, result: Result<Committed, Failure>) {
        self.relay_wake(base);
        self.replies_wake();
        let answer = match result {
            Ok(committed) => {
                self.committed(&committed);
                for rest in kept.rests {
                    let base = base.to_owned();
                    self.job(Box::pin(tokio::time::sleep(rest)), move |()| {
                        Finished::Bridge(Done::Free { base })
                    });
                }
                Ok(Answer::Answered(kept.taken))
            }
            Err(failure) => {
                self.tell(&failure);
                Err(Refusal::Busy(failure))
            }
        };
        let _ = reply.send(answer);
    }
}
