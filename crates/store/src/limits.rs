//! How much is kept. Every table is bounded; what goes is always the oldest.

/// Event ids kept for each portal: many times what any push server replays at once (the newest ones send at most 200).
pub const SEEN_KEPT: usize = 5_000;
/// Read notes kept.
pub const READ_KEPT: usize = 2_000;
/// Unread notes kept; older ones count as read.
pub const UNREAD_KEPT: usize = 2_000;
/// Newest notes loaded at the start, besides all unread ones.
pub const INBOX_LOADED: usize = 200;
/// Journal records kept.
pub const JOURNAL_KEPT: usize = 50_000;
/// Newest journal records loaded at the start.
pub(crate) const JOURNAL_LOADED: usize = 200;
/// Recent objects kept and loaded.
pub const RECENT_KEPT: usize = 50;
/// Sessions remembered that were not ended; the server ends older ones by itself.
pub(crate) const SESSIONS_KEPT: usize = 100;
/// Answers kept that were not sent.
pub(crate) const UNSENT_KEPT: usize = 100;
/// Objects with a star that are loaded.
pub(crate) const FAVOURITES_LOADED: usize = 500;

/// Events kept that wait for 1C, over all bases; the oldest beyond that are given up.
pub(crate) const RELAY_WAITING: usize = 50_000;
/// Events kept that were given up.
pub(crate) const RELAY_DEAD: usize = 5_000;
/// Of those, the newest that are loaded at the start.
pub(crate) const RELAY_DEAD_LOADED: usize = 200;
/// Ids kept of events that a base has had; more than events wait.
pub(crate) const RELAY_KNOWN: usize = 60_000;
/// Bytes of events that are loaded at once, unless one event alone has more.
pub(crate) const RELAY_BYTES: usize = 4 << 20;

/// Rows that may lie over a bound before they are removed, so that not every commit pays for it.
pub(crate) const SLACK: usize = 200;
