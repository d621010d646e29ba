//! Failures that a person can see: a stable code, parameters for its text, and nothing secret.
//!
//! The user interface shows code and text; the journal keeps the code; nothing ever matches on the text.
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::texts::{self, Language};

/// The stable part of a failure. Its written form (`portal.unreachable`) is a contract with scripts and help pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// The link was refused before anything was asked; why, says the finer code.
    LinkRefused,
    /// The base of the link is not in the settings.
    BaseUnknown,
    /// The link names no base and none or several could be meant.
    BaseUnmapped,
    /// The base has no publication, so it cannot be opened in a window.
    BaseUnpublished,
    /// No list and no setting says where the base is, so the 1C program cannot open it.
    BaseUnlisted,
    /// There is no 1C program on this computer.
    PlatformMissing,
    /// The values of the base do not fit on a command line of this system; the parameter `detail` says why.
    LaunchRefused,
    /// The 1C program could not be started.
    LaunchFailed,
    /// The desktop did not take this program for links of 1C.
    SchemeFailed,
    /// The publication refused a session because every licence is in use.
    LicenceBusy,
    /// The HTTP service of a base does not let this user in.
    ServiceRefused,
    /// The HTTP service of a base did not do what it was asked for.
    ServiceFailed,
    /// The publication does not answer.
    BaseUnreachable,
    /// The publication keeps sessions out for maintenance.
    BaseLocked,
    /// The session did not end when it was asked to, so its licence may still be held.
    ReleaseFailed,
    /// The portal of the link is not connected.
    PortalUnknown,
    /// The portal does not answer.
    PortalUnreachable,
    /// The portal answered something that is no REST answer (a captive portal, a login page).
    PortalUnexpected,
    /// The certificate of the portal or of its event server is refused; the parameter `detail` says why.
    PortalCertificate,
    /// The portal asked to slow down.
    PortalLimit,
    /// The channel of an application carries nothing of the messenger; the parameter `minutes` says how often it is asked.
    ChannelOwn,
    /// The channel cannot be had, so the portal is polled; the parameter `detail` says why.
    ChannelMissing,
    /// It is not known whether the portal has got an answer.
    AnswerUnsure,
    /// The notification asks for no answer any more.
    AnswerGone,
    /// Events may be missing; the parameter `detail` says why.
    EventsMissed,
    /// The portal did not accept the secret of the connection.
    AuthRefused,
    /// The connection lacks a scope; the parameter `scope` names it.
    AuthScope,
    /// The user's sign-in has run out: tokens or session are dead.
    AuthSignIn,
    /// Id or secret cannot be those of an application.
    ApplicationInvalid,
    /// The portal does not know the application, or not with this secret.
    ApplicationRefused,
    /// The text is no address of a portal.
    PortalInvalid,
    /// The address that came back answers another sign-in, or comes from another portal.
    LoginForeign,
    /// The address that came back holds no code: the portal, or the user, has not agreed.
    LoginDenied,
    /// The sign-in took too long.
    LoginExpired,
    /// No sign-in waits for an answer: there was none, or it was answered already.
    LoginNone,
    /// The company does not allow sign-ins in a window.
    SessionForbidden,
    /// The address is not an incoming webhook.
    WebhookInvalid,
    /// Plain http is accepted for loopback and intranet only.
    AddressInsecure,
    /// The address is not a publication of an infobase.
    PublicationInvalid,
    /// The alias is taken or not allowed.
    AliasInvalid,
    /// The text is no connection string of an infobase.
    ConnectInvalid,
    /// The connection string holds a user name or a password.
    ConnectLogin,
    /// The text is no version of the platform.
    PlatformInvalid,
    /// The entity has no 1C object that is known.
    EntityWithoutObject,
    /// The entity does not exist or the user may not see it.
    EntityMissing,
    /// Something in the mapping of a portal does not fit; the parameter `value` says what.
    MappingInvalid,
    /// The text names no entity of a portal.
    EntityInvalid,
    /// The entity has no field for links.
    FieldMissing,
    /// Only an administrator of the portal may make fields.
    FieldRights,
    /// No connected portal has an entity that leads to the object.
    ObjectWithoutEntity,
    /// There is no secret store on this desk.
    KeyringMissing,
    /// The secret store is locked or refused.
    KeyringLocked,
    /// The default browser could not be started.
    BrowserFailed,
    /// The data folder could not be read or written.
    StoreFailed,
    /// What the company has set for its desks cannot be read; the parameter `detail` says why.
    PolicyBroken,
    /// The port of the bridge belongs to another program.
    BridgePort,
    /// A call of 1C over the bridge makes no sense; the parameter `detail` says why.
    BridgeCall,
    /// 1C may not call this method of a portal over the bridge.
    BridgeMethod,
    /// The token of a call over the bridge is not known, or not any more.
    BridgeToken,
    /// No client of the base is attached to the bridge.
    ClientMissing,
    /// The client that is attached to the bridge did not take the link in time.
    ClientSilent,
    /// The base refused an event for good; the parameter `detail` has its words.
    RelayRefused,
    /// The base failed with an event again and again.
    RelayFailed,
    /// Too many events wait for a base, and the oldest was given up.
    RelayFull,
    /// The base of a command gets no events.
    RelayOff,
    /// No field of the portal is named for the answer of a base.
    AnswerUnmapped,
    /// A client of 1C answers an event that its base was not given.
    AnswerForeign,
    /// The author of a command is not on the list.
    CommandAuthor,
    /// A command could not be read; the parameter `detail` says why.
    CommandInvalid,
    /// A command names a base that does not belong to its portal.
    CommandBase,
    /// A portal gives more commands than are obeyed.
    CommandLimit,
    /// The portal does not give offline events to this connection.
    OfflineRefused,
    /// Something else went wrong; the parameter `detail` says what.
    Internal,
}

