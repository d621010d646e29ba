//! Installed versions of the 1C platform, and which of them opens a base.
//!
//! ```text
//! folders of the computer (a Listing) ──► discover ──► Installed, a plain value ──► choose ──► Platform
//! settings of the starter ──► Places ──┘                                     Wish ──┘
//! ```
//!
//! Nothing here reads a disk: the computer shows its folders through [`Listing`], and paths are text in the spelling of
//! the system they belong to, so that Windows can be planned for on Linux.

mod arch;
mod choice;
mod discovery;
mod places;
mod version;

pub use arch::{Arch, ArchWish};
pub use choice::{Chosen, Client, Wish, choose};
pub use discovery::{Installed, Listing, Platform, discover};
pub use places::{Places, System};
pub use version::{Version, VersionMask};
