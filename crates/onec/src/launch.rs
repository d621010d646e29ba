//! Native launch lines: which program of 1C is started, and with which arguments.
//!
//! A [`Launch`] holds values that have been checked one by one and keys of a fixed set; nothing of a link or a list
//! reaches it as text that could become a key of its own. User names and passwords have no key here: an argument can be
//! read by every process of the user.
//!
//! Windows gets one raw command line, for 1C takes it apart by its own rules: a value stands in quotes, a quote inside
//! is doubled, a backslash is only a character. Elsewhere the arguments are passed one by one, without a shell.

mod target;
mod value;

#[cfg(test)]
mod tests;

pub use target::{Target, is_named_once};
pub use value::{LaunchRefused, quoted};

use crate::connection::Connect;
use crate::external::{Address, ExternalLink};
use crate::navigation::NavigationLink;
use crate::platforms::System;
use crate::publication::Publication;

/// Where the starter of 1C stands after a usual installation.
pub const fn usual_starter(system: System) -> &'static str {
    match system {
        System::Windows => r"C:\Program Files\1cv8\common\1cestart.exe",
        System::Linux | System::MacOs => "/opt/1cv8/common/1cestart",
    }
}

/// The program of 1C that is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// `1cestart`: it picks version and client itself.
    Starter(String),
    /// `1cv8c` of one version.
    Client {
        /// The whole path.
        path: String,
        /// The version was chosen: the client must not restart as another one.
        pinned: bool,
    },
}

/// The window mode of a client (`/MainWindowMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowMode {
    /// As the configuration draws itself.
    Normal,
    /// Without the sections panel.
    Workplace,
}

/// A program with its arguments, ready to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    system: System,
    program: String,
    arguments: Vec<Argument>,
}

/// One argument: a fixed word, or a key with a checked value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Argument {
    Word(&'static str),
    Value {
        key: &'static str,
        value: String,
        /// Windows: no space between key and value.
        glued: bool,
    },
}

impl Launch {
    /// A client of a base, showing a place of it (its start page without one).
    pub fn client(
        system: System,
        program: &Program,
        target: &Target<'_>,
        nav: Option<&NavigationLink>,
        mode: Option<WindowMode>,
    ) -> Result<Self, LaunchRefused> {
        let mut arguments = vec![Argument::Word("ENTERPRISE"), base(system, target)?];
        if let Program::Client { pinned: true, .. } = program {
            arguments.push(Argument::Word("/AppAutoCheckVersion-"));
        }
        if let Some(mode) = mode {
            let value = match mode {
                WindowMode::Normal => "-Normal",
                WindowMode::Workplace => "-Workplace",
            };
            arguments.extend([Argument::Word("/MainWindowMode"), Argument::Word(value)]);
        }
        if let Some(nav) = nav {
            arguments.push(checked("/URL", value::checked(&nav.to_string())?, true));
        }
        Self::of(system, program, arguments)
    }

    /// The starter as the handler of `e1c://` links, with a link printed anew.
    ///
    /// Only Windows has such a handler; elsewhere a client is started by [`Launch::client`].
    pub fn handler(system: System, starter: &str, link: &ExternalLink) -> Result<Self, LaunchRefused> {
        if system != System::Windows {
            return Err(LaunchRefused::System);
        }
        let url = value::checked(&link.to_string())?;
        let program = Program::Starter(starter.to_owned());
        Self::of(system, &program, vec![checked("/URL", url, false)])
    }

    /// The system that the line was made for.
    pub fn system(&self) -> System {
        self.system
    }

    /// The whole path of the program.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// The arguments one by one, without quotes: what a system other than Windows gets.
    pub fn arguments(&self) -> Vec<String> {
        let mut out = Vec::new();
        for argument in &self.arguments {
            match argument {
                Argument::Word(word) => out.push((*word).to_owned()),
                Argument::Value { key, value, .. } => out.extend([(*key).to_owned(), value.clone()]),
            }
        }
        out
    }

    /// The arguments as Windows gets them: each is put on the line as it stands, nothing may quote it again.
    pub fn raw_arguments(&self) -> Vec<String> {
        let raw = |argument: &Argument| match argument {
            Argument::Word(word) => (*word).to_owned(),
            Argument::Value { key, value, glued } => {
                let space = if *glued { "" } else { " " };
                format!("{key}{space}{}", quoted(value))
            }
        };
        self.arguments.iter().map(raw).collect()
    }

    /// The whole line as Windows gets it; none for the other systems, which have none.
    pub fn command_line(&self) -> Option<String> {
        if self.system != System::Windows {
            return None;
        }
        Some(format!("{} {}", quoted(&self.program), self.raw_arguments().join(" ")))
    }

    fn of(system: System, program: &Program, arguments: Vec<Argument>) -> Result<Self, LaunchRefused> {
        let (Program::Starter(path) | Program::Client { path, .. }) = program;
        value::program(system, path)?;
        Ok(Self {
            system,
            program: path.clone(),
            arguments,
        })
    }
}

fn base(system: System, target: &Target<'_>) -> Result<Argument, LaunchRefused> {
    let (key, value) = match target {
        Target::Named(name) => ("/IBName", value::name(name)?),
        Target::Connect(Connect::File { path }) => ("/F", value::folder(system, path)?),
        Target::Connect(Connect::Server { srvr, reference }) => {
            let between = if system == System::Windows { '\\' } else { '/' };
            let (srvr, reference) = (value::servers(srvr)?, value::name(reference)?);
            ("/S", format!("{srvr}{between}{reference}"))
        }
        Target::Connect(Connect::Web { ws }) => {
            let publication = Publication::parse(ws).map_err(|_| LaunchRefused::Publication)?;
            ("/WS", value::checked(&publication.to_string())?)
        }
    };
    Ok(checked(key, value, true))
}

fn checked(key: &'static str, value: String, glued: bool) -> Argument {
    Argument::Value { key, value, glued }
}

impl From<&Address> for Connect {
    /// The base that an external link names, as a connection string names it.
    fn from(address: &Address) -> Self {
        match address {
            Address::Server { host, port, infobase } => Self::Server {
                srvr: port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")),
                reference: infobase.clone(),
            },
            Address::File { drive, folders } => Self::File {
                path: format!(r"{drive}:\{}", folders.join(r"\")),
            },
            Address::Web { publication, .. } => Self::Web {
                ws: publication.to_string(),
            },
        }
    }
}
