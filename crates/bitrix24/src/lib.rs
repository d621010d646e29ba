//! Bitrix24 seen from outside: how portals, entities and pages are addressed, and (feature `client`) REST with OAuth.
//!
//! Text comes in from links, settings and pages; [`Portal::parse`], [`PagePath::parse`] and [`DesktopAddress::parse`]
//! turn it into values whose `Display` is the one canonical spelling. A page of a portal is always a [`Portal`] and a
//! [`PagePath`]: a path can never name another host.
//!
//! Without the feature nothing here opens a connection.

pub mod address;
pub mod entity;
#[cfg(feature = "client")]
pub mod oauth;
pub mod portal;
#[cfg(feature = "client")]
pub mod rest;
#[cfg(feature = "client")]
pub mod session;
#[cfg(test)]
#[cfg(feature = "client")]
mod stage;
#[cfg(feature = "client")]
pub mod webhook;

pub use address::{DesktopAddress, DesktopRefused, Page, PageKind, PagePath, PathRefused, Template};
pub use entity::{Entity, EntityId, EntityType, SmartType};
pub use portal::{Portal, PortalRefused};
