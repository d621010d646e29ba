//! The text framing of version 4: one JSON envelope between two markers, the body spliced in verbatim.

use jiff::Timestamp;

use super::message::Message;
use crate::clock;

const START: &str = "#!NGINXNMS!#";
const END: &str = "#!NGINXNME!#";

/// The message as text; `sent_at` gives `tag` and `time`, which are those of sending, not of publishing.
pub(crate) fn frame(message: &Message, sent_at: Timestamp) -> String {
    let tag = sent_at.as_millisecond().rem_euclid(1000);
    let body = &message.body;
    format!(
        r#"{START}{{"id":{},"mid":"{}","channel":"-","tag":"{tag}","time":"{}","text":{body}}}{END}"#,
        message.mid.number(),
        message.mid,
        clock::http_date(sent_at),
    )
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::push::message::{Message, Mid, Sender};

    #[test]
    fn is_the_captured_frame() {
        let body = r#"{"module_id":"im","command":"test","params":{"a":1},"extra":{"server_time":"2026-11-21T23:00:00+00:00","server_time_unix":1795300000.123,"server_name":"t","revision_web":19,"revision_mobile":3}}"#;
        let message = Message {
            mid: Mid::new(1_795_304_145, 1),
            body: body.to_owned(),
            expiry: 600,
            created: 1_795_304_145,
            sender: Sender::Backend,
        };
        let sent_at = Timestamp::from_millisecond(1_795_304_145_732).unwrap();
        assert_eq!(
            super::frame(&message, sent_at),
            format!(
                r#"#!NGINXNMS!#{{"id":1,"mid":"17953041450000000000000001","channel":"-","tag":"732","time":"Sat, 21 Nov 2026 23:35:45 GMT","text":{body}}}#!NGINXNME!#"#
            )
        );
    }
}
