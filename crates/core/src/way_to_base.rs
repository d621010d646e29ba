//! Which way events take into a base, and links into a client of it: what fits by what is known, and why. Pure, and only
//! advice: nothing is switched by it. What a desk cannot see is said to be unseen.
//!
//! ```text
//! facts ── conditions of each way ──► Ready | Unsure | Needs | Impossible ──► the best of them, with its evidence
//! ```
use crate::doctor::{Check, Finding};

mod facts;
mod texts;

#[cfg(test)]
mod tests;

pub use facts::{BaseFacts, Fact, Place};

/// A way into a base, the better first where two fit alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// A native client that is attached to the bridge: no publication, no further licence, the fastest.
    RunningClient,
    /// The HTTP service of the base, inside the network: also with all clients closed.
    Service,
    /// A native client that could be attached to the bridge.
    PollingClient,
    /// The vendor's first way: a session of 1C holds the push connection.
    VendorPush,
    /// The vendor's second way: the portal calls the base from outside.
    VendorService,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 5] = [
        Self::RunningClient,
        Self::Service,
        Self::PollingClient,
        Self::VendorPush,
        Self::VendorService,
    ];
}

/// Something that a way depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A native client is attached to the bridge.
    Running,
    /// A native client is on this computer.
    ClientHere,
    /// The base is published, and the publication answers here.
    Published,
    /// The address is safe: https, this computer, or marked as intranet.
    Address,
    /// The chain of certificates is whole.
    Chain,
    /// The HTTP service of our extension answers.
    Service,
    /// A user for the service is set, and the base takes him.
    User,
    /// The user has the rights.
    Role,
    /// The licence is free after the call.
    Released,
    /// The base is not in a service (1cFresh).
    OwnServers,
    /// The base is not a file base, whose client freezes while it holds a connection.
    NotFile,
    /// The publication is reached from the Internet.
    Outside,
    /// The vendor's connector is installed and connected.
    Connector,
}

/// What it means that a condition does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// The way is closed.
    Closes,
    /// So it is, also when nothing was seen.
    Proof,
    /// Somebody has to do something first.
    Mend,
    /// It may work all the same.
    Doubt,
    /// It works, with a drawback.
    Note,
}

/// How a way stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Everything that it needs was seen.
    Ready,
    /// Nothing speaks against it, and not everything was seen.
    Unsure,
    /// So many things are to be done first.
    Needs(u8),
    /// It is closed for this base.
    Impossible,
}

/// What is thought of one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The way.
    pub way: Way,
    /// How it stands.
    pub standing: Standing,
    /// What it depends on, and what is known of it.
    pub evidence: Vec<(Condition, Fact)>,
}

/// What is thought of all ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Every way, the best first.
    pub ways: Vec<Judgement>,
    /// What was known.
    facts: BaseFacts,
}

/// Judges every way for a base.
pub fn advise(facts: &BaseFacts) -> Advice {
    let mut ways: Vec<Judgement> = Way::ALL.into_iter().map(|way| judge(way, facts)).collect();
    // A way that somebody has begun to go comes before one of which nothing was seen.
    ways.sort_by_key(|judgement| (rank(judgement), !begun(judgement.way, facts), judgement.way));
    Advice {
        ways,
        facts: facts.clone(),
    }
}

impl Advice {
    /// The way to take; none where all are closed.
    pub fn best(&self) -> Option<&Judgement> {
        self.ways
            .first()
            .filter(|judgement| judgement.standing != Standing::Impossible)
    }

    /// What the doctor says: the way to take, what was seen of it and what was not, and what is to be done.
    pub fn check(&self) -> Check {
        let Some(best) = self.best() else {
            return Check::new(Finding::WayNone);
        };
        let (way, standing) = (best.way, best.standing);
        let mut check = Check::new(match (way, standing) {
            (Way::RunningClient, _) => Finding::WayRunning,
            (Way::Service, Standing::Ready) => Finding::WayService,
            (Way::Service, Standing::Needs(_)) => Finding::WayServiceNeeds,
            (Way::Service, Standing::Unsure | Standing::Impossible) => Finding::WayServiceUnsure,
            (Way::PollingClient, Standing::Needs(_)) => Finding::WayPollingNeeds,
            (Way::PollingClient, Standing::Ready | Standing::Unsure | Standing::Impossible) => Finding::WayPolling,
            (Way::VendorPush, _) => Finding::WayVendorPush,
            (Way::VendorService, _) => Finding::WayVendorService,
        });
        for (condition, fact) in &best.evidence {
            check = check.seen(texts::seen(*condition, *fact));
            if *fact == Fact::No
                && let Some(step) = texts::step(*condition)
            {
                check = check.step(step);
            }
        }
        if self.facts.terminal == Fact::Yes && matches!(way, Way::RunningClient | Way::PollingClient) {
            check = check.seen(texts::TERMINAL);
        }
        if self.facts.place == Place::Server && way != Way::Service {
            check = check.seen(texts::SERVER_JOBS);
        }
        check
    }
}

