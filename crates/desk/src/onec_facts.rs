//! What is known of 1C on this desk: programs and lists of bases, told at the start and whenever the lists change.
use std::time::Duration;

use hotstart_core::plan::{Facts, Listed};
use onec::System;
use tokio::sync::mpsc;

use crate::infobases::{StarterFolders, installed, read_list, watch_lists};

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
            let listed = lists.iter().flat_map(|list| list.entries.iter().filter_map(Listed::of));
            let listed = listed.collect();
            let gathered = tokio::task::spawn_blocking(|| with_programs(listed));
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

/// The same facts once, for a program that does not stay. Lists that cannot be read are left out. Blocks for the disk.
pub fn onec_facts() -> Facts {
    let sources = StarterFolders::of_desk().sources();
    let lists = sources.own.iter().chain(&sources.shared);
    let entries = lists.filter_map(|list| read_list(list).ok()).flatten();
    with_programs(entries.filter_map(|entry| Listed::of(&entry)).collect())
}

fn with_programs(listed: Vec<Listed>) -> Facts {
    let settings = StarterFolders::of_desk().sources().settings;
    Facts {
        system: System::current(),
        installed: installed(&settings),
        default_versions: settings.default_versions,
        listed,
        ..Facts::default()
    }
}
