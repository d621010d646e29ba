//! Declares the two commands, so that no other window can call them, and embeds the pages.
fn main() {
    fold_equal_code();
    let manifest = tauri_build::AppManifest::new().commands(&["view", "perform"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("tauri build: {error:#}");
    }
}

/// A third of the memory of the idle program is its own code, and every spawned future brings the same functions anew.
/// Only where the toolchain links with lld: other linkers may not know the option.
fn fold_equal_code() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("TARGET", "x86_64-unknown-linux-gnu") && is("PROFILE", "release") {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}
