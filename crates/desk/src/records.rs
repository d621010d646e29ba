//! The whole journal, read beside the thread that writes it, and files of it in the user's folder for downloads.
use std::path::{Path, PathBuf};

use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Kept, Records, Waiting};
use hotstart_platform::downloads;
use hotstart_store::{journal_since, queue_lengths};

/// The records of one data folder.
#[derive(Debug, Clone)]
pub struct DeskRecords {
    data: PathBuf,
    /// Where files go; none for the folder of the desk.
    into: Option<PathBuf>,
}

impl DeskRecords {
    /// Reads the database of this folder; files go into the folder for downloads of the desk.
    pub fn of(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            into: None,
        }
    }
}

impl Records for DeskRecords {
    fn kept(&self, since: Option<Timestamp>) -> Waiting<Result<Kept, Failure>> {
        let data = self.data.clone();
        aside(move || {
            let failed = |why: hotstart_store::OpenError| why.to_string();
            Ok(Kept {
                journal: journal_since(&data, since).map_err(failed)?,
                queue: queue_lengths(&data).map_err(failed)?,
            })
        })
    }

    fn save(&self, name: String, text: String) -> Waiting<Result<String, Failure>> {
        let into = self.into.clone();
        aside(move || {
            let save = || {
                let folder = into.map_or_else(downloads::folder, Ok)?;
                downloads::save(&folder, &name, text.as_bytes())
            };
            let path = save().map_err(|why| why.to_string())?;
            Ok(path.display().to_string())
        })
    }
}

/// Off the runtime: a disk may sleep.
fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, String> + Send + 'static) -> Waiting<Result<T, Failure>> {
    Box::pin(async move {
        let failed = |why: String| Failure::new(Code::StoreFailed).with("detail", why);
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|why| failed(why.to_string()))?.map_err(failed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_empty_folder_has_no_records_and_files_never_replace_each_other() {
        let home = tempfile::tempdir().unwrap();
        let records = DeskRecords {
            data: home.path().to_owned(),
            into: Some(home.path().join("Downloads")),
        };
        assert_eq!(records.kept(None).await.unwrap(), Kept::default());
        let first = records.save("a.csv".to_owned(), "1".to_owned()).await.unwrap();
        let second = records.save("a.csv".to_owned(), "2".to_owned()).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(fs_err::read_to_string(first).unwrap(), "1");
        assert_eq!(fs_err::read_to_string(second).unwrap(), "2");
    }
}
