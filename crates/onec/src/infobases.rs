//! Lists of infobases, `ibases.v8i` and shared `*.v8i` (administrator guide, "*.v8i").
//!
//! ```text
//! bytes of a file ──► starter::text_of ──► parse ──► entries in the order of the file ──► tree::rows
//! ```
//!
//! A list is read as the starter reads it, so that both show the same bases. Nothing is refused: what makes no sense is
//! kept as text.

use std::fmt;

use crate::connection::Connection;
use crate::platforms::{ArchWish, Client, VersionMask, Wish};

pub mod tree;

/// One section of a list: a base or a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name between the square brackets, as written.
    pub name: String,
    /// What it opens.
    pub content: Content,
    /// `ID`, as written; lists made by hand have none.
    pub id: Option<String>,
    /// `OrderInList`: the place in the flat list, with up to 15 digits; -1 for groups.
    pub order: Option<f64>,
    /// `Folder`: the path of the group, `/Клиенты/Розница`.
    pub folder: Option<String>,
    /// `External`: the base came from a shared list.
    pub external: bool,
    /// `App`, as written; see [`Entry::app`].
    pub app: Option<String>,
    /// `Version`, as written: a full version or a mask.
    pub version: Option<String>,
    /// All other keys and values, as written and in order.
    pub extra: Vec<(String, String)>,
}

/// What an entry opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing: `Connect` is empty or missing.
    Group,
    /// A base.
    Base(Connection),
    /// `Connect` is there and names no base; this is its text, without a claim that no password is in it.
    Unreadable(String),
}

/// Which client a base wants (`App`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum App {
    /// `Auto`, or nothing said.
    #[default]
    Auto,
    /// `ThinClient`.
    Thin,
    /// `ThickClient`.
    Thick,
    /// `WebClient`: the browser.
    Web,
}

/// Reads the text of a list. Lines before the first section and lines that are no `key=value` are passed over, a key that
/// comes twice counts as the starter would overwrite it: the last one.
pub fn parse(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    // Each split searches for one byte, which is several times faster than for either of two.
    let lines = text.split('\n').flat_map(|line| line.split('\r'));
    for line in lines.map(str::trim_start) {
        if line.starts_with(';') {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            // A bracket may be part of a name; one that is not closed still begins a section, or the keys below it would
            // change the base above.
            let name = rest.rfind(']').map_or(rest.trim_end(), |end| &rest[..end]);
            entries.push(Entry::named(name));
        } else if let (Some((key, value)), Some(entry)) = (line.split_once('='), entries.last_mut()) {
            entry.put(key, value);
        }
    }
    entries
}

impl Entry {
    /// A group of this name in no group: the start of every entry.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            content: Content::Group,
            id: None,
            order: None,
            folder: None,
            external: false,
            app: None,
            version: None,
            extra: Vec::new(),
        }
    }

    /// How the base is reached, if the entry is a base that can be read.
    pub fn connection(&self) -> Option<&Connection> {
        match &self.content {
            Content::Base(connection) => Some(connection),
            Content::Group | Content::Unreadable(_) => None,
        }
    }

    /// Whether the entry is a group.
    pub fn is_group(&self) -> bool {
        self.content == Content::Group
    }

    /// The value of one of the other keys, in any case; the last one if it comes twice.
    pub fn value(&self, key: &str) -> Option<&str> {
        let mut values = self.extra.iter().rev();
        values
            .find(|(known, _)| known.eq_ignore_ascii_case(key))
            .map(|(_, value)| value.trim())
    }

    /// The client that the base wants; an unknown word counts as `Auto`.
    pub fn app(&self) -> App {
        match self.app.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
            "thinclient" => App::Thin,
            "thickclient" => App::Thick,
            "webclient" => App::Web,
            _ => App::Auto,
        }
    }

    /// What the base asks of the installed versions for this client.
    pub fn wish(&self, client: Client) -> Wish {
        Wish {
            version: self.version.as_deref().and_then(VersionMask::parse),
            default_version: self.value("DefaultVersion").and_then(VersionMask::parse),
            arch: self.value("AppArch").and_then(ArchWish::parse),
            client,
        }
    }

    fn put(&mut self, key: &str, value: &str) {
        let trimmed = value.trim();
        let text = || Some(trimmed.to_owned()).filter(|text| !text.is_empty());
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        // A space before `=` makes another key of it for the platform: `Connect = ...` is a group there.
        if is("Connect") {
            self.content = content(trimmed);
        } else if is("ID") {
            self.id = text();
        } else if is("Folder") {
            self.folder = text();
        } else if is("App") {
            self.app = text();
        } else if is("Version") {
            self.version = text();
        } else if is("OrderInList") {
            match trimmed.parse().ok().filter(|order: &f64| order.is_finite()) {
                Some(order) => self.order = Some(order),
                None => self.keep(key, value),
            }
        } else if is("External") && matches!(trimmed, "0" | "1" | "") {
            self.external = trimmed == "1";
        } else if !key.is_empty() {
            self.keep(key, value);
        }
    }

    fn keep(&mut self, key: &str, value: &str) {
        self.extra.push((key.to_owned(), value.to_owned()));
    }
}

/// The section as the starter writes it, each line ending with CR LF.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = self.order.map(|order| order.to_string());
        let connect = match &self.content {
            Content::Group => None,
            Content::Base(connection) => Some(connection.to_string()),
            Content::Unreadable(text) => Some(text.clone()),
        };
        let known = [
            ("Connect", connect.as_deref()),
            ("ID", self.id.as_deref()),
            ("OrderInList", order.as_deref()),
            ("Folder", self.folder.as_deref()),
            ("External", self.external.then_some("1")),
            ("App", self.app.as_deref()),
            ("Version", self.version.as_deref()),
        ];
        let known = known.iter().filter_map(|(key, value)| Some((*key, (*value)?)));
        let extra = self.extra.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        write!(f, "[{}]\r\n", self.name)?;
        known
            .chain(extra)
            .try_for_each(|(key, value)| write!(f, "{key}={value}\r\n"))
    }
}

fn content(text: &str) -> Content {
    if text.is_empty() {
        return Content::Group;
    }
    Connection::parse(text).map_or_else(|_| Content::Unreadable(text.to_owned()), Content::Base)
}

#[cfg(test)]
mod tests;
