//! The loopback bridge: what 1C asks for, and the clients of 1C that wait for events.
//!
//! ```text
//! server ──► Calls ──► Asked ──► calls.rs     open, notify, b24, status
//!                          ├───► polls.rs     events: acknowledge, lend, park ──► answered when something comes
//!                          └───► answers.rs   what a base says of its events: look up, judge, keep ──► answered
//! links ───► Way::Running ─────► running.rs   to the client that polled last, or back after 300 ms
//! settings window, hotstartctl ► pairing.rs   tokens; the server listens while a base has one
//! ```
//!
//! A parked poll is a reply that is kept; the server counts its time and drops it, which is how a client that has gone
//! away is known, too.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hotstart_core::bridge::{Answer, Call, Caller, Calls, Events, Refusal, ShownToken};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::JournalRecord;
use hotstart_core::ports::{Committed, RelayAnswerable};
use hotstart_core::relay::Given;
use tokio::sync::{mpsc, oneshot};

use crate::controller::Controller;
use crate::job::Reply;

mod answers;
mod calls;
mod early;
mod lent;
mod pairing;
mod polls;
mod running;
mod shared;

use lent::Lent;
use polls::Client;
use shared::Shared;

/// Who waits for a call.
pub(crate) type Replying = oneshot::Sender<Result<Answer, Refusal>>;

/// A call on its way into the loop.
pub(crate) struct Asked {
    caller: Caller,
    call: Call,
    reply: Replying,
}

/// Where the server shall listen: at a port, or where the system chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted(Option<u16>);

/// What the controller knows of the bridge.
pub(crate) struct Bridge {
    calls: mpsc::Sender<Asked>,
    /// Tells the `open` events of this run from those of another one.
    run: u64,
    clients: BTreeMap<Caller, Client>,
    lent: Lent,
    shared: Shared,
    /// What was acknowledged before it was read from the disk: right after a start of ours.
    early: BTreeMap<String, BTreeSet<u64>>,
    /// How much each base may still ask for at this moment.
    budgets: BTreeMap<String, calls::Budget>,
    last_open: u64,
    /// Bases with a token.
    paired: Vec<String>,
    /// What the server was asked last: the wanted port, if it shall listen at all.
    wanted: Option<Wanted>,
    port: Option<u16>,
    failure: Option<Failure>,
    token: Option<ShownToken>,
}

/// A finished job of the bridge.
pub(crate) enum Done {
    /// Which bases have a token.
    Paired(Result<Vec<String>, Failure>),
    /// The server listens, or not.
    Served {
        wanted: Option<Wanted>,
        result: Result<Option<u16>, Failure>,
    },
    /// It is time to ask for the port once more.
    Again,
    /// A base has a token.
    Token {
        alias: String,
        reply: Reply,
        result: Result<String, Failure>,
    },
    /// A base has no token any more, or another name.
    Void {
        void: Option<String>,
        reply: Option<Reply>,
        result: Result<(), Failure>,
    },
    /// What a client has worked off is gone for good.
    Acknowledged {
        caller: Caller,
        reply: Replying,
        parked: bool,
        result: Result<Committed, Failure>,
    },
    /// What was acknowledged early is gone for good, too.
    Cleared {
        base: String,
        result: Result<Committed, Failure>,
    },
    /// Events of a base that a client has held too long are free again.
    Free { base: String },
    /// A client had its time to take a link.
    Late { caller: Caller, number: u64 },
    /// A notification of 1C is kept.
    Noted {
        id: String,
        record: JournalRecord,
        reply: Replying,
        result: Result<Committed, Failure>,
    },
    /// What is known of events that a client answers.
    Answerable {
        caller: Caller,
        given: Vec<Given>,
        reply: Replying,
        result: Result<Vec<Option<RelayAnswerable>>, Failure>,
    },
    /// What became of the answers of a client is kept, or is not.
    Answered {
        base: String,
        kept: answers::Kept,
        reply: Replying,
        result: Result<Committed, Failure>,
    },
    /// A portal has answered.
    Rest {
        call: calls::RestCall,
        reply: Replying,
        result: Result<serde_json::Value, Failure>,
    },
}

