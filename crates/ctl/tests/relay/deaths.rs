//! Deaths at any moment: nothing is lost, nothing is applied twice.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::stand::Stand;

/// How often the program dies.
const DEATHS: u64 = 30;
/// Commands in every life.
const COMMANDS: u64 = 6;

/// A small generator, so that a run can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice_over_many_deaths() {
    let stand = Stand::open(1);
    let mut chance = Chance(7);
    let mut sent = BTreeSet::new();
    let mut titles = BTreeMap::new();
    // The queue of a portal begins with the bindings, and the history of a channel with the first position in it.
    let mut first = stand.relay();
    first.line_where(|line| line["takes"] == true);
    let command = |operation: &str| {
        let params = json!({"type": "deal", "id": 123, "operation": operation});
        let command = json!({"COMMAND": "hotstart.relay", "USER_ID": "1", "PARAMS": params});
        assert_eq!(stand.rest("pull.application.event.add", command), json!(true));
    };
    for number in 0.. {
        command(&format!("first{number}"));
        std::thread::sleep(Duration::from_millis(100));
        if !stand.applied().is_empty() {
            break;
        }
    }
    first.kill();
    for life in 0..DEATHS {
        let mut relay = stand.relay();
        relay.line_where(|line| line["ready"] == true);
        for number in 0..COMMANDS {
            let operation = format!("n{life}-{number}");
            command(&operation);
            sent.insert(format!("hotstart/{operation}"));
            if number % 3 == 0 {
                let (company, title) = (21 + life % 2, format!("{life}-{number}"));
                stand.change_company(company, &title);
                titles.insert(company, title);
            }
            std::thread::sleep(Duration::from_millis(chance.below(30)));
        }
        if life % 5 == 4 {
            let trouble = json!({"publication": "ut", "lose_answers": 2});
            stand.control("/publication/events/fault", &trouble);
        }
        std::thread::sleep(Duration::from_millis(chance.below(200)));
        relay.kill();
    }
    let last = stand.relay();
    let kinds = |applied: &[Value]| -> Vec<String> {
        let of = |event: &Value| event["type"].as_str().unwrap_or_default().to_owned();
        applied.iter().map(of).collect()
    };
    let latest = |applied: &[Value]| -> BTreeMap<u64, String> {
        let of = |event: &Value| {
            let title = event["data"]["fields"]["title"].as_str()?.to_owned();
            let id = event["data"]["entity"]["id"].as_u64()?;
            (event["data"]["entity"]["type"] == "company").then_some((id, title))
        };
        applied.iter().filter_map(of).collect()
    };
    let applied = stand.wait_for("every command and the latest cards", |applied| {
        let all: BTreeSet<String> = kinds(applied).into_iter().collect();
        sent.is_subset(&all) && latest(applied) == titles
    });
    let commands: Vec<String> = kinds(&applied)
        .into_iter()
        .filter(|kind| kind.starts_with("hotstart/n"))
        .collect();
    assert_eq!(commands.len(), sent.len(), "a command was applied twice");
    let ids: BTreeSet<&str> = applied.iter().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!(ids.len(), applied.len());
    // Each life has sent its commands in their order.
    for life in 0..DEATHS {
        let prefix = format!("hotstart/n{life}-");
        let of_life: Vec<&String> = commands.iter().filter(|kind| kind.starts_with(&prefix)).collect();
        assert!(of_life.is_sorted(), "{of_life:?}");
    }
    assert_eq!(last.end(), Some(0));
}
