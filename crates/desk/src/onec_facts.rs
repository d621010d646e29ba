//! What is known of 1C on this desk: programs and lists of bases, told at the start and whenever the lists change.
use std::time::Duration;

use hotstart_core::plan::{Facts, Listed};
use onec::System;
use tokio::sync::mpsc;

use crate::infobases::{List, StarterFolders, installed, watch_lists};

/// How often the lists are looked at; an employee who adds a base tries it within the minute.
const EVERY: Duration = Duration::from_secs(30);

/// Lists that wait to be told; of more than one only the last matters.
const QUEUE: usize = 1;

/// Sends the facts of this desk until nobody listens any more. Which windows are warm is not among them.
pub async fn watch_onec(facts: mpsc::Sender<Facts>) {
    let (told, mut lists) = mpsc::channel(QUEUE);
    let watch = watch_lists(StarterFolders::of_desk(), EVERY, told);
    let forward = async {
        while let Some(lists) = lists.recv().await {
            let gathered = tokio::task::spawn_blocking(move || gather(&lists));
            let Ok(gathered) = gathered.await else { return };
            if facts.send(gathered).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = watch => {}
        () = forward => {}
    }
}

fn gather(lists: &[List]) -> Facts {
    let sources = StarterFolders::of_desk().sources();
    let listed = lists.iter().flat_map(|list| list.entries.iter().filter_map(Listed::of));
    Facts {
        system: System::current(),
        installed: installed(&sources.settings),
        default_versions: sources.settings.default_versions.clone(),
        listed: listed.collect(),
        ..Facts::default()
    }
}
