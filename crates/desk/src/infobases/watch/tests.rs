use std::fs::File;

use super::*;

const ONE: &str = "[a]\nConnect=File=\"/a\";\n";
const TWO: &str = "[b]\nConnect=File=\"/b\";\n";

struct Desk {
    home: tempfile::TempDir,
    watch: ListWatch,
    now: SystemTime,
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folders = StarterFolders {
            user: Some(home.path().to_owned()),
            computer: None,
        };
        Self {
            watch: ListWatch::new(folders),
            // All files are old unless a test says otherwise.
            now: SystemTime::now() + Duration::from_secs(3600),
            home,
        }
    }

    fn write(&self, name: &str, text: &str, modified: u64) {
        let path = self.home.path().join(name);
        fs_err::write(&path, text).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + modified);
        File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(at)
            .unwrap();
    }

    /// The names of all bases if something was told.
    fn look(&mut self) -> Option<Vec<String>> {
        let lists = self.watch.look(self.now)?;
        let names = lists
            .iter()
            .flat_map(|list| list.entries.iter().map(|entry| entry.name.clone()));
        Some(names.collect())
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn content_counts_and_not_the_time_stamp() {
    let mut desk = Desk::new();
    assert_eq!(desk.look(), Some(names(&[])));
    assert_eq!(desk.look(), None);
    desk.write("ibases.v8i", ONE, 1);
    assert_eq!(desk.look(), Some(names(&["a"])));
    desk.write("ibases.v8i", ONE, 2);
    assert_eq!(desk.look(), None);
    desk.write("ibases.v8i", TWO, 3);
    assert_eq!(desk.look(), Some(names(&["b"])));
    fs_err::remove_file(desk.home.path().join("ibases.v8i")).unwrap();
    assert_eq!(desk.look(), Some(names(&[])));
}

#[test]
fn a_change_behind_an_old_time_stamp_is_noticed_in_the_end() {
    let mut desk = Desk::new();
    desk.write("ibases.v8i", ONE, 1);
    assert_eq!(desk.look(), Some(names(&["a"])));
    desk.write("ibases.v8i", TWO, 1);
    let looks: Vec<_> = (0..WHOLE).filter_map(|_| desk.look()).collect();
    assert_eq!(looks, [vec!["b".to_owned()]]);
}

#[test]
fn a_file_that_is_being_written_is_left_for_the_next_look() {
    let mut desk = Desk::new();
    desk.write("ibases.v8i", ONE, 1);
    assert_eq!(desk.look(), Some(names(&["a"])));
    fs_err::write(desk.home.path().join("ibases.v8i"), "[").unwrap();
    desk.now = SystemTime::now();
    assert_eq!(desk.look(), None);
    fs_err::write(desk.home.path().join("ibases.v8i"), TWO).unwrap();
    desk.now += Duration::from_secs(60);
    assert_eq!(desk.look(), Some(names(&["b"])));
}

#[test]
fn a_young_file_is_read_at_the_first_look_and_again_at_the_next() {
    let mut desk = Desk::new();
    fs_err::write(desk.home.path().join("ibases.v8i"), ONE).unwrap();
    desk.now = SystemTime::now();
    assert_eq!(desk.look(), Some(names(&["a"])));
    fs_err::write(desk.home.path().join("ibases.v8i"), TWO).unwrap();
    desk.now += Duration::from_secs(60);
    assert_eq!(desk.look(), Some(names(&["b"])));
}

#[test]
fn shared_lists_come_and_stay_while_their_share_is_away() {
    let mut desk = Desk::new();
    desk.write("ibases.v8i", ONE, 1);
    assert_eq!(desk.look(), Some(names(&["a"])));
    desk.write("share.v8i", TWO, 1);
    desk.write("1cestart.cfg", "CommonInfoBases=share.v8i\n", 1);
    assert_eq!(desk.look(), Some(names(&["a", "b"])));
    fs_err::remove_file(desk.home.path().join("share.v8i")).unwrap();
    assert_eq!(desk.look(), None);
    desk.write("1cestart.cfg", "\n", 2);
    assert_eq!(desk.look(), Some(names(&["a"])));
}

#[tokio::test(start_paused = true)]
async fn the_watch_tells_at_once_and_ends_with_its_receiver() {
    let desk = Desk::new();
    desk.write("ibases.v8i", ONE, 1);
    let folders = desk.watch.folders.clone();
    let (sender, mut changes) = mpsc::channel(1);
    let watch = tokio::spawn(watch_lists(folders, Duration::from_secs(5), sender));
    let first = changes.recv().await.unwrap();
    assert_eq!(first[0].entries[0].name, "a");
    assert!(first[0].own);
    desk.write("ibases.v8i", TWO, 9);
    let second = changes.recv().await.unwrap();
    assert_eq!(second[0].entries[0].name, "b");
    drop(changes);
    watch.await.unwrap();
}