impl Code {
    /// Every code, for tests and for the exported catalogue.
    pub const ALL: [Self; 73] = [
        Self::LinkRefused,
        Self::BaseUnknown,
        Self::BaseUnmapped,
        Self::BaseUnpublished,
        Self::BaseUnlisted,
        Self::PlatformMissing,
        Self::LaunchRefused,
        Self::LaunchFailed,
        Self::SchemeFailed,
        Self::LicenceBusy,
        Self::ServiceRefused,
        Self::ServiceFailed,
        Self::BaseUnreachable,
        Self::BaseLocked,
        Self::ReleaseFailed,
        Self::PortalUnknown,
        Self::PortalUnreachable,
        Self::PortalUnexpected,
        Self::PortalCertificate,
        Self::PortalLimit,
        Self::EventsMissed,
        Self::ChannelOwn,
        Self::ChannelMissing,
        Self::AnswerUnsure,
        Self::AnswerGone,
        Self::AuthRefused,
        Self::AuthScope,
        Self::AuthSignIn,
        Self::ApplicationInvalid,
        Self::ApplicationRefused,
        Self::PortalInvalid,
        Self::LoginForeign,
        Self::LoginDenied,
        Self::LoginExpired,
        Self::LoginNone,
        Self::SessionForbidden,
        Self::WebhookInvalid,
        Self::AddressInsecure,
        Self::PublicationInvalid,
        Self::AliasInvalid,
        Self::ConnectInvalid,
        Self::ConnectLogin,
        Self::PlatformInvalid,
        Self::EntityWithoutObject,
        Self::EntityMissing,
        Self::MappingInvalid,
        Self::EntityInvalid,
        Self::FieldMissing,
        Self::FieldRights,
        Self::ObjectWithoutEntity,
        Self::KeyringMissing,
        Self::KeyringLocked,
        Self::BrowserFailed,
        Self::StoreFailed,
        Self::PolicyBroken,
        Self::BridgePort,
        Self::BridgeCall,
        Self::BridgeMethod,
        Self::BridgeToken,
        Self::ClientMissing,
        Self::ClientSilent,
        Self::RelayRefused,
        Self::RelayFailed,
        Self::RelayFull,
        Self::RelayOff,
        Self::AnswerUnmapped,
        Self::AnswerForeign,
        Self::CommandAuthor,
        Self::CommandInvalid,
        Self::CommandBase,
        Self::CommandLimit,
        Self::OfflineRefused,
        Self::Internal,
    ];

