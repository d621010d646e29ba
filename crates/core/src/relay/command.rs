//! Commands for Hotstart that come through a portal: read strictly, and obeyed only for an author of the list.
//!
//! A command names an operation and an entity, nothing else; what the base is given is read from the portal afterwards.
//! It comes on the channel of an application (`hotstart.open`, `hotstart.relay`, `hotstart.notify`), or as a line
//! `#hotstart <command> ...` of a REST notification, which a robot makes through the portal's own incoming webhook.
use bitrix24::{Entity, EntityId, EntityType};
use serde_json::{Value, json};

use super::{event_id, number};
use crate::Timestamp;
use crate::failure::{Code, Failure};
use crate::link::{Link, entity_link};
use crate::notification::PortalEvent;
use crate::ports::RelayEvent;
use crate::settings::{BaseSettings, ConnectionKind, PortalSettings, Settings};

mod line;
mod params;

pub use line::without_command;
use line::{line, notice, of_line};
use params::of_params;

/// The longest name of an operation.
const LONGEST_OPERATION: usize = 64;
/// What happened to an entity, when a command does not say what to do with it.
const CHANGED: &str = "changed";
/// After this many milliseconds a window that opens by itself would only startle.
const STALE: u64 = 120_000;

/// A command that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What to do.
    pub what: What,
    /// With what; a note needs nothing.
    pub entity: Option<Entity>,
    /// The base it names; only the one that belongs to the portal may be named.
    pub base: Option<String>,
}

/// What a command wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Open the object of the entity, or make this one from it (`Документ.ЗаказКлиента`).
    Open {
        /// Kind and name.
        make: Option<String>,
    },
    /// Give the entity to the base.
    Relay {
        /// What the base shall do with it.
        operation: String,
        /// Its answer is wanted on the portal.
        answer: bool,
    },
    /// Put a note into the inbox.
    Notify {
        /// The title; may be empty.
        title: String,
        /// The text; may be empty where the note is there already.
        text: String,
    },
}

/// Who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A user of the portal.
    User(String),
    /// The application of the connection.
    Application(String),
}

/// A command of an author who may give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The portal.
    pub portal: String,
    /// The command.
    pub command: Command,
    /// Who gave it.
    pub author: Author,
    /// The same key for the same command, by whatever way it comes.
    pub id: String,
    /// It came so late that nothing shall open by itself.
    pub stale: bool,
    /// The alias of the base that belongs to the portal.
    base: Option<String>,
}

impl Order {
    /// The link that the command leads to.
    pub fn link(&self) -> Option<String> {
        let entity = self.command.entity?;
        let make = match &self.command.what {
            What::Open { make: Some(make) } => format!("/new/{make}"),
            What::Open { make: None } | What::Relay { .. } | What::Notify { .. } => String::new(),
        };
        Some(format!("{}{make}", entity_link(&self.portal, entity)))
    }

    /// The event for the base, for a command that wants one.
    pub fn event(&self, now: Timestamp) -> Option<RelayEvent> {
        let What::Relay { operation, answer } = &self.command.what else {
            return None;
        };
        let entity = self.command.entity?;
        let author = match &self.author {
            Author::User(id) => json!({"userId": id}),
            Author::Application(id) => json!({"application": id}),
        };
        Some(RelayEvent {
            base: self.base.clone()?,
            id: self.id.clone(),
            kind: format!("hotstart/{operation}"),
            portal: self.portal.clone(),
            entity: Some(entity),
            reads: true,
            data: json!({"portal": self.portal, "entity": entity_json(entity), "author": author}),
            answer: *answer,
            at: now,
        })
    }
}

/// How 1C is told of an entity.
pub(super) fn entity_json(entity: Entity) -> Value {
    json!({"type": entity.entity_type.to_string(), "id": entity.id.get()})
}

