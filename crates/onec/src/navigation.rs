//! Navigation links: 1C's own links to a place inside a base.

mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::identifier::Identifier;
use crate::kind::{Language, ObjectType};
use crate::reference::Ref;

/// A place inside a base. `Display` prints the canonical link: raw Cyrillic, `ref` in lower case, names as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NavigationLink {
    /// `e1cib/data/Документ.Заказ?ref=..`: the form of an object.
    Object {
        /// The type of the object.
        of: ObjectType,
        /// Which object.
        reference: Ref,
    },
    /// `e1cib/data/Справочник.X.Картинка?ref=..`: a value stored in an attribute (a resource, not a form).
    Attribute {
        /// The type of the object.
        of: ObjectType,
        /// Which object.
        reference: Ref,
        /// The attribute.
        attribute: Identifier,
    },
    /// `e1cib/data/Справочник.X?refName=Y`: the form of a predefined item.
    Predefined {
        /// The type of the item.
        of: ObjectType,
        /// Its name in the configuration.
        name: Identifier,
    },
    /// `e1cib/data/Документ.Заказ`: the form of a new object.
    New {
        /// The type of the object.
        of: ObjectType,
    },
    /// `e1cib/list/Документ.Заказ[?name=X]`: a list.
    List {
        /// What is listed.
        of: ObjectType,
        /// The list form, if named.
        name: Option<Identifier>,
    },
    /// `e1cib/command/..`: a command.
    Command(CommandName),
    /// `e1cib/app/..`: a report, a data processor or a form.
    App(AppName),
    /// `e1cib/navigationpoint/startpage`: the home page.
    StartPage,
    /// `e1cib/navigationpoint/<section>[.<section>][/<command>]`: a section, or a command shown in it.
    Section {
        /// The section and its subsections (`desktop` is the main section); never empty.
        path: Vec<Identifier>,
        /// The command.
        command: Option<CommandName>,
    },
    /// `e1cib/helpservice/topics/v8config/..`: a page of the built-in help.
    Help {
        /// The segments behind `helpservice/`; never empty.
        topic: Vec<String>,
    },
}

/// The full name of a command.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CommandName {
    /// `ОбщаяКоманда.X`.
    Common {
        /// The language of the first word.
        language: Language,
        /// The command.
        name: Identifier,
    },
    /// `Документ.Заказ.Команда.X`.
    Own {
        /// The owner of the command.
        of: ObjectType,
        /// The language of the word `Команда`.
        language: Language,
        /// The command.
        name: Identifier,
    },
    /// `Document.Invoice.Create`: a command that the platform gives to every object of the kind.
    Standard {
        /// The owner of the command.
        of: ObjectType,
        /// `Create`, `OpenList` ...
        name: Identifier,
    },
}

/// What `e1cib/app/` opens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppName {
    /// A report, a data processor, a common form or an information register.
    pub of: ObjectType,
    /// The form, with the language of the word `Форма`.
    pub form: Option<(Language, Identifier)>,
}

/// Why a text is no navigation link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NavRefused {
    /// Nothing is there.
    #[error("the navigation link is empty")]
    Empty,
    /// It does not begin with `e1cib/` and a known part, or has too few or too many segments.
    #[error("not a navigation link of 1C")]
    Shape,
    /// No such kind of metadata, or one that this form of link cannot show.
    #[error("unknown kind of metadata for this link")]
    Kind,
    /// A name is no 1C identifier.
    #[error("a name in the link is no 1C identifier")]
    Identifier,
    /// The `ref` is not 32 hexadecimal digits, or all zero.
    #[error("the reference is not 32 hexadecimal digits, or empty")]
    Reference,
    /// A parameter is unknown, repeated or missing.
    #[error("unknown or repeated parameter in the navigation link")]
    Query,
    /// `tempstorage` or `seanceId`: it lives in another session and may carry its secret.
    #[error("links into the session of another window are not opened")]
    Session,
    /// Broken percent-encoding.
    #[error("broken percent-encoding")]
    Encoding,
}

impl NavigationLink {
    /// Reads a link, raw or percent-encoded (decoded once).
    pub fn parse(text: &str) -> Result<Self, NavRefused> {
        parse::navigation_link(text)
    }

    /// The type of object and the reference, if the link points to an object.
    pub fn object(&self) -> Option<(&ObjectType, Ref)> {
        match self {
            Self::Object { of, reference } | Self::Attribute { of, reference, .. } => Some((of, *reference)),
            Self::Predefined { .. }
            | Self::New { .. }
            | Self::List { .. }
            | Self::Command(_)
            | Self::App(_)
            | Self::StartPage
            | Self::Section { .. }
            | Self::Help { .. } => None,
        }
    }

    /// The link runs a command, starts a report or data processor, or begins a new object: more than looking.
    pub fn is_active(&self) -> bool {
        match self {
            Self::New { .. } | Self::Command(_) | Self::App(_) => true,
            Self::Section { command, .. } => command.is_some(),
            Self::Object { .. }
            | Self::Attribute { .. }
            | Self::Predefined { .. }
            | Self::List { .. }
            | Self::StartPage
            | Self::Help { .. } => false,
        }
    }
}

impl CommandName {
    /// Reads the full name of a command from decoded text.
    pub fn parse(text: &str) -> Result<Self, NavRefused> {
        parse::command(text)
    }
}

impl ObjectType {
    /// Reads `Kind.Name` from decoded text.
    pub fn parse(text: &str) -> Result<Self, NavRefused> {
        parse::object_type(text)
    }
}

impl fmt::Display for NavigationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { of, reference } => write!(f, "e1cib/data/{of}?ref={reference}"),
            Self::Attribute {
                of,
                reference,
                attribute,
            } => write!(f, "e1cib/data/{of}.{attribute}?ref={reference}"),
            Self::Predefined { of, name } => write!(f, "e1cib/data/{of}?refName={name}"),
            Self::New { of } => write!(f, "e1cib/data/{of}"),
            Self::List { of, name: None } => write!(f, "e1cib/list/{of}"),
            Self::List { of, name: Some(name) } => write!(f, "e1cib/list/{of}?name={name}"),
            Self::Command(command) => write!(f, "e1cib/command/{command}"),
            Self::App(app) => write!(f, "e1cib/app/{app}"),
            Self::StartPage => f.write_str("e1cib/navigationpoint/startpage"),
            Self::Section { path, command } => {
                f.write_str("e1cib/navigationpoint/")?;
                for (index, section) in path.iter().enumerate() {
                    write!(f, "{}{section}", if index == 0 { "" } else { "." })?;
                }
                command.iter().try_for_each(|command| write!(f, "/{command}"))
            }
            Self::Help { topic } => {
                f.write_str("e1cib/helpservice")?;
                topic.iter().try_for_each(|segment| write!(f, "/{segment}"))
            }
        }
    }
}

impl fmt::Display for CommandName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common { language, name } => write!(f, "{}.{name}", language.pick("ОбщаяКоманда", "CommonCommand")),
            Self::Own { of, language, name } => write!(f, "{of}.{}.{name}", language.pick("Команда", "Command")),
            Self::Standard { of, name } => write!(f, "{of}.{name}"),
        }
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.of)?;
        self.form
            .iter()
            .try_for_each(|(language, form)| write!(f, ".{}.{form}", language.pick("Форма", "Form")))
    }
}
