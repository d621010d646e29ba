//! Files that a page saves: into the user's download folder, never over another file, with a notice.
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use hotstart_core::window::{WindowEvent, WindowId};
use tauri::webview::DownloadEvent;
use tauri::{Manager, Webview};
use url::Url;

use super::Windows;

/// Downloads under way: where each address is saved. The engine tells every window of every download, so the first one
/// to hear decides and the first one to hear of the end reports.
pub(super) type Downloads = Mutex<HashMap<Url, PathBuf>>;

/// The handler of downloads of one window.
pub(super) fn watch(
    windows: Windows,
    id: WindowId,
) -> impl Fn(Webview, DownloadEvent<'_>) -> bool + Send + Sync + 'static {
    move |webview, event| {
        let mut saving = windows.saving.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            DownloadEvent::Requested { url, destination } => {
                let path = saving.entry(url).or_insert_with(|| {
                    let wanted = destination
                        .file_name()
                        .map_or_else(|| PathBuf::from("file"), PathBuf::from);
                    free_name(&folder(&webview), &wanted, Path::exists)
                });
                destination.clone_from(path);
            }
            DownloadEvent::Finished { url, path, success } => {
                if let Some(decided) = saving.remove(&url) {
                    let path = path.unwrap_or(decided).display().to_string();
                    windows.report(WindowEvent::Downloaded {
                        id: id.clone(),
                        path,
                        ok: success,
                    });
                }
            }
            _ => {}
        }
        true
    }
}

/// The download folder of the desk; where none is set, `Downloads` in the home folder.
fn folder(webview: &Webview) -> PathBuf {
    let paths = webview.app_handle().path();
    paths.download_dir().unwrap_or_else(|_| {
        let folder = paths
            .home_dir()
            .unwrap_or_else(|_| std::env::temp_dir())
            .join("Downloads");
        if let Err(error) = std::fs::create_dir_all(&folder) {
            tracing::warn!(%error, "there is no folder for downloads");
        }
        folder
    })
}

/// `report.pdf`, then `report (2).pdf` and so on.
fn free_name(folder: &Path, wanted: &Path, taken: impl Fn(&Path) -> bool) -> PathBuf {
    let first = folder.join(wanted);
    if !taken(&first) {
        return first;
    }
    let stem = wanted.file_stem().unwrap_or_default().to_string_lossy();
    let ending = wanted
        .extension()
        .map(|ending| format!(".{}", ending.to_string_lossy()))
        .unwrap_or_default();
    (2..10_000)
        .map(|number| folder.join(format!("{stem} ({number}){ending}")))
        .find(|path| !taken(path))
        .unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_never_replaces_a_file() {
        let taken = |path: &Path| ["/d/a.pdf", "/d/a (2).pdf"].contains(&path.to_str().unwrap());
        assert_eq!(
            free_name(Path::new("/d"), Path::new("a.pdf"), taken),
            Path::new("/d/a (3).pdf")
        );
        assert_eq!(
            free_name(Path::new("/d"), Path::new("b.pdf"), taken),
            Path::new("/d/b.pdf")
        );
    }
}