/// Reads an event as a command; none for an event that is no command. A command that may not be obeyed is a failure.
pub fn order(settings: &Settings, event: &PortalEvent<'_>, now: Timestamp) -> Option<Result<Order, Failure>> {
    let portal = settings.portal(event.portal)?;
    let (command, author, id) = if let Some(name) = event.command.strip_prefix("hotstart.") {
        let application = portal.application.as_ref().map(|known| known.client_id.clone());
        let is_own = portal.connection == ConnectionKind::Application && !event.from_client;
        let author = application.filter(|_| is_own).map(Author::Application);
        (of_params(name, event.params), author, event_id(event))
    } else {
        let text = notice(event)?;
        let command = of_line(line(text)?);
        let user = number(&event.params["userId"]).filter(|_| !event.from_client);
        let id = number(&event.params["id"]).map(|id| format!("{}/notify/{id}", event.portal));
        let author = user.map(|user| Author::User(user.to_string()));
        (command, author, id.unwrap_or_else(|| event_id(event)))
    };
    let allowed = author.filter(|author| is_allowed(settings, portal, author));
    let Some(author) = allowed else {
        return Some(Err(Failure::new(Code::CommandAuthor).with("portal", event.portal)));
    };
    let stale = event.server_time.is_some_and(|at| now.since(at) > STALE);
    Some(command.and_then(|command| {
        let base = mapped(settings, portal, &command)?;
        let order = Order {
            portal: event.portal.to_owned(),
            command,
            author,
            id,
            stale,
            base,
        };
        match order.link().map(|link| Link::parse(&link).map(drop)) {
            Some(Err(refused)) => Err(invalid(refused.code())),
            Some(Ok(())) | None => Ok(order),
        }
    }))
}

fn is_allowed(settings: &Settings, portal: &PortalSettings, author: &Author) -> bool {
    settings.relay.authors.iter().any(|known| {
        known.portal == portal.portal
            && match author {
                Author::User(id) => known.user_id.as_deref() == Some(id),
                Author::Application(id) => known.application.as_deref() == Some(id),
            }
    })
}

/// The base that belongs to the portal. A command may name it, and none but it.
fn mapped(settings: &Settings, portal: &PortalSettings, command: &Command) -> Result<Option<String>, Failure> {
    let base = base_of(settings, portal, command.entity);
    if let Some(named) = &command.base {
        let same = base
            .zip(settings.base(named))
            .is_some_and(|(own, named)| own.alias == named.alias);
        if !same {
            return Err(Failure::new(Code::CommandBase).with("portal", &portal.portal));
        }
    }
    if !matches!(command.what, What::Relay { .. }) {
        return Ok(base.map(|base| base.alias.clone()));
    }
    let base = base.ok_or_else(|| Failure::new(Code::BaseUnmapped).with("portal", &portal.portal))?;
    if settings.relay.base(&base.alias).is_none() {
        return Err(Failure::new(Code::RelayOff).with("base", &base.name));
    }
    Ok(Some(base.alias.clone()))
}

/// The base of a portal for this type of entity; else the one for everything.
fn base_of<'a>(settings: &'a Settings, portal: &PortalSettings, entity: Option<Entity>) -> Option<&'a BaseSettings> {
    let mapping = settings.mappings.iter().find(|mapping| mapping.portal == portal.portal);
    let kinds = mapping.into_iter().flat_map(|mapping| &mapping.kinds);
    let of_type = kinds.filter(|kind| entity.is_some_and(|entity| kind.entity_type() == Some(entity.entity_type)));
    let mut mapped = of_type.filter_map(|kind| settings.base(&kind.base));
    mapped
        .next()
        .or_else(|| portal.base.as_deref().and_then(|alias| settings.base(alias)))
}

fn of_crm(entity_type: EntityType, id: EntityId) -> Option<Entity> {
    entity_type.is_crm().then_some(Entity { entity_type, id })
}

fn operation(word: &str) -> Result<String, Failure> {
    let fits = word.len() <= LONGEST_OPERATION
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
    fits.then(|| word.to_owned())
        .ok_or_else(|| invalid("command.operation"))
}

fn invalid(detail: &str) -> Failure {
    Failure::new(Code::CommandInvalid).with("detail", detail)
}
