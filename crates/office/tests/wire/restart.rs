//! What survives: the history over a restart of the program, ids that grow, and the gap of the real servers.

use std::path::PathBuf;

use hotstart_office::{Options, ServerVersion};
use serde_json::json;

use crate::http::get;
use crate::stage::{Stage, commands, frames, stage, stage_of, stage_with, text};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hotstart-office-{name}-{}.jsonl", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }

    async fn office(&self) -> Stage {
        stage_with(Options {
            history: Some(self.0.clone()),
            ..Options::default()
        })
        .await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn restarts_lose_nothing_and_ids_grow() {
    let folder = Folder::new("restarts");
    let (mut cursor, mut channels) = ("00000000000000000000000000".to_owned(), None);
    for round in 0..60 {
        let stage = folder.office().await;
        assert_eq!(
            *channels.get_or_insert_with(|| stage.channels()),
            stage.channels(),
            "the channels stay"
        );
        if round > 0 {
            let answer = get(&stage.poll(&format!("{}&mid={cursor}", stage.channels()))).await;
            let missed = frames(&answer.text());
            assert_eq!(commands(&missed), ["late"]);
            assert!(missed[0]["mid"].as_str().unwrap() > cursor.as_str());
        }
        cursor = stage.publish("early", 60).await;
        stage.publish("late", 60).await;
        stage.office.end().await;
    }
}

#[tokio::test]
async fn renewed_channels_survive_too() {
    let folder = Folder::new("channels");
    let stage = folder.office().await;
    stage
        .fault(json!({"kind": "channel_expire", "channel": "private"}))
        .await;
    let renewed = stage.rest("pull.config.get").await["result"].clone();
    stage.office.end().await;
    let stage = folder.office().await;
    assert_eq!(renewed["channels"]["private"]["id"], stage.private);
    assert_eq!(
        renewed["server"]["config_timestamp"],
        stage.config["server"]["config_timestamp"]
    );
    stage.ask("DELETE", "/push/history").await;
    stage.publish("kept", 60).await;
    stage.office.end().await;
    let stage = folder.office().await;
    assert_eq!(stage.state().await["push"]["stored"], 1);
}

#[tokio::test]
async fn history_goes_from_one_office_to_another() {
    let (one, other) = (stage().await, stage().await);
    one.publish("carried", 60).await;
    let history = one.ask("GET", "/push/history").await;
    assert_eq!(history["messages"].as_array().unwrap().len(), 1);
    assert_eq!(other.control("/push/history", history).await["messages"], 1);
    let mut socket = other.socket("&mid=00000000000000000000000000").await;
    assert_eq!(
        commands(&text(&mut socket).await),
        ["carried"],
        "the same seed gives the same channels"
    );
}

#[tokio::test]
async fn a_restart_by_control_cuts_and_goes_on() {
    let stage = stage().await;
    let cursor = stage.publish("before", 60).await;
    let socket = stage.joined("").await;
    stage.control("/push/restart", json!({"down_ms": 5})).await;
    stage.until_sockets(0).await;
    drop(socket);
    let after = stage.publish("after", 60).await;
    assert!(after > cursor);
    let mut socket = stage.socket(&format!("&mid={cursor}")).await;
    assert_eq!(commands(&text(&mut socket).await), ["after"]);
}

#[tokio::test]
async fn what_is_published_in_the_gap_is_skipped_up_to_version_4() {
    for version in [ServerVersion::V3, ServerVersion::V4] {
        for replayed in [false, true] {
            let stage = stage_of(version).await;
            let cursor = stage.publish("seen", 60).await;
            if replayed {
                stage.publish("missed", 60).await;
            }
            let inside = json!({"user": 1, "module_id": "im", "command": "inside"});
            stage
                .fault(json!({"kind": "replay_gap", "value": 20, "publish": inside}))
                .await;
            let mut socket = stage.joined(&format!("&mid={cursor}")).await;
            if replayed {
                assert_eq!(commands(&text(&mut socket).await), ["missed"]);
            }
            stage.publish("after", 60).await;
            assert_eq!(
                commands(&text(&mut socket).await),
                ["after"],
                "the one inside is skipped"
            );
            let mut again = stage.socket(&format!("&mid={cursor}")).await;
            let all = text(&mut again).await;
            assert_eq!(commands(&all)[usize::from(replayed)..], ["inside", "after"]);
        }
    }
}

#[tokio::test]
async fn polls_have_the_gap_too_and_the_next_one_finds_it() {
    let stage = stage().await;
    stage.control("/push/set", json!({"hold_ms": 10})).await;
    let cursor = stage.publish("seen", 60).await;
    let inside = json!([{"user": 1, "module_id": "im", "command": "inside"}]);
    stage.fault(json!({"kind": "replay_gap", "publish": inside})).await;
    let url = stage.poll(&format!("{}&mid={cursor}", stage.channels()));
    let skipped = get(&url).await;
    assert_eq!(
        (skipped.status, skipped.header("last-message-id")),
        (304, Some(cursor.as_str()))
    );
    assert_eq!(commands(&frames(&get(&url).await.text())), ["inside"]);
}
