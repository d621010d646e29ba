//! What the relay of a company does on a good day, and what it refuses.
use std::process::Stdio;

use serde_json::{Value, json};

use crate::stand::{Stand, program};

#[test]
fn a_changed_company_card_reaches_the_base() {
    let stand = Stand::open(1);
    let mut relay = stand.relay();
    let ready = relay.line_where(|line| line["ready"] == true);
    assert_eq!(ready["bases"], json!(["ut"]));
    let takes = relay.line_where(|line| line["takes"] == true);
    assert_eq!(takes["deletes_on_reading"], false);
    stand.change_company(21, "Ромашка");
    let applied = stand.wait_for("a changed card", |applied| !applied.is_empty());
    let event = &applied[0];
    assert_eq!(event["type"], "crm/company.update");
    assert_eq!(event["data"]["entity"], json!({"type": "company", "id": 21}));
    assert_eq!(event["data"]["fields"]["title"], "Ромашка");
    assert_eq!(event["user"], "Администратор");
    // The portal was told to forget it.
    assert_eq!(stand.rest("event.offline.list", json!({})), json!([]));
    assert_eq!(relay.end(), Some(0));
    let state = stand.get("/publication/state");
    assert_eq!(state["ut"]["in_use"], 0, "the licence is free at once");
}

#[test]
fn a_command_of_the_application_is_given_and_its_answer_comes_back() {
    let stand = Stand::open(1);
    let mut relay = stand.relay();
    relay.line_where(|line| line["takes"] == true);
    let command = json!({
        "COMMAND": "hotstart.relay", "USER_ID": "1",
        "PARAMS": {"type": "deal", "id": 123, "operation": "order", "answer": true},
    });
    stand.rest("pull.application.event.add", command);
    let applied = stand.wait_for("a command", |applied| !applied.is_empty());
    assert_eq!(applied[0]["type"], "hotstart/order");
    assert_eq!(applied[0]["data"]["author"], json!({"application": "local.1"}));
    let number = applied[0]["answer"]["number"].as_str().unwrap();
    let written = |deal: &Value| deal["item"]["UF_CRM_1C_ORDER"] == number;
    for _ in 0..500 {
        let deal = stand.rest(
            "crm.item.get",
            json!({"entityTypeId": 2, "id": 123, "useOriginalUfNames": "Y"}),
        );
        if written(&deal) {
            assert_eq!(relay.end(), Some(0));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the answer did not come back");
}

#[test]
fn what_the_portal_deletes_on_reading_is_said() {
    let stand = Stand::open(1);
    stand.control("/portal/set", &json!({"offline_extended": false}));
    let mut relay = stand.relay();
    let takes = relay.line_where(|line| line["takes"] == true);
    assert_eq!(takes["deletes_on_reading"], true);
    assert!(takes["warning"].is_string());
    stand.change_company(21, "Ромашка");
    stand.wait_for("a changed card", |applied| applied.len() == 1);
    relay.kill();
}

#[test]
fn a_user_who_is_no_administrator_gets_no_offline_events() {
    let stand = Stand::open(2);
    let mut relay = stand.relay();
    let failed = relay.line_where(|line| line.get("error").is_some());
    assert_eq!(failed["error"]["code"], "offline.refused");
    relay.kill();
}

#[test]
fn one_home_has_one_relay() {
    let stand = Stand::open(1);
    let mut relay = stand.relay();
    relay.line_where(|line| line["ready"] == true);
    let second = program(stand.home.path(), &stand.secrets())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said: Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(said["error"]["code"], "instance.busy");
    relay.kill();
}

#[test]
fn an_orderly_end_loses_nothing_that_the_portal_has_deleted() {
    let stand = Stand::open(1);
    stand.control("/portal/set", &json!({"offline_extended": false}));
    for round in 1..=4 {
        let mut relay = stand.relay();
        relay.line_where(|line| line["takes"] == true);
        stand.change_company(21, &format!("Ромашка {round}"));
        std::thread::sleep(std::time::Duration::from_millis(5 * round));
        assert_eq!(relay.end(), Some(0));
        let mut relay = stand.relay();
        relay.line_where(|line| line["ready"] == true);
        stand.wait_for("a changed card", |applied| {
            applied.len() == usize::try_from(round).unwrap()
        });
        assert_eq!(relay.end(), Some(0));
    }
}
