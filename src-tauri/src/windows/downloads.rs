//! Files that a page saves: into the user's download folder, never over another file, with a notice.
use std::path::{Path, PathBuf};

use hotstart_core::window::{WindowEvent, WindowId};
use tauri::webview::DownloadEvent;
use tauri::{Manager, Webview};

use super::Windows;

/// The handler of downloads of one window.
pub(super) fn watch(
    windows: Windows,
    id: WindowId,
) -> impl Fn(Webview, DownloadEvent<'_>) -> bool + Send + Sync + 'static {
    move |webview, event| {
        match event {
            DownloadEvent::Requested { destination, .. } => {
                let Ok(folder) = webview.app_handle().path().download_dir() else {
                    return false;
                };
                let wanted = destination
                    .file_name()
                    .map_or_else(|| PathBuf::from("file"), PathBuf::from);
                *destination = free_name(&folder, &wanted, Path::exists);
            }
            DownloadEvent::Finished { path, success, .. } => {
                let path = path.map(|path| path.display().to_string()).unwrap_or_default();
                windows.report(WindowEvent::Downloaded {
                    id: id.clone(),
                    path,
                    ok: success,
                });
            }
            _ => {}
        }
        true
    }
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
