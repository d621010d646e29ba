//! The text framings: one JSON envelope between two markers, the body spliced in verbatim.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::message::Message;
use crate::clock;

const START: &str = "#!NGINXNMS!#";
const END: &str = "#!NGINXNME!#";

/// The servers 1.0 and 2.0: `sent_at` gives `tag` and `time`, which are those of sending, not of publishing. The
/// server 1.0 names the first channel of the message, 2.0 none.
pub(crate) fn frame(message: &Message, named: bool, sent_at: Timestamp) -> String {
    let tag = sent_at.as_millisecond().rem_euclid(1000);
    let channel = if named { message.channel.as_str() } else { "-" };
    let body = &message.body;
    format!(
        r#"{START}{{"id":{},"mid":"{}","channel":"{channel}","tag":"{tag}","time":"{}","text":{body}}}{END}"#,
        message.number,
        message.mid,
        clock::http_date(sent_at),
    )
}

/// The nginx module: no mid, `tag` and `time` are the place of the message in its order.
pub(crate) fn nginx(message: &Message) -> String {
    let body = &message.body;
    format!(
        r#"{START}{{"id":{},"channel":"{}","tag":"{}","time":"{}","eventid":"","text":{body}}}{END}"#,
        message.number,
        message.channel,
        message.stamp.tag,
        clock::http_date(at(message.stamp.time)),
    )
}

/// What the nginx module says to the members of a channel that was deleted: its text is no JSON.
pub(crate) fn deleted(channel: &str) -> String {
    format!(
        r#"{START}{{"id":-2,"channel":"{channel}","tag":"0","time":"{}","eventid":"","text":Channel deleted}}{END}"#,
        clock::http_date(Timestamp::UNIX_EPOCH),
    )
}

/// An element of the array that newer builds answer to `format=json`: `extra` lies beside `text`.
pub(crate) fn element(message: &Message, sent_at: Timestamp) -> Value {
    let mut text = serde_json::from_str(&message.body).unwrap_or_else(|_| Value::String(message.body.clone()));
    let extra = text.as_object_mut().and_then(|text| text.remove("extra"));
    let mut element = json!({
        "id": message.number, "mid": message.mid.to_string(), "channel": "-",
        "tag": sent_at.as_millisecond().rem_euclid(1000).to_string(), "time": clock::http_date(sent_at), "text": text,
    });
    if let Some(extra) = extra {
        element["extra"] = extra;
    }
    element
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use crate::push::message::{Message, Mid, Personal, Sender, Stamp};

    const BODY: &str = r#"{"module_id":"im","command":"test","params":{"a":1},"extra":{"server_time":"2026-11-21T23:00:00+00:00","server_time_unix":1795300000.123,"server_name":"t","revision_web":19,"revision_mobile":3}}"#;
    const CHANNEL: &str = "5fc6cdfaff146ac121df90f4e96f1a13";

    fn message() -> Message {
        Message {
            mid: Mid::new(1_795_304_145, 1),
            number: 1,
            stamp: Stamp {
                time: 1_795_304_145,
                tag: 2,
            },
            channel: CHANNEL.to_owned(),
            personal: Personal::default(),
            body: BODY.to_owned(),
            expiry: 600,
            created: 1_795_304_145,
            sender: Sender::Backend,
        }
    }

    fn sent_at() -> Timestamp {
        Timestamp::from_millisecond(1_795_304_145_732).unwrap()
    }

    #[test]
    fn version_4_is_the_captured_frame() {
        assert_eq!(
            super::frame(&message(), false, sent_at()),
            format!(
                r#"#!NGINXNMS!#{{"id":1,"mid":"17953041450000000000000001","channel":"-","tag":"732","time":"Sat, 21 Nov 2026 23:35:45 GMT","text":{BODY}}}#!NGINXNME!#"#
            )
        );
    }

    #[test]
    fn version_3_names_the_channel() {
        let frame = super::frame(&message(), true, sent_at());
        assert!(
            frame.contains(&format!(r#","channel":"{CHANNEL}","tag":"732","#)),
            "{frame}"
        );
    }

    #[test]
    fn versions_1_and_2_have_no_mid_and_the_order_of_publishing() {
        assert_eq!(
            super::nginx(&message()),
            format!(
                r#"#!NGINXNMS!#{{"id":1,"channel":"{CHANNEL}","tag":"2","time":"Sat, 21 Nov 2026 23:35:45 GMT","eventid":"","text":{BODY}}}#!NGINXNME!#"#
            )
        );
        assert_eq!(
            super::deleted("c"),
            r#"#!NGINXNMS!#{"id":-2,"channel":"c","tag":"0","time":"Thu, 01 Jan 1970 00:00:00 GMT","eventid":"","text":Channel deleted}#!NGINXNME!#"#
        );
    }

    #[test]
    fn an_element_of_an_array_has_extra_beside_text() {
        let element = super::element(&message(), sent_at());
        assert_eq!(
            element["text"],
            json!({"module_id": "im", "command": "test", "params": {"a": 1}})
        );
        assert_eq!(element["extra"]["server_name"], "t");
        assert_eq!(element["mid"], "17953041450000000000000001");
    }
}
