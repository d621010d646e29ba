//! What is done next with the events that wait for a base.
use serde_json::Value;

use crate::ports::{EntityFields, RelayItem};

/// How many entities are read at once at most: limits of a portal are small.
pub const READ_AT_ONCE: usize = 20;

/// What is done next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Nothing waits.
    Nothing,
    /// The fields of these are read first.
    Read(Vec<&'a RelayItem>),
    /// These go in one call.
    Send(&'a [RelayItem]),
}

/// Decides by the first events that wait, in their order.
pub fn step(items: &[RelayItem], most: usize, bytes: usize) -> Step<'_> {
    let Some(first) = items.first() else {
        return Step::Nothing;
    };
    if first.event.reads {
        let unread = items.iter().filter(|item| item.event.reads);
        return Step::Read(unread.take(READ_AT_ONCE).collect());
    }
    let mut size = 0;
    let fits = items.iter().take(most.max(1)).take_while(|item| {
        size += item.event.id.len() + item.event.data.to_string().len();
        !item.event.reads && size <= bytes
    });
    let count = fits.count().max(1);
    Step::Send(items.get(..count).unwrap_or(items))
}

/// What 1C is given, with the fields of the entity.
pub fn filled(data: &Value, fields: EntityFields) -> Value {
    let mut data = data.clone();
    if let Some(data) = data.as_object_mut() {
        data.insert("fields".to_owned(), Value::Object(fields));
    }
    data
}
