//! Where a link came from, and what may come from there.

use serde::{Deserialize, Serialize};

use super::Link;
use super::refused::LinkRefused;

/// Where a link came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The operating system handed it over: any web page or document may hold it.
    Clicked,
    /// The user typed or pasted it into quick open.
    QuickOpen,
    /// 1C sent it over the loopback bridge.
    Bridge,
    /// A page in a window of ours follows it.
    WarmWindow,
    /// An allowed author sent it through the portal.
    PortalCommand,
}

impl Source {
    /// Whether a link of this form may come from here.
    pub fn admits(self, link: &Link) -> Result<(), LinkRefused> {
        match self {
            Self::Clicked if !link.may_be_clicked() => Err(LinkRefused::Source),
            Self::Clicked | Self::QuickOpen | Self::Bridge | Self::WarmWindow | Self::PortalCommand => Ok(()),
        }
    }
}
