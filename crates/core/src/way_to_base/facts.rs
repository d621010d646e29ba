//! What is known of a base, and where from.
use onec::{Connect, Connection};

use super::Condition;
use crate::doctor::{Check, Finding};
use crate::journal::{JournalRecord, Outcome};
use crate::settings::BaseSettings;

/// What is known of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fact {
    /// It was seen to be so.
    Yes,
    /// It was seen not to be so.
    No,
    /// From here it cannot be seen, or nobody has looked.
    #[default]
    NotChecked,
}

impl From<bool> for Fact {
    fn from(seen: bool) -> Self {
        if seen { Self::Yes } else { Self::No }
    }
}

/// Where a base lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Place {
    /// In a folder.
    File,
    /// On a cluster of servers.
    Server,
    /// Only its web address is known.
    #[default]
    Web,
}

/// What is known of a base. The default knows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BaseFacts {
    /// Where it lives.
    pub place: Place,
    /// A native client of it is attached to the bridge.
    pub running: Fact,
    /// A native client is on this computer.
    pub client_here: Fact,
    /// This desk is a session of a terminal server.
    pub terminal: Fact,
    /// The publication answers here.
    pub published: Fact,
    /// Its address is safe.
    pub address: Fact,
    /// Its chain of certificates is whole; also where no certificate is used.
    pub chain: Fact,
    /// Our HTTP service answers.
    pub service: Fact,
    /// A user for it is set; yes once the base took him.
    pub user: Fact,
    /// The user has the rights.
    pub role: Fact,
    /// The licence is free after the call.
    pub released: Fact,
    /// The base is in a service (1cFresh).
    pub in_service: Fact,
    /// The publication is reached from the Internet.
    pub outside: Fact,
}

impl BaseFacts {
    /// What the settings of a base, the checks of its publication and the journal tell. The rest (clients, terminal)
    /// is for whoever knows the desk.
    pub fn gathered(base: &BaseSettings, checks: &[Check], journal: &[JournalRecord]) -> Self {
        let mut facts = Self {
            place: place(base),
            published: if base.publication.is_some() {
                Fact::NotChecked
            } else {
                Fact::No
            },
            user: if base.service_user.is_some() {
                Fact::NotChecked
            } else {
                Fact::No
            },
            ..Self::default()
        };
        for check in checks {
            facts.learn(check.finding);
        }
        // What has worked needs no further proof; what was refused was refused by the base itself.
        let mut newest_first = journal.iter().rev();
        let called = newest_first.find(|record| record.operation == "relay" && record.target_system == base.alias);
        match called.map(|record| (record.status, record.error_code.as_deref())) {
            Some((Outcome::Done, _)) if facts.service != Fact::No => {
                (facts.service, facts.user, facts.role) = (Fact::Yes, Fact::Yes, Fact::Yes);
            }
            Some((_, Some("service.refused"))) => facts.user = Fact::No,
            Some(_) | None => {}
        }
        facts
    }

    /// What is known of a condition.
    pub(super) fn of(&self, condition: Condition) -> Fact {
        match condition {
            Condition::Running => self.running,
            Condition::ClientHere => self.client_here,
            Condition::Published => self.published,
            Condition::Address => self.address,
            Condition::Chain => self.chain,
            Condition::Service => self.service,
            Condition::User => self.user,
            Condition::Role => self.role,
            Condition::Released => self.released,
            Condition::OwnServers => match self.in_service {
                Fact::Yes => Fact::No,
                Fact::No => Fact::Yes,
                Fact::NotChecked => Fact::NotChecked,
            },
            Condition::NotFile => match self.place {
                Place::File => Fact::No,
                Place::Server => Fact::Yes,
                Place::Web => Fact::NotChecked,
            },
            Condition::Outside => self.outside,
            Condition::Connector => Fact::NotChecked,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other findings say nothing of the way")]
    fn learn(&mut self, finding: Finding) {
        match finding {
            Finding::AddressGood | Finding::AddressNormal => self.address = Fact::Yes,
            Finding::AddressPlain => self.address = Fact::No,
            Finding::AddressNone | Finding::AddressInvalid | Finding::NoSuchPublication => self.published = Fact::No,
            Finding::Reached => self.published = Fact::Yes,
            Finding::CertificateGood | Finding::CertificateSoon | Finding::CertificateUnused => self.chain = Fact::Yes,
            Finding::CertificateHost
            | Finding::CertificateLink
            | Finding::CertificateOwn
            | Finding::CertificateRoot
            | Finding::CertificateExpired
            | Finding::CertificateEarly
            | Finding::CertificateRefused
            | Finding::TlsOld => self.chain = Fact::No,
            Finding::ServicesOpen => self.service = Fact::Yes,
            Finding::ServicesOff => self.service = Fact::No,
            Finding::ModeService => self.in_service = Fact::Yes,
            Finding::ModeOwn => self.in_service = Fact::No,
            Finding::ReleaseConfirmed => self.released = Fact::Yes,
            Finding::ReleaseFailed => self.released = Fact::No,
            _ => {}
        }
    }
}

fn place(base: &BaseSettings) -> Place {
    let connection = base
        .connect
        .as_deref()
        .and_then(|connect| Connection::parse(connect).ok());
    match connection.map(|connection| connection.connect) {
        Some(Connect::File { .. }) => Place::File,
        Some(Connect::Server { .. }) => Place::Server,
        Some(Connect::Web { .. }) | None => Place::Web,
    }
}
