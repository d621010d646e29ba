//! Declares the two commands, so that no other window can call them, and embeds the pages.
fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&["view", "perform"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("tauri build: {error:#}");
    }
}
