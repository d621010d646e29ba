//! The short-lived end: plain std, no runtime, never waits longer than it was told.
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use super::wire::{Answer, Message};
use super::{LINK_LIMIT, system};
use crate::folders::Folders;

/// Why a link was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandError {
    /// Nobody listens: no instance runs, or it has not come far enough yet.
    #[error("no instance is running")]
    NoInstance,
    /// The instance cannot take more at this moment.
    #[error("the running instance is busy")]
    Busy,
    /// The instance does not want this message.
    #[error("the running instance refused the link")]
    Refused,
    /// The link is longer than 8 KiB.
    #[error("the link is longer than {LINK_LIMIT} bytes")]
    TooLong,
    /// The instance did not answer; whether it took the link is not known.
    #[error("the running instance did not answer: {0}")]
    Lost(#[source] io::Error),
}

/// One link on its way. Asking several times is safe: the instance delivers it once.
#[derive(Debug)]
pub struct Hander {
    socket: PathBuf,
    frame: Vec<u8>,
}

impl Hander {
    /// Prepares a link, with the activation token of the desktop if there is one.
    pub fn new(folders: &Folders, link: &str, token: Option<&str>) -> Result<Self, HandError> {
        if link.len() > LINK_LIMIT {
            return Err(HandError::TooLong);
        }
        // The hasher of std is seeded by the system for each process: enough to tell clicks apart.
        let id = format!("{:016x}{:08x}", RandomState::new().hash_one(link), std::process::id());
        let message = Message {
            id,
            link: link.to_owned(),
            token: token.map(str::to_owned),
        };
        Ok(Self {
            socket: folders.socket(),
            frame: message.frame(),
        })
    }

    /// One attempt; waits at most `silence` for each step.
    pub fn hand_over(&self, silence: Duration) -> Result<(), HandError> {
        let mut connection = match system::connect(&self.socket, silence) {
            Ok(connection) => connection,
            Err(error) => return Err(failed_connect(error)),
        };
        let answered = connection.write_all(&self.frame).and_then(|()| {
            let mut answer = [0];
            connection.read_exact(&mut answer).map(|()| answer[0])
        });
        match answered.map(Answer::from_byte) {
            Ok(Some(Answer::Taken)) => Ok(()),
            Ok(Some(Answer::Busy)) => Err(HandError::Busy),
            Ok(Some(Answer::Refused)) => Err(HandError::Refused),
            Ok(None) => Err(HandError::Lost(io::Error::new(
                io::ErrorKind::InvalidData,
                "an unknown answer",
            ))),
            Err(error) => Err(HandError::Lost(error)),
        }
    }
}

fn failed_connect(error: io::Error) -> HandError {
    let kind = error.kind();
    if matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) {
        HandError::NoInstance
    } else if matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::ResourceBusy) {
        HandError::Busy
    } else {
        HandError::Lost(error)
    }
}
