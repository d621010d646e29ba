//! The store in memory: for tests of whoever needs a store, with the same answers as the one on the disk.
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hotstart_core::failure::Failure;
use hotstart_core::inbox::Note;
use hotstart_core::ports::{
    Committed, DeskChange, RelayAnswerable, RelayItem, RelayReply, Store, Stored, Transaction, Waiting,
};
use hotstart_core::settings::Settings;

use crate::limits;

mod relay;

/// A store that ends with the program. Clones share their content.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    content: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    /// Newest first, like all of it; replaced notes are gone, their ids are known.
    stored: Stored,
    known: BTreeSet<String>,
    settings: Option<Settings>,
    relay: relay::Relay,
    commits: u64,
    failure: Option<Failure>,
}

impl MemoryStore {
    /// A store with this content.
    pub fn new(stored: Stored) -> Self {
        let known = stored.inbox.iter().map(|note| note.id.clone()).collect();
        Self {
            content: Arc::new(Mutex::new(Content {
                stored,
                known,
                ..Content::default()
            })),
        }
    }

    /// What a program would start with now.
    pub fn stored(&self) -> Stored {
        let content = self.content();
        let mut stored = content.stored.clone();
        let mut index = 0;
        stored.inbox.retain(|note| {
            index += 1;
            !note.read || index <= limits::INBOX_LOADED
        });
        stored.journal.truncate(limits::JOURNAL_LOADED);
        stored.relay = content.relay.stored();
        stored
    }

    /// The settings that were saved last.
    pub fn settings(&self) -> Option<Settings> {
        self.content().settings.clone()
    }

    /// How many transactions were committed.
    pub fn commits(&self) -> u64 {
        self.content().commits
    }

    /// From now on every request fails with this, as on a full disk; `None` ends it.
    pub fn fail(&self, failure: Option<Failure>) {
        self.content().failure = failure;
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn commit(&self, transaction: Transaction) -> Waiting<Result<Committed, Failure>> {
        let mut content = self.content();
        let result = match content.failure.clone() {
            Some(failure) => Err(failure),
            None => Ok(content.commit(transaction)),
        };
        Box::pin(std::future::ready(result))
    }

    fn save_settings(&self, settings: Settings) -> Waiting<Result<(), Failure>> {
        let mut content = self.content();
        let result = content.failure.clone().map_or(Ok(()), Err);
        if result.is_ok() {
            content.settings = Some(settings);
        }
        Box::pin(std::future::ready(result))
    }

    fn relay_waiting(&self, base: String, after: u64, most: usize) -> Waiting<Result<Vec<RelayItem>, Failure>> {
        let content = self.content();
        let failed = content.failure.clone();
        let waiting = failed.map_or_else(|| Ok(content.relay.waiting(&base, after, most)), Err);
        Box::pin(std::future::ready(waiting))
    }

    fn relay_replies(&self, portal: String, most: usize) -> Waiting<Result<Vec<RelayReply>, Failure>> {
        let content = self.content();
        let failed = content.failure.clone();
        let replies = failed.map_or_else(|| Ok(content.relay.replies(&portal, most)), Err);
        Box::pin(std::future::ready(replies))
    }

    fn relay_answerable(
        &self,
        base: String,
        ids: Vec<String>,
    ) -> Waiting<Result<Vec<Option<RelayAnswerable>>, Failure>> {
        let content = self.content();
        let failed = content.failure.clone();
        let known = failed.map_or_else(|| Ok(content.relay.answerable(&base, &ids)), Err);
        Box::pin(std::future::ready(known))
    }
}

impl Content {
    fn commit(&mut self, transaction: Transaction) -> Committed {
        self.commits += 1;
        if let Some(cursor) = transaction.cursor {
            self.advance(cursor);
        }
        let new_notes = self.add_notes(transaction.notes);
        let inbox = &mut self.stored.inbox;
        for note in inbox.iter_mut().filter(|note| transaction.read.contains(&note.id)) {
            note.read = true;
        }
        for note in inbox.iter_mut().filter(|note| !note.read).skip(limits::UNREAD_KEPT) {
            note.read = true;
        }
        let mut read = 0;
        inbox.retain(|note| {
            read += usize::from(note.read);
            !note.read || read <= limits::READ_KEPT
        });
        self.stored.unread = inbox.iter().map(|note| u64::from(!note.read)).sum();
        self.stored.journal.splice(0..0, transaction.journal.into_iter().rev());
        self.stored.journal.truncate(limits::JOURNAL_KEPT);
        if let Some(recent) = transaction.recent {
            let all = &mut self.stored.recent;
            all.retain(|other| other.link != recent.link);
            all.push(recent);
            all.sort_by(|left, right| right.at.cmp(&left.at).then_with(|| left.link.cmp(&right.link)));
            all.truncate(limits::RECENT_KEPT);
        }
        for change in transaction.desk {
            self.change(change);
        }
        let relay = &mut self.relay;
        let relayed = transaction
            .relay
            .into_iter()
            .filter_map(|change| relay.change(change))
            .collect();
        Committed {
            new_notes,
            relayed,
            given_up: self.relay.trim(),
        }
    }

