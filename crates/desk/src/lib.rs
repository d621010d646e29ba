//! The wiring without a window: what the controller's ports are on a real desk.
//!
//! ```text
//! Desk::open ── folders ──► store (settings file, database)
//!            ├─ keyring ──► secrets ──┬─► portals    (REST jobs over webhook, application or session)
//!            │                        ├─► logins     (how applications and sessions get their secrets)
//!            │                        └─► connector  (push connections and their configuration)
//!            ├─ publications, launcher, browser, notifications, memory, clock
//!            └─ handed to the controller by the program that has windows, or by one that has none
//! ```
//!
//! [`doctor`] looks at everything that this desk depends on.
//! [`infobases`] reads what the 1C starter of this desk knows: lists of bases, installed versions.
//! [`WebhookSource`] stands apart: a push connection for a program that has a webhook and nothing else.
//!
//! Nothing here decides anything: an adapter turns a call of a port into a call of a crate and its error into a
//! failure with a code.
mod begin;
mod clients;
mod clock;
mod connector;
pub mod doctor;
mod entities;
mod failures;
mod headless;
mod http;
pub mod infobases;
mod launcher;
mod links;
mod memory;
mod messenger;
mod offline;
mod onec_facts;
mod open;
mod portals;
mod publications;
mod records;
mod relay;
mod search;
mod services;
mod sign_in;
mod tokens;
mod webhook;

pub use clock::SystemClock;
pub use connector::PullConnector;
pub use entities::RestEntities;
pub use headless::Headless;
pub use launcher::DeskLauncher;
pub use links::DeskLinks;
pub use memory::DeskMemory;
pub use messenger::RestMessenger;
pub use offline::OfflineNews;
pub use onec_facts::{onec_facts, watch_onec};
pub use open::{Desk, OpenError};
pub use portals::RestPortals;
pub use publications::HttpPublications;
pub use records::DeskRecords;
pub use services::HttpServices;
pub use sign_in::DeskLogins;
pub use webhook::WebhookSource;