fn judge(way: Way, facts: &BaseFacts) -> Judgement {
    let mut standing = Standing::Ready;
    let mut mends = 0u8;
    let mut evidence = Vec::new();
    for (condition, weight) in conditions(way) {
        let fact = facts.of(*condition);
        evidence.push((*condition, fact));
        let worse = match (fact, weight) {
            (Fact::Yes, _) | (_, Weight::Note) => continue,
            (Fact::No, Weight::Closes) | (_, Weight::Proof) => Standing::Impossible,
            (Fact::No, Weight::Mend) => {
                mends = mends.saturating_add(effort(*condition, facts));
                Standing::Needs(mends)
            }
            (Fact::No, Weight::Doubt) | (Fact::NotChecked, _) => Standing::Unsure,
        };
        standing = standing.max(worse);
    }
    Judgement {
        way,
        standing,
        evidence,
    }
}

const fn conditions(way: Way) -> &'static [(Condition, Weight)] {
    use Condition::{
        Address, Chain, ClientHere, Connector, NotFile, Outside, OwnServers, Published, Released, Role, Running,
        Service, User,
    };
    use Weight::{Closes, Doubt, Mend, Note, Proof};
    match way {
        // A client that may be attached is what the polling client is about.
        Way::RunningClient => &[(Running, Proof)],
        Way::Service => &[
            (Published, Mend),
            (Address, Mend),
            (Chain, Mend),
            (Service, Mend),
            (User, Mend),
            (Role, Mend),
            (OwnServers, Doubt),
            (Released, Note),
        ],
        // Whether the extension is there is seen when a client attaches.
        Way::PollingClient => &[(ClientHere, Mend), (Running, Doubt)],
        Way::VendorPush => &[(OwnServers, Closes), (NotFile, Mend), (Connector, Mend)],
        Way::VendorService => &[
            (Published, Mend),
            (Outside, Mend),
            (Chain, Mend),
            (Role, Mend),
            (Connector, Mend),
            (OwnServers, Doubt),
            (Released, Note),
        ],
    }
}

/// How much is to be done for a condition: who has no client of 1C and a base on the web works in a browser, and would
/// have to be taught another program; a base that is not on the web is worked with by a client anyway.
fn effort(condition: Condition, facts: &BaseFacts) -> u8 {
    if condition == Condition::ClientHere && facts.published != Fact::No {
        2
    } else {
        1
    }
}

/// The smaller the better. A way of the vendor, of which a desk never sees all, comes behind a way of ours that needs one
/// thing, and before one that needs two.
fn rank(judgement: &Judgement) -> u16 {
    let vendor = matches!(judgement.way, Way::VendorPush | Way::VendorService);
    match judgement.standing {
        Standing::Ready => 0,
        Standing::Unsure if vendor => 25,
        Standing::Unsure => 10,
        Standing::Needs(count) => (if vendor { 25 } else { 10 }) + 10 * u16::from(count),
        Standing::Impossible => u16::MAX,
    }
}

/// Whether somebody has begun to go this way.
fn begun(way: Way, facts: &BaseFacts) -> bool {
    match way {
        Way::RunningClient => facts.running == Fact::Yes,
        Way::Service => {
            let asks = facts.service == Fact::NotChecked && facts.published == Fact::Yes;
            facts.service == Fact::Yes || (asks && facts.user == Fact::NotChecked)
        }
        Way::PollingClient => facts.client_here == Fact::Yes,
        Way::VendorPush => false,
        Way::VendorService => facts.outside == Fact::Yes,
    }
}