    fn change(&mut self, change: DeskChange) {
        let Stored {
            sessions,
            looks,
            favourites,
            unsent,
            inbox,
            ..
        } = &mut self.stored;
        match change {
            DeskChange::SessionBegan(left) => {
                sessions.retain(|known| known.session != left.session);
                sessions.push(left);
            }
            DeskChange::SessionEnded(session) => sessions.retain(|known| known.session != session),
            DeskChange::Looks(base, look) => {
                looks.retain(|(known, _)| *known != base);
                looks.push((base, look));
                looks.sort_by(|left, right| left.0.cmp(&right.0));
            }
            DeskChange::Starred(object) => match favourites.iter_mut().find(|known| known.link == object.link) {
                Some(known) => *known = object,
                None => favourites.push(object),
            },
            DeskChange::Unstarred(link) => favourites.retain(|known| known.link != link),
            DeskChange::Unsent(answer) => {
                unsent.retain(|known| known.note != answer.note);
                unsent.push(answer);
            }
            DeskChange::Sent(note) => unsent.retain(|known| known.note != note),
            DeskChange::Answered(id) => {
                for note in inbox.iter_mut().filter(|note| note.id == id) {
                    note.buttons.clear();
                }
            }
        }
    }

    fn advance(&mut self, cursor: hotstart_core::ports::Cursor) {
        let cursors = &mut self.stored.cursors;
        let Some(known) = cursors.iter_mut().find(|known| known.portal == cursor.portal) else {
            let mut fresh = hotstart_core::ports::Cursor {
                seen: Vec::new(),
                ..cursor.clone()
            };
            note_seen(&mut fresh.seen, cursor.seen);
            cursors.push(fresh);
            cursors.sort_by(|left, right| left.portal.cmp(&right.portal));
            return;
        };
        known.position = cursor.position;
        note_seen(&mut known.seen, cursor.seen);
    }

    fn add_notes(&mut self, notes: Vec<Note>) -> Vec<Note> {
        let mut new: Vec<Note> = Vec::new();
        for note in notes {
            if !self.known.insert(note.id.clone()) {
                continue;
            }
            if note.tag.is_some() {
                self.stored.inbox.retain(|other| other.tag != note.tag);
                new.retain(|other| other.tag != note.tag);
            }
            self.stored.inbox.insert(0, note.clone());
            new.push(note);
        }
        new
    }
}

fn note_seen(seen: &mut Vec<String>, new: Vec<String>) {
    for mid in new {
        if !seen.contains(&mid) {
            seen.push(mid);
        }
    }
    let surplus = seen.len().saturating_sub(limits::SEEN_KEPT);
    seen.drain(..surplus);
}
