//! Connection strings of infobases: `File="C:\Base";`, `Srvr="host:1541";Ref="base";`, `ws="https://host/base";`.
//!
//! The parts are separated by semicolons, keys may be in any case, values may stand in quotes. Inside quotes a quote is
//! doubled and a semicolon is only a character (administrator guide, "Infobase connection string").

use std::fmt;

mod cluster;

pub use cluster::Cluster;

/// Which base a connection string names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Connect {
    /// A file base: the folder of the base, as written.
    File {
        /// The folder, in the spelling of the system the list was made for.
        path: String,
    },
    /// A base of a cluster of servers.
    Server {
        /// The servers as written: `host`, `host:1541`, `tcp://host:1541`, `[fe80::1%eth0]:1541`, or several of these
        /// separated by commas; see [`Cluster::list`].
        srvr: String,
        /// The name of the base in the cluster.
        reference: String,
    },
    /// A published base.
    Web {
        /// The address of the publication, as written.
        ws: String,
    },
}

/// A connection string taken apart; `Display` prints it in the spelling of the 1C starter.
///
/// `Debug` leaves passwords out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Connection {
    /// Which base.
    pub connect: Connect,
    /// The other parts in the order and the spelling of the text: `Usr`, `Pwd`, `Locale`, `wsn` and so on.
    pub other: Vec<(String, String)>,
}

/// Why a text is no connection string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionRefused {
    /// It names no base: none of `File`, `Srvr` with `Ref`, `ws` is there, or one of these is empty.
    #[error("the connection string names no base")]
    Incomplete,
    /// It names more than one base: `File` beside `Srvr`, or a key of these twice.
    #[error("the connection string names more than one base")]
    Ambiguous,
    /// A quote is not closed, or text follows a closing quote.
    #[error("a quote in the connection string is not closed")]
    Quote,
    /// A part is not `key=value`.
    #[error("a part of the connection string is not `key=value`")]
    Part,
    /// Control characters.
    #[error("control characters in the connection string")]
    Control,
}

impl Connection {
    /// Reads a connection string, or a bare web address as old lists hold it.
    pub fn parse(text: &str) -> Result<Self, ConnectionRefused> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(ConnectionRefused::Control);
        }
        if is_web_address(text) {
            let ws = text.trim_end_matches(';').to_owned();
            return Ok(Self::from(Connect::Web { ws }));
        }
        let mut found = Found::default();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
            if rest.is_empty() {
                return found.connection();
            }
            let (key, after) = rest.split_once('=').ok_or(ConnectionRefused::Part)?;
            let key = key.trim();
            if key.is_empty() || key.contains([';', '"']) {
                return Err(ConnectionRefused::Part);
            }
            let (value, after) = value(after)?;
            found.put(key, value)?;
            rest = after;
        }
    }

    /// The value of one of the other parts, its key in any case; the last one if there are several.
    pub fn part(&self, key: &str) -> Option<&str> {
        let mut parts = self.other.iter().rev();
        parts
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value.as_str())
    }

    /// The same base without the parts that are passwords: what may be shown and logged.
    #[must_use]
    pub fn without_passwords(&self) -> Self {
        let public = self.other.iter().filter(|(key, _)| !is_password(key));
        Self {
            connect: self.connect.clone(),
            other: public.cloned().collect(),
        }
    }
}

impl From<Connect> for Connection {
    fn from(connect: Connect) -> Self {
        Self {
            connect,
            other: Vec::new(),
        }
    }
}

impl fmt::Display for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path } => part(f, "File", path),
            Self::Server { srvr, reference } => {
                part(f, "Srvr", srvr)?;
                part(f, "Ref", reference)
            }
            Self::Web { ws } => part(f, "ws", ws),
        }
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.connect.fmt(f)?;
        self.other.iter().try_for_each(|(key, value)| part(f, key, value))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = self.without_passwords();
        let hidden = self.other.len() - public.other.len();
        f.debug_struct("Connection")
            .field("connect", &public.connect)
            .field("other", &public.other)
            .field("passwords", &hidden)
            .finish()
    }
}

/// Whether a part of a connection string with this key is a password.
pub fn is_password(key: &str) -> bool {
    ["Pwd", "wsp", "wsppwd"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(key))
}

fn part(f: &mut fmt::Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    write!(f, "{key}=\"{}\";", value.replace('"', "\"\""))
}

fn is_web_address(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// The value at the start of `text`, and what follows the semicolon that ends it.
fn value(text: &str) -> Result<(String, &str), ConnectionRefused> {
    let Some(mut rest) = text.trim_start().strip_prefix('"') else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return Ok((value.trim().to_owned(), rest));
    };
    let mut value = String::new();
    loop {
        let (head, tail) = rest.split_once('"').ok_or(ConnectionRefused::Quote)?;
        value.push_str(head);
        let Some(doubled) = tail.strip_prefix('"') else {
            let tail = tail.trim_start();
            return match tail.strip_prefix(';') {
                Some(rest) => Ok((value, rest)),
                None if tail.is_empty() => Ok((value, tail)),
                None => Err(ConnectionRefused::Quote),
            };
        };
        value.push('"');
        rest = doubled;
    }
}

#[derive(Default)]
struct Found {
    file: Option<String>,
    srvr: Option<String>,
    reference: Option<String>,
    ws: Option<String>,
    other: Vec<(String, String)>,
}

impl Found {
    fn put(&mut self, key: &str, value: String) -> Result<(), ConnectionRefused> {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        let place = if is("File") {
            &mut self.file
        } else if is("Srvr") {
            &mut self.srvr
        } else if is("Ref") {
            &mut self.reference
        } else if is("ws") {
            &mut self.ws
        } else {
            self.other.push((key.to_owned(), value));
            return Ok(());
        };
        match place.replace(value) {
            None => Ok(()),
            Some(_) => Err(ConnectionRefused::Ambiguous),
        }
    }

    fn connection(self) -> Result<Connection, ConnectionRefused> {
        let connect = match (self.file, self.srvr, self.reference, self.ws) {
            (Some(path), None, None, None) => Connect::File { path },
            (None, Some(srvr), Some(reference), None) => Connect::Server { srvr, reference },
            (None, None, None, Some(ws)) => Connect::Web { ws },
            (None, None | Some(_), None, None) | (None, None, Some(_), None) => {
                return Err(ConnectionRefused::Incomplete);
            }
            _ => return Err(ConnectionRefused::Ambiguous),
        };
        let whole = match &connect {
            Connect::File { path } => !path.is_empty(),
            Connect::Server { srvr, reference } => !srvr.is_empty() && !reference.is_empty(),
            Connect::Web { ws } => !ws.is_empty(),
        };
        let connection = Connection {
            connect,
            other: self.other,
        };
        whole.then_some(connection).ok_or(ConnectionRefused::Incomplete)
    }
}

#[cfg(test)]
mod tests;
