//! The relay against bases that answer as they like, crashes at any moment, and commands of strangers.
mod answers;
mod commands;
mod lanes;
mod world;

use bitrix24::Entity;
use serde_json::{Value, json};

use crate::Timestamp;
use crate::ports::{RelayEvent, RelayItem};

fn item(number: u64) -> RelayItem {
    RelayItem {
        number,
        event: RelayEvent {
            base: "ut".to_owned(),
            id: format!("p/{number}"),
            kind: "im/notifyAdd".to_owned(),
            portal: "p.example".to_owned(),
            entity: Entity::parse("deal:123"),
            reads: false,
            data: json!({"n": number}),
            answer: false,
            at: Timestamp(1),
        },
        attempts: 0,
        dead: None,
    }
}

fn items(numbers: std::ops::RangeInclusive<u64>) -> Vec<RelayItem> {
    numbers.map(item).collect()
}

fn results(said: &[(u64, &str)]) -> Value {
    let all: Vec<Value> = said
        .iter()
        .map(|(number, status)| json!({"id": format!("p/{number}"), "status": status}))
        .collect();
    json!({"results": all})
}
