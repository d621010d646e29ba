//! The frame. The writing half is done by hand so that the small program carries no JSON library.
use serde::Deserialize;

/// The longest frame, length not counted.
pub(super) const FRAME_LIMIT: usize = 64 * 1024;

/// What the instance answers, one byte on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The link is in the queue.
    Taken,
    /// This is no message, or not from this user: asking again is useless.
    Refused,
    /// Too many at once: ask again in a moment.
    Busy,
}

impl Answer {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Taken => b'+',
            Self::Refused => b'-',
            Self::Busy => b'~',
        }
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'+' => Some(Self::Taken),
            b'-' => Some(Self::Refused),
            b'~' => Some(Self::Busy),
            _ => None,
        }
    }
}

/// One message. Unknown keys are allowed: a newer opener may say more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Message {
    /// Made anew for each click, the same in every attempt.
    pub(super) id: String,
    /// The link.
    pub(super) link: String,
    /// The activation token.
    #[serde(default)]
    pub(super) token: Option<String>,
}

impl Message {
    /// The whole frame, length first.
    pub(super) fn frame(&self) -> Vec<u8> {
        let mut body = String::with_capacity(self.link.len() + 128);
        body.push_str("{\"id\":");
        push_text(&mut body, &self.id);
        body.push_str(",\"link\":");
        push_text(&mut body, &self.link);
        if let Some(token) = &self.token {
            body.push_str(",\"token\":");
            push_text(&mut body, token);
        }
        body.push('}');
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let mut frame = Vec::with_capacity(body.len() + 4);
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(body.as_bytes());
        frame
    }

    /// The message in a frame's body; `None` for anything else.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body)
            .ok()
            .filter(|message: &Self| !message.id.is_empty() && message.id.len() <= 64)
    }
}

/// The length of a body from the first four bytes; `None` when it is empty or over the limit.
pub(super) fn body_length(header: [u8; 4]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(header))
        .ok()
        .filter(|length| (1..=FRAME_LIMIT).contains(length))
}

fn push_text(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\x1f' => {
                let code = usize::from(u8::try_from(letter).unwrap_or_default());
                out.push_str("\\u00");
                out.push(char::from(HEX[code >> 4]));
                out.push(char::from(HEX[code & 15]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(link in any::<String>(), token in any::<Option<String>>(), id in "[0-9a-f]{16}") {
            let message = Message { id, link, token };
            let frame = message.frame();
            let header = [frame[0], frame[1], frame[2], frame[3]];
            prop_assert_eq!(body_length(header), Some(frame.len() - 4));
            prop_assert_eq!(Message::parse(&frame[4..]), Some(message));
        }

        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = Message::parse(&body);
        }
    }

    #[test]
    fn lengths_outside_the_limit_are_refused() {
        assert_eq!(body_length([0, 0, 0, 0]), None);
        assert_eq!(body_length([0, 1, 0, 0]), Some(FRAME_LIMIT));
        assert_eq!(body_length([0, 1, 0, 1]), None);
        assert_eq!(body_length([0xff; 4]), None);
    }

    #[test]
    fn a_message_needs_an_id_of_sane_length() {
        assert_eq!(Message::parse(br#"{"id":"","link":"x"}"#), None);
        assert_eq!(Message::parse(br#"{"link":"x"}"#), None);
        let long = format!(r#"{{"id":"{}","link":"x"}}"#, "a".repeat(65));
        assert_eq!(Message::parse(long.as_bytes()), None);
        assert!(Message::parse(br#"{"id":"1","link":"x","later":[1]}"#).is_some());
    }

    #[test]
    fn every_answer_has_its_own_byte() {
        for answer in [Answer::Taken, Answer::Refused, Answer::Busy] {
            assert_eq!(Answer::from_byte(answer.byte()), Some(answer));
        }
        assert_eq!(Answer::from_byte(0), None);
    }
}
