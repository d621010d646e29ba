//! The keyring against gnome-keyring, against nothing, and against a store that is locked.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stderr, reason = "a skipped test says why")]
use std::process::Command;
use std::time::{Duration, Instant};

use hotstart_core::failure::Code;
use hotstart_core::ports::Secrets as _;
use hotstart_platform::keyring::Keyring;
use secrecy::ExposeSecret as _;

mod stage;

const UNLOCKED: &str = "printf 'word' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

fn has_gnome_keyring() -> bool {
    let found = Command::new("gnome-keyring-daemon").arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: gnome-keyring is not installed");
    }
    found
}

/// The daemon takes its name on the bus a moment after its start.
async fn wait_for_store(keyring: &Keyring) {
    let begun = Instant::now();
    while let Err(failure) = keyring.get("no such key").await {
        assert!(begun.elapsed() < Duration::from_secs(10), "{failure:?}");
        assert_eq!(failure.code, Code::KeyringMissing);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn secrets_are_kept_in_the_secret_service() {
    if has_gnome_keyring() {
        stage::on_private_bus("kept_found_forgotten", UNLOCKED, false);
    }
}

#[tokio::test]
#[ignore = "run on a private bus with gnome-keyring"]
async fn kept_found_forgotten() {
    let keyring = Keyring::of_desk();
    wait_for_store(&keyring).await;
    let key = "webhook:portal.example.ru".to_owned();
    assert!(keyring.get(&key).await.unwrap().is_none());
    keyring.forget(key.clone()).await.unwrap();
    keyring.keep(key.clone(), "первый".into(), false).await.unwrap();
    keyring.keep(key.clone(), "секрет".into(), false).await.unwrap();
    // Another value of the same type has no memory of the first: it is the store that answers.
    let found = Keyring::of_desk().get(&key).await.unwrap().expect("kept");
    assert_eq!(found.expose_secret(), "секрет");
    keyring.keep(key.clone(), "x".repeat(1200), false).await.unwrap();
    assert_eq!(
        keyring.get(&key).await.unwrap().expect("kept").expose_secret().len(),
        1200
    );
    keyring.forget(key.clone()).await.unwrap();
    assert!(keyring.get(&key).await.unwrap().is_none());
}

#[test]
fn a_desk_without_a_store_says_so() {
    stage::on_private_bus("missing", "", false);
}

#[tokio::test]
#[ignore = "run on a private bus without services"]
async fn missing() {
    let keyring = Keyring::of_desk();
    let begun = Instant::now();
    assert_eq!(keyring.get("key").await.unwrap_err().code, Code::KeyringMissing);
    assert_eq!(
        keyring
            .keep("key".into(), "value".into(), false)
            .await
            .unwrap_err()
            .code,
        Code::KeyringMissing
    );
    assert!(begun.elapsed() < Duration::from_secs(2));
    // With consent it is kept in memory, and forgetting it then is no failure.
    keyring.keep("key".into(), "value".into(), true).await.unwrap();
    assert_eq!(keyring.get("key").await.unwrap().unwrap().expose_secret(), "value");
    keyring.forget("key".into()).await.unwrap();
    if has_gnome_keyring() {
        // A store that comes later is found without a restart of the program.
        let started = Command::new("sh").args(["-c", UNLOCKED]).status().unwrap();
        assert!(started.success());
        wait_for_store(&keyring).await;
        keyring.keep("key".into(), "value".into(), false).await.unwrap();
        assert_eq!(
            Keyring::of_desk().get("key").await.unwrap().unwrap().expose_secret(),
            "value"
        );
    }
}

#[test]
fn a_locked_store_is_told_in_time() {
    if has_gnome_keyring() {
        // Without a password the collection does not exist or stays locked; there is no screen to ask on.
        let locked = "gnome-keyring-daemon --start --components=secrets >/dev/null";
        stage::on_private_bus("locked", locked, false);
    }
}

#[tokio::test]
#[ignore = "run on a private bus with a locked gnome-keyring"]
async fn locked() {
    let keyring = Keyring::with_patience(Duration::from_secs(2));
    let begun = Instant::now();
    // The name may come a moment later than the daemon's start.
    let failure = loop {
        let failure = keyring.keep("key".into(), "value".into(), false).await.unwrap_err();
        if failure.code != Code::KeyringMissing || begun.elapsed() > Duration::from_secs(2) {
            break failure;
        }
    };
    assert_eq!(failure.code, Code::KeyringLocked);
    assert!(begun.elapsed() < Duration::from_secs(4));
}
