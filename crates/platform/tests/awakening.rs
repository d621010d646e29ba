//! What the desk tells, on a private session bus with a screen saver that is one signal.
#![cfg(target_os = "linux")]
mod stage;

use std::process::Command;
use std::time::Duration;

use hotstart_platform::awakening::{Sign, watch};
use tokio::sync::mpsc;

#[test]
fn a_locked_screen_is_noticed() {
    stage::on_private_bus("inner_locked_screen", "", false);
}

#[tokio::test]
#[ignore = "started by the test above on its own bus"]
async fn inner_locked_screen() {
    let (told, mut signs) = mpsc::channel(4);
    tokio::spawn(watch(told));
    // The match rules take a moment to reach the bus, so the screen saver says it until somebody has heard.
    let heard = async {
        loop {
            for (interface, active) in [
                ("org.freedesktop.ScreenSaver", "false"),
                ("org.xfce.ScreenSaver", "true"),
            ] {
                let path = format!("/{}", interface.replace('.', "/"));
                let sent = Command::new("dbus-send")
                    .args([
                        "--session",
                        "--type=signal",
                        &path,
                        &format!("{interface}.ActiveChanged"),
                    ])
                    .arg(format!("boolean:{active}"))
                    .status();
                assert!(sent.unwrap().success());
            }
            if let Ok(sign) = tokio::time::timeout(Duration::from_millis(100), signs.recv()).await {
                return sign;
            }
        }
    };
    let sign = tokio::time::timeout(Duration::from_secs(20), heard).await.unwrap();
    assert_eq!(sign, Some(Sign::ScreenLocked));
}