impl Bridge {
    pub(crate) fn new(calls: mpsc::Sender<Asked>, run: u64) -> Self {
        Self {
            calls,
            run,
            clients: BTreeMap::new(),
            lent: Lent::default(),
            shared: Shared::default(),
            early: BTreeMap::new(),
            budgets: BTreeMap::new(),
            last_open: 0,
            paired: Vec::new(),
            wanted: None,
            port: None,
            failure: None,
            token: None,
        }
    }

    /// The way in for the server.
    fn way_in(&self) -> Calls {
        // Held weakly: a server that outlives the controller finds nobody.
        let calls = self.calls.downgrade();
        Arc::new(move |caller, call| {
            let calls = calls.clone();
            Box::pin(async move {
                let (reply, answer) = oneshot::channel();
                let asked = Asked { caller, call, reply };
                let sent = match calls.upgrade() {
                    Some(calls) => calls.send(asked).await.is_ok(),
                    None => false,
                };
                if sent {
                    answer.await.unwrap_or_else(|_| Err(ending()))
                } else {
                    Err(ending())
                }
            })
        })
    }
}

fn ending() -> Refusal {
    Refusal::Busy(Failure::new(Code::Internal).with("detail", "the program is ending"))
}

/// An answer without events.
fn nothing(cursor: &str) -> Answer {
    Answer::Events(Events {
        events: Vec::new(),
        cursor: cursor.to_owned(),
    })
}

impl Controller {
    /// Something came in over the bridge.
    pub(crate) fn asked(&mut self, asked: Asked) {
        let Asked { caller, call, reply } = asked;
        // A token may outlive its base by a moment.
        if self.state.settings.base(&caller.base).is_none() {
            let failure = Failure::new(Code::BaseUnknown).with("base", &caller.base);
            let _ = reply.send(Err(Refusal::Bad(failure)));
            return;
        }
        match call {
            Call::Events { after, wait } => self.poll(caller, after.as_deref(), wait, reply),
            Call::Open { link } => {
                let _ = reply.send(self.open_of_bridge(&caller, link));
            }
            Call::Notify { title, text, link } => self.note_of_bridge(&caller, &title, &text, link, reply),
            Call::Rest { portal, method, params } => self.rest_of_bridge(&caller, portal, method, params, reply),
            Call::Answers { results } => self.answers_of_bridge(caller, results, reply),
            Call::Status => {
                let _ = reply.send(Ok(Answer::Status(self.bridge_status(&caller))));
            }
        }
    }

    pub(crate) fn bridge_done(&mut self, done: Done) {
        match done {
            Done::Paired(Ok(paired)) => self.paired(paired),
            Done::Paired(Err(failure)) => self.tell(&failure),
            Done::Served { wanted, result } => self.served(wanted, result),
            Done::Again => self.serve_again(),
            Done::Token { alias, reply, result } => self.token_made(alias, reply, result),
            Done::Void { void, reply, result } => self.token_void(void, reply, result),
            Done::Acknowledged {
                caller,
                reply,
                parked,
                result,
            } => self.poll_acknowledged(caller, reply, parked, result),
            Done::Cleared { base, result } => self.cleared(&base, result),
            Done::Free { base } => self.bridge_wake(&base),
            Done::Late { caller, number } => self.open_is_late(&caller, number),
            Done::Noted {
                id,
                record,
                reply,
                result,
            } => self.noted(id, record, reply, result),
            Done::Answerable {
                caller,
                given,
                reply,
                result,
            } => self.answers_judged(&caller, given, reply, result),
            Done::Answered {
                base,
                kept,
                reply,
                result,
            } => self.answers_kept(&base, kept, reply, result),
            Done::Rest { call, reply, result } => self.rest_answered(&call, reply, result),
        }
    }
}
