//! 1C:Enterprise seen from outside: how its links, references, metadata kinds and publications are written.
//!
//! Text comes in from links, settings and windows; [`NavigationLink::parse`], [`ExternalLink::parse`] and
//! [`Publication::parse`] turn it into values that can hold nothing else, and the `Display` of a value is its one
//! canonical spelling: raw Cyrillic, lower-case hexadecimal digits, host and scheme in lower case. Whatever later
//! reaches a command line of 1C or a browser is printed from such a value, never passed on as it came.
//!
//! Nothing here knows Bitrix24. Without the feature `client` nothing opens a connection; with it [`client`] calls the HTTP
//! services and the OData interface of a published base.

#[cfg(feature = "client")]
pub mod client;
pub mod connection;
pub mod encoding;
pub mod entity_set;
pub mod external;
mod host;
pub mod identifier;
pub mod infobases;
pub mod kind;
pub mod launch;
pub mod navigation;
pub mod platforms;
pub mod publication;
pub mod reference;
pub mod starter;

pub use connection::{Connect, Connection, ConnectionRefused};
pub use entity_set::EntitySet;
pub use external::{Address, ExternalLink, ExternalRefused};
pub use identifier::Identifier;
pub use kind::{Kind, KindName, Language, ObjectType};
pub use launch::{Launch, LaunchRefused};
pub use navigation::{AppName, CommandName, NavRefused, NavigationLink};
pub use platforms::System;
pub use publication::{Publication, PublicationRefused};
pub use reference::{Ref, RefRefused, Uuid};
