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

/// What a line of a notification begins with.
const MARK: &str = "#hotstart";
/// The longest line that is read, in bytes.
const LONGEST: usize = 1024;
/// The longest name of an operation.
const LONGEST_OPERATION: usize = 64;
/// The longest text of a notification.
const LONGEST_TEXT: usize = 2000;
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

/// The parameters of a notification without the line that is a command: what is left is for the user. None where nothing
/// is left.
pub fn without_command(params: &Value) -> Option<Value> {
    let text = params["text"].as_str().unwrap_or_default();
    let rest: Vec<&str> = lines(text).filter(|line| !is_command(line)).collect();
    let rest = rest.join("\n");
    (!rest.trim().is_empty()).then(|| {
        let mut params = params.clone();
        params["text"] = rest.trim().into();
        params
    })
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

/// The text of a notification that REST has made.
fn notice<'a>(event: &PortalEvent<'a>) -> Option<&'a str> {
    let is_notice = event.module.eq_ignore_ascii_case("im") && event.command == "notifyAdd";
    let params = event.params;
    let by_rest = ["settingName", "setting_name"]
        .iter()
        .any(|name| params[*name].as_str() == Some("rest|rest_notify"));
    (is_notice && by_rest).then(|| params["text"].as_str()).flatten()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    const BREAKS: [&str; 5] = ["<br>", "<br/>", "<br />", "[br]", "[BR]"];
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let next = BREAKS
            .iter()
            .copied()
            .chain(["\n"])
            .filter_map(|part| text.find(part).map(|at| (at, part.len())))
            .min();
        let (line, behind) = match next {
            Some((at, length)) => (text.get(..at)?, text.get(at + length..)),
            None => (text, None),
        };
        rest = behind;
        Some(line.trim())
    })
}

fn is_command(line: &str) -> bool {
    line.strip_prefix(MARK)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn line(text: &str) -> Option<&str> {
    lines(text).find(|line| is_command(line))
}

/// `#hotstart relay deal 123 order answer base ut`.
fn of_line(line: &str) -> Result<Command, Failure> {
    if line.len() > LONGEST || line.chars().any(char::is_control) {
        return Err(invalid("command.length"));
    }
    let mut words = line.split_whitespace().skip(1).peekable();
    let name = words.next().unwrap_or_default();
    let (kind, id) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let entity = EntityId::parse(id).and_then(|id| of_crm(EntityType::parse(kind)?, id));
    let entity = Some(entity.ok_or_else(|| invalid("command.entity"))?);
    let what = match name {
        "open" => What::Open {
            make: match words.next_if_eq(&"new") {
                Some(_) => Some(words.next().ok_or_else(|| invalid("command.new"))?.to_owned()),
                None => None,
            },
        },
        "relay" => What::Relay {
            operation: match words.next_if(|word| *word != "answer" && *word != "base") {
                Some(word) => operation(word)?,
                None => CHANGED.to_owned(),
            },
            answer: words.next_if_eq(&"answer").is_some(),
        },
        "notify" => What::Notify {
            title: String::new(),
            text: String::new(),
        },
        _ => return Err(invalid("command.unknown")),
    };
    let base = match words.next_if_eq(&"base") {
        Some(_) => Some(words.next().ok_or_else(|| invalid("command.base"))?.to_owned()),
        None => None,
    };
    if words.next().is_some() {
        return Err(invalid("command.words"));
    }
    Ok(Command { what, entity, base })
}

/// The parameters of `hotstart.<name>`.
fn of_params(name: &str, params: &Value) -> Result<Command, Failure> {
    let known: &[&str] = match name {
        "open" => &["type", "id", "base", "new"],
        "relay" => &["type", "id", "base", "operation", "answer"],
        "notify" => &["type", "id", "base", "title", "text"],
        _ => return Err(invalid("command.unknown")),
    };
    let params = params.as_object().ok_or_else(|| invalid("command.params"))?;
    if params.keys().any(|key| !known.contains(&key.as_str())) {
        return Err(invalid("command.params"));
    }
    let text = |key: &str| match params.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= LONGEST_TEXT => Ok(Some(text.clone())),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
            Err(invalid("command.params"))
        }
    };
    let entity = match (params.get("type"), params.get("id")) {
        (None, None) => None,
        (Some(kind), Some(id)) => {
            let kind = match kind {
                Value::String(word) => EntityType::parse(word),
                Value::Number(number) => number.as_u64().and_then(EntityType::from_number),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
            let id = number(id).and_then(EntityId::new);
            let entity = kind.zip(id).and_then(|(kind, id)| of_crm(kind, id));
            Some(entity.ok_or_else(|| invalid("command.entity"))?)
        }
        _ => return Err(invalid("command.entity")),
    };
    let what = match name {
        "open" => What::Open { make: text("new")? },
        "relay" => What::Relay {
            operation: text("operation")?.map_or(Ok(CHANGED.to_owned()), |word| operation(&word))?,
            answer: match params.get("answer") {
                None | Some(Value::Null) => false,
                // Whoever sends parameters as a form has no other words for it.
                Some(value) => matches!(value, Value::Bool(true)) || value == "Y" || value == "1" || value == 1,
            },
        },
        _ => What::Notify {
            title: text("title")?.unwrap_or_default(),
            text: text("text")?
                .filter(|text| !text.trim().is_empty())
                .ok_or_else(|| invalid("command.text"))?,
        },
    };
    if entity.is_none() && !matches!(what, What::Notify { .. }) {
        return Err(invalid("command.entity"));
    }
    Ok(Command {
        what,
        entity,
        base: text("base")?,
    })
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
