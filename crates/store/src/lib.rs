//! The durable half of Hotstart: the settings file and the database.
//!
//! Settings are one readable JSON file that a person may edit; secrets are never in it. Everything else (positions in
//! the portals' channels, event ids seen, inbox, journal, recent objects) is one SQLite database that a single thread
//! owns. A [`Transaction`](hotstart_core::ports::Transaction) goes to that thread through a bounded queue, is committed
//! whole or not at all, and only then its future is done: whoever acknowledges an event to a server awaits it first.
//!
//! What a company has set for all its desks is a file of its own that lies over the settings and is never written.
//!
//! What cannot be read is never thrown away: a broken settings file and a corrupt database are moved aside under a new
//! name, and [`Opened::notices`] tells so. What was written by a newer version is refused and left untouched.
//!
//! [`Outbox`] is a database of its own, for a program that has no inbox and gives every event to a reader.
mod database;
mod folder;
mod journal;
mod limits;
mod memory;
mod open;
mod outbox;
mod policy_file;
mod settings_file;
mod sqlite;

pub use journal::{journal_since, queue_lengths};
pub use limits::{INBOX_LOADED, JOURNAL_KEPT, READ_KEPT, RECENT_KEPT, SEEN_KEPT, UNREAD_KEPT};
pub use memory::MemoryStore;
pub use open::{Notice, OpenError, Opened, load_managed, open, open_managed};
pub use outbox::{Batch, Earlier, Outbox, OutboxError, Waiting};
pub use settings_file::{LoadedSettings, SettingsError, SettingsOrigin, load_settings, settings_path};
pub use sqlite::SqliteStore;
