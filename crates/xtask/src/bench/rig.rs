//! What a run stands on: the feeder, the programs, and the clients that are started on them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use hotstart_stage::keeper::Keeper;

use super::client::{Client, Place, Side};
use super::feeder::Feeder;
use crate::tree::Tree;

/// How frames look; the names are those of the feeder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Framing {
    /// Text markers of servers up to 3.
    Text,
    /// Protobuf of servers 4.
    Protobuf,
    /// JSON-RPC of servers 5 and later.
    JsonRpc,
}

impl Framing {
    /// Every framing that is measured.
    pub(super) const ALL: [Self; 3] = [Self::Text, Self::Protobuf, Self::JsonRpc];

    /// Its name in reports and for the feeder.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Protobuf => "protobuf",
            Self::JsonRpc => "jsonrpc",
        }
    }
}

/// The standing parts of a run.
#[derive(Debug)]
pub(super) struct Rig {
    pub(super) keeper: Keeper,
    pub(super) feeder: Feeder,
    /// The program that is measured.
    pub(super) listener: PathBuf,
    /// Where feeder and peer lie.
    pub(super) scripts: PathBuf,
    /// For states and logs; on a disk.
    pub(super) folder: PathBuf,
    /// The same in memory, where the system has such a place.
    pub(super) memory: Option<tempfile::TempDir>,
    started: u32,
}

impl Rig {
    /// Starts the feeder.
    pub(super) fn set(tree: &Tree, programs: &Path) -> Result<Self> {
        let folder = tree.fresh_output("bench-pull")?;
        let scripts = tree.path("benches/pull");
        let keeper = Keeper::start()?;
        let feeder = Feeder::start(&keeper, &scripts, &folder)?;
        Ok(Self {
            keeper,
            feeder,
            listener: programs.join("hotstartctl"),
            scripts,
            folder,
            memory: tempfile::tempdir_in("/dev/shm").ok(),
            started: 0,
        })
    }

    /// Starts a client and waits until it is connected and has nothing more to do.
    pub(super) fn client(&mut self, side: Side, framing: Framing, secure: bool) -> Result<Client> {
        self.started += 1;
        let name = format!("{}{}", framing.name(), self.started);
        let place = match side {
            Side::Ours(Place::Disk) => Some(self.folder.join(&name)),
            Side::Ours(Place::MemoryFile) => self.memory.as_ref().map(|memory| memory.path().join(&name)),
            Side::Ours(Place::Nowhere) | Side::Peer => None,
        };
        Client::start(self, side, name, place, secure)
    }
}
