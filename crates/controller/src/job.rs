//! Long work: what it was about and how it ended.
use hotstart_core::Timestamp;
use hotstart_core::failure::{Failure, FailureView};
use hotstart_core::plan::Ways;
use hotstart_core::ports::{Committed, PortalIdentity};
use hotstart_core::secret::Secret;
use hotstart_core::window::Session;
use tokio::sync::oneshot;

use crate::answering::Answered;
use crate::bridge;
use crate::catch_up::Progress;
use crate::events::Batch;
use crate::opening::Opening;
use crate::records;
use crate::relay;
use crate::sign_in;
use crate::windows::Fresh;

/// Who waits for a UI command.
pub(crate) type Reply = oneshot::Sender<Result<(), FailureView>>;

/// A finished job. It carries what it was started for, so nothing has to be looked up again.
pub(crate) enum Finished {
    /// A batch of events was committed.
    Delivered {
        batch: Batch,
        result: Result<Committed, Failure>,
    },
    /// A record or a note of our own was committed.
    Recorded(Result<Committed, Failure>),
    /// The settings file was written.
    SettingsSaved(Result<(), Failure>),
    /// A publication was asked before a window of it is made.
    Probed { fresh: Fresh, result: Result<(), Failure> },
    /// A step between entities and objects.
    Links(Box<crate::links::LinksDone>),
    /// A base was asked for a filled draft; `ways` lead to an empty form.
    Drafted {
        opening: Opening,
        ways: Ways,
        result: Result<Option<String>, Failure>,
    },
    /// A program of 1C was started.
    Launched {
        opening: Opening,
        result: Result<(), Failure>,
    },
    /// The default browser was started.
    Browsed {
        opening: Opening,
        result: Result<(), Failure>,
    },
    /// A webhook said who it is.
    Identified {
        address: Secret,
        intranet: bool,
        memory_only: bool,
        reply: Reply,
        result: Result<PortalIdentity, Failure>,
    },
    /// The secret of a portal is kept.
    Kept {
        identity: PortalIdentity,
        intranet: bool,
        memory_only: bool,
        reply: Reply,
        result: Result<(), Failure>,
    },
    /// A session was ended from outside its page, or could not be.
    SessionEnded {
        base: String,
        session: Session,
        since: Timestamp,
        result: Result<(), Failure>,
    },
    /// Links of 1C are ours now, or no longer.
    LinksTaken(Result<(), Failure>),
    /// The memory of the pages was measured, in KiB.
    Measured(Option<u64>),
    /// A step of the relay.
    Relay(relay::Done),
    /// The password of a base's services is kept, or could not be.
    ServiceKept {
        alias: String,
        user: String,
        reply: Reply,
        result: Result<(), Failure>,
    },
    /// A step on the way to an inbox that is whole.
    CaughtUp(Progress),
    /// An answer to a portal was sent, or not.
    Answered(Answered),
    /// Something that a sign-in to a portal waited for.
    SignIn(sign_in::Progress),
    /// Something about the page of the journal.
    Records(records::Done),
    /// Something that the bridge waited for.
    Bridge(bridge::Done),
    /// The secret of a portal is forgotten.
    Forgotten { reply: Reply, result: Result<(), Failure> },
}
