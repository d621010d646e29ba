//! Notices that lists change while the program runs.
//!
//! A look is cheap: a file is read again only when its size or time stamp differs, and every twelfth look in any case; a
//! change is a change of content. The starter touches time stamps without a change, lists lie on network shares that
//! send no notices, and the starter writes a list from scratch, so a file that was written this moment is left for the
//! next look.
use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use onec::infobases::{self, Entry};
use onec::starter::{StarterSettings, text_of};
use tokio::sync::mpsc;
use tokio::task;
use tokio::time::{MissedTickBehavior, interval};

use super::{List, StarterFolders, read_file};

/// A file that is younger may still be written; no file system in use counts time more coarsely than this.
const SETTLED: Duration = Duration::from_secs(2);

/// Every so many looks all files are read, whatever their time stamps say.
const WHOLE: u32 = 12;

/// Looks at the lists of a desk and remembers what it saw.
pub struct ListWatch {
    folders: StarterFolders,
    lists: Files<[Entry]>,
    settings: Files<StarterSettings>,
    looks: u32,
    told: Option<Vec<List>>,
}

impl ListWatch {
    /// A watch that has seen nothing yet.
    pub fn new(folders: StarterFolders) -> Self {
        Self {
            folders,
            lists: Files(HashMap::new()),
            settings: Files(HashMap::new()),
            looks: 0,
            told: None,
        }
    }

    /// Looks once, with `now` as the time of the look. All lists if it is the first look or the content of one has
    /// changed, the user's own list first. A list that was read once and cannot be read now is taken as unchanged,
    /// unless it is the user's own and gone.
    pub fn look(&mut self, now: SystemTime) -> Option<Vec<List>> {
        let whole = self.looks.is_multiple_of(WHOLE);
        self.looks = self.looks.wrapping_add(1);
        let look = Look { now, whole };
        let settings = &mut self.settings;
        let sources = self.folders.sources_through(&mut |path| {
            let read = settings.read(path, &look, |text| Arc::new(StarterSettings::parse(text)))?;
            Some(read.as_ref().clone())
        });
        let own = sources.own.iter().map(|path| (path, true));
        let all = own.chain(sources.shared.iter().map(|path| (path, false)));
        let mut lists = Vec::new();
        for (path, own) in all {
            if own && !path.exists() {
                self.lists.0.remove(path);
                continue;
            }
            if let Some(entries) = self.lists.read(path, &look, |text| infobases::parse(text).into()) {
                let path = path.clone();
                lists.push(List { path, own, entries });
            }
        }
        if self.told.as_ref().is_some_and(|told| are_same(told, &lists)) {
            return None;
        }
        self.told = Some(lists.clone());
        Some(lists)
    }
}

/// Looks at once and then every so often, and sends the lists whenever their content has changed. Ends when the receiver
/// is dropped; dropping the future ends it as well, after the look that is under way.
pub async fn watch_lists(folders: StarterFolders, every: Duration, changes: mpsc::Sender<Vec<List>>) {
    let mut watch = ListWatch::new(folders);
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = changes.closed() => return,
            _ = ticks.tick() => {}
        }
        let looked = task::spawn_blocking(move || {
            let found = watch.look(SystemTime::now());
            (watch, found)
        });
        // A look does not panic; should one do so, the lists stay as they are known.
        let Ok((again, found)) = looked.await else { return };
        watch = again;
        if let Some(lists) = found
            && changes.send(lists).await.is_err()
        {
            return;
        }
    }
}

/// A value that was not read anew is the same one, so nobody compares ten thousand bases every few seconds.
fn are_same(told: &[List], lists: &[List]) -> bool {
    let same = |(one, other): (&List, &List)| one.path == other.path && Arc::ptr_eq(&one.entries, &other.entries);
    told.len() == lists.len() && told.iter().zip(lists).all(same)
}

struct Look {
    now: SystemTime,
    whole: bool,
}

/// What is known of each file.
struct Files<T: ?Sized>(HashMap<PathBuf, Seen<T>>);

struct Seen<T: ?Sized> {
    stamp: Option<Stamp>,
    hash: u64,
    value: Arc<T>,
}

/// Size and time of the last change.
type Stamp = (u64, SystemTime);

impl<T: ?Sized> Files<T> {
    /// The value of a file; the known one if the file did not change, is being written, or cannot be read.
    fn read(&mut self, path: &Path, look: &Look, parse: impl Fn(&str) -> Arc<T>) -> Option<Arc<T>> {
        let stamp = fs::metadata(path)
            .and_then(|data| Ok((data.len(), data.modified()?)))
            .ok();
        let young = stamp.is_some_and(|(_, at)| look.now.duration_since(at).is_ok_and(|age| age < SETTLED));
        let settled = stamp.filter(|_| !young);
        if let Some(seen) = self.0.get_mut(path) {
            let unchanged = settled.is_some() && seen.stamp == settled;
            if young || stamp.is_none() || (unchanged && !look.whole) {
                return Some(seen.value.clone());
            }
            let Ok(bytes) = read_file(path) else {
                return Some(seen.value.clone());
            };
            seen.stamp = settled;
            let hash = hash_of(&bytes);
            if seen.hash != hash {
                seen.value = parse(&text_of(&bytes));
                seen.hash = hash;
            }
            return Some(seen.value.clone());
        }
        let bytes = read_file(path)
            .inspect_err(|error| tracing::debug!(%error, "a file of the 1C starter"))
            .ok()?;
        let value = parse(&text_of(&bytes));
        let seen = Seen {
            stamp: settled,
            hash: hash_of(&bytes),
            value: value.clone(),
        };
        self.0.insert(path.to_owned(), seen);
        Some(value)
    }
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