    /// Whether it passes by itself, so that what met it is tried again later.
    pub const fn passes(self) -> bool {
        matches!(
            self,
            Self::PortalUnreachable
                | Self::PortalLimit
                | Self::PortalCertificate
                | Self::KeyringLocked
                | Self::StoreFailed
        )
    }

    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LinkRefused => "link.refused",
            Self::BaseUnknown => "base.unknown",
            Self::BaseUnmapped => "base.unmapped",
            Self::BaseUnpublished => "base.unpublished",
            Self::BaseUnlisted => "base.unlisted",
            Self::PlatformMissing => "platform.missing",
            Self::LaunchRefused => "launch.refused",
            Self::LaunchFailed => "launch.failed",
            Self::SchemeFailed => "scheme.failed",
            Self::LicenceBusy => "licence.busy",
            Self::ServiceRefused => "service.refused",
            Self::ServiceFailed => "service.failed",
            Self::BaseUnreachable => "base.unreachable",
            Self::BaseLocked => "base.locked",
            Self::ReleaseFailed => "licence.release-failed",
            Self::PortalUnknown => "portal.unknown",
            Self::PortalUnreachable => "portal.unreachable",
            Self::PortalUnexpected => "portal.unexpected",
            Self::PortalCertificate => "portal.certificate",
            Self::PortalLimit => "portal.limit",
            Self::EventsMissed => "events.missed",
            Self::ChannelOwn => "channel.own",
            Self::ChannelMissing => "channel.missing",
            Self::AnswerUnsure => "answer.unsure",
            Self::AnswerGone => "answer.gone",
            Self::AuthRefused => "auth.refused",
            Self::AuthScope => "auth.scope",
            Self::AuthSignIn => "auth.sign-in",
            Self::ApplicationInvalid => "application.invalid",
            Self::ApplicationRefused => "application.refused",
            Self::PortalInvalid => "portal.invalid",
            Self::LoginForeign => "login.foreign",
            Self::LoginDenied => "login.denied",
            Self::LoginExpired => "login.expired",
            Self::LoginNone => "login.none",
            Self::SessionForbidden => "session.forbidden",
            Self::WebhookInvalid => "webhook.invalid",
            Self::AddressInsecure => "address.insecure",
            Self::PublicationInvalid => "publication.invalid",
            Self::AliasInvalid => "alias.invalid",
            Self::ConnectInvalid => "connect.invalid",
            Self::ConnectLogin => "connect.login",
            Self::PlatformInvalid => "platform.invalid",
            Self::EntityWithoutObject => "entity.without-object",
            Self::EntityMissing => "entity.missing",
            Self::MappingInvalid => "mapping.invalid",
            Self::EntityInvalid => "entity.invalid",
            Self::FieldMissing => "field.missing",
            Self::FieldRights => "field.rights",
            Self::ObjectWithoutEntity => "object.without-entity",
            Self::KeyringMissing => "keyring.missing",
            Self::KeyringLocked => "keyring.locked",
            Self::BrowserFailed => "browser.failed",
            Self::StoreFailed => "store.failed",
            Self::PolicyBroken => "policy.broken",
            Self::BridgePort => "bridge.port",
            Self::BridgeCall => "bridge.call",
            Self::BridgeMethod => "bridge.method",
            Self::BridgeToken => "bridge.token",
            Self::ClientMissing => "client.missing",
            Self::ClientSilent => "client.silent",
            Self::RelayRefused => "relay.refused",
            Self::RelayFailed => "relay.failed",
            Self::RelayFull => "relay.full",
            Self::RelayOff => "relay.off",
            Self::AnswerUnmapped => "relay.answer",
            Self::AnswerForeign => "relay.foreign",
            Self::CommandAuthor => "command.author",
            Self::CommandInvalid => "command.invalid",
            Self::CommandBase => "command.base",
            Self::CommandLimit => "command.limit",
            Self::OfflineRefused => "offline.refused",
            Self::Internal => "internal",
        }
    }
}

/// A code with what its text needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub code: Code,
    /// Values for the placeholders of the text. Never a secret, never a whole address with a query.
    pub parameters: BTreeMap<&'static str, String>,
    /// A finer stable code, where the source has one (`link.refused.scheme`).
    pub fine: Option<&'static str>,
}

impl Failure {
    /// A failure without parameters.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            parameters: BTreeMap::new(),
            fine: None,
        }
    }

    /// The same failure with a value for the placeholder `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.insert(name, value.into());
        self
    }

    /// The same failure with a finer code of its source.
    #[must_use]
    pub const fn finer(mut self, fine: &'static str) -> Self {
        self.fine = Some(fine);
        self
    }

    /// The written code, the finer one when there is one.
    pub fn code_text(&self) -> &'static str {
        self.fine.unwrap_or_else(|| self.code.as_str())
    }

    /// The text for a person, with the next step.
    pub fn text(&self, language: Language) -> String {
        let mut parameters: Vec<(&str, &str)> = self
            .parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if let Some(reason) = self.fine.and_then(|fine| texts::refusal(language, fine)) {
            parameters.push(("reason", reason));
        }
        texts::failure(language, self.code, &parameters)
    }

    /// What the user interface shows.
    pub fn view(&self, language: Language) -> FailureView {
        FailureView {
            code: self.code_text().to_owned(),
            text: self.text(language),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code_text(), self.text(Language::En))
    }
}

impl std::error::Error for Failure {}

/// A failure as the user interface gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FailureView {
    /// The stable code.
    pub code: String,
    /// What happened and what to do next, in the user's language.
    pub text: String,
}
