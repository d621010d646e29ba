//! An event as a line of JSON.

use std::io::Write as _;

use bitrix24_pull::Event;

use super::moment;

/// How every line ends that was not printed before.
const FRESH: &[u8] = b"false}\n";
/// How it ends when it may have been.
const REPLAYED: &[u8] = b"true}\n";

/// Adds the line of an event, as one that nobody has seen.
pub(super) fn push(out: &mut Vec<u8>, event: &Event) {
    out.extend_from_slice(b"{\"mid\":");
    match &event.mid {
        Some(mid) => text(out, mid.as_str()),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"module\":");
    text(out, &event.module);
    out.extend_from_slice(b",\"command\":");
    text(out, &event.command);
    out.extend_from_slice(b",\"params\":");
    compact(out, event.params.get());
    out.extend_from_slice(b",\"sender\":");
    match &event.sender {
        None => out.extend_from_slice(b"null"),
        Some(sender) => {
            out.extend_from_slice(b"{\"type\":");
            // Writing into memory cannot fail.
            let _ = write!(out, "{}", sender.kind.number());
            if let Some(id) = &sender.id {
                out.extend_from_slice(b",\"id\":");
                text(out, id);
            }
            out.push(b'}');
        }
    }
    out.extend_from_slice(b",\"server_time\":");
    match event.server_time {
        None => out.extend_from_slice(b"null"),
        Some(time) => moment::push(out, time),
    }
    out.extend_from_slice(b",\"replayed\":");
    out.extend_from_slice(FRESH);
}

/// Adds a stored line, told as one that may have been printed already if it is.
pub(super) fn push_again(out: &mut Vec<u8>, line: &[u8], replayed: bool) {
    match line.strip_suffix(FRESH) {
        Some(body) if replayed => {
            out.extend_from_slice(body);
            out.extend_from_slice(REPLAYED);
        }
        Some(_) | None => out.extend_from_slice(line),
    }
}

/// The stored lines, each with its line feed.
pub(super) fn split(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines.split_inclusive(|byte| *byte == b'\n')
}

/// How many bytes the first `count` lines have.
pub(super) fn length_of(lines: &[u8], count: u64) -> usize {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    split(lines).take(count).map(<[u8]>::len).sum()
}

fn text(out: &mut Vec<u8>, text: &str) {
    // Without a branch for every byte, so that many are looked at together.
    let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().fold(false, |found, byte| found | special(byte)) {
        let _ = serde_json::to_writer(out, text);
    } else {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
}

/// Raw JSON may have line breaks between its tokens; within a text JSON has none.
fn compact(out: &mut Vec<u8>, raw: &str) {
    if memchr::memchr2(b'\n', b'\r', raw.as_bytes()).is_none() {
        return out.extend_from_slice(raw.as_bytes());
    }
    let (mut quoted, mut escaped) = (false, false);
    for byte in raw.bytes() {
        if !quoted && byte.is_ascii_whitespace() {
            continue;
        }
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        out.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use bitrix24_pull::{Mid, Sender, SenderType};
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    use super::*;

    fn event(params: &str) -> Event {
        Event {
            mid: Mid::new("17953041450000000000000003").ok(),
            module: "im".to_owned(),
            command: "notifyAdd".to_owned(),
            params: RawValue::from_string(params.to_owned()).unwrap(),
            sender: None,
            server_time: None,
            age: None,
            replayed: false,
        }
    }

    fn line(event: &Event) -> String {
        let mut out = Vec::new();
        push(&mut out, event);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches('\n').count(), 1);
        assert!(text.ends_with('\n'));
        text
    }

    #[test]
    fn the_contract_field_by_field() {
        assert_eq!(
            line(&event("[]")),
            "{\"mid\":\"17953041450000000000000003\",\"module\":\"im\",\"command\":\"notifyAdd\",\"params\":[],\
             \"sender\":null,\"server_time\":null,\"replayed\":false}\n"
        );
        let full = Event {
            mid: None,
            command: "say \"ё\"\n".to_owned(),
            sender: Some(Sender {
                kind: SenderType::Client,
                id: Some("520be2333eea151a956c0c2581c8fa06".to_owned()),
            }),
            server_time: Some("2026-11-21T23:00:00.5+03:00".parse().unwrap()),
            ..event("{\"a\":1}")
        };
        assert_eq!(
            serde_json::from_str::<Value>(&line(&full)).unwrap(),
            json!({
                "mid": null, "module": "im", "command": "say \"ё\"\n", "params": {"a": 1},
                "sender": {"type": 1, "id": "520be2333eea151a956c0c2581c8fa06"},
                "server_time": "2026-11-21T20:00:00.5Z", "replayed": false,
            })
        );
        let portal = Event {
            sender: Some(Sender {
                kind: SenderType::Backend,
                id: None,
            }),
            ..event("{}")
        };
        assert!(line(&portal).contains("\"sender\":{\"type\":2}"));
    }

    #[test]
    fn what_the_connection_calls_replayed_is_another_thing() {
        let again = Event {
            replayed: true,
            ..event("{}")
        };
        assert_eq!(line(&again), line(&event("{}")));
    }

    #[test]
    fn parameters_over_several_lines_become_one() {
        let raw = "{\r\n\t\"a b\" : [ 1,\n 2 ],\n \"c\\\"\\\\\" : \"x  \\n y\\\\\" ,\n\"d\":\" \" }";
        let text = line(&event(raw));
        assert!(
            text.contains("\"params\":{\"a b\":[1,2],\"c\\\"\\\\\":\"x  \\n y\\\\\",\"d\":\" \"},"),
            "{text}"
        );
        let parsed: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed["params"], serde_json::from_str::<Value>(raw).unwrap());
    }

    #[test]
    fn a_stored_line_is_flagged_at_its_end_only() {
        let tricky = line(&event("{\"replayed\":false}"));
        let mut out = Vec::new();
        push_again(&mut out, tricky.as_bytes(), true);
        push_again(&mut out, tricky.as_bytes(), false);
        let both: Vec<Value> = split(&out).map(|line| serde_json::from_slice(line).unwrap()).collect();
        assert_eq!(
            both.iter().map(|line| &line["replayed"]).collect::<Vec<_>>(),
            [true, false]
        );
        assert!(both.iter().all(|line| line["params"] == json!({"replayed": false})));
    }

    #[test]
    fn lines_are_counted_off() {
        assert_eq!(length_of(b"a\nbc\nd\n", 2), 5);
        assert_eq!(length_of(b"a\nbc\nd\n", 9), 7);
        assert_eq!(length_of(b"", 1), 0);
    }
}
