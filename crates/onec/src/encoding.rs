//! Percent-encoding as 1C links use it: UTF-8, never `+` for a space, decoded exactly once.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a browser needs escaped in a path or a fragment; the delimiters of navigation links stay readable.
const BROWSER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'?')
    .remove(b'=')
    .remove(b'&');

/// A `%` that does not begin two hexadecimal digits, or bytes that are no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("broken percent-encoding")]
pub struct BadEncoding;

/// Decodes percent-encoding once; a caller must never feed the result in again.
pub fn decode(text: &str) -> Result<String, BadEncoding> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = tail;
            continue;
        }
        let [high, low, tail @ ..] = tail else {
            return Err(BadEncoding);
        };
        bytes.push(hex_digit(*high)? << 4 | hex_digit(*low)?);
        rest = tail;
    }
    String::from_utf8(bytes).map_err(|_| BadEncoding)
}

/// Writes a decoded path segment in the canonical spelling: letters and digits of any script raw, the rest escaped.
///
/// Characters that are invisible or look like white space would be lost when the text is trimmed, so they stay escaped.
pub fn encode_segment(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    let mut buffer = [0; 4];
    for c in segment.chars() {
        if c.is_alphanumeric() || "-._~()+,!".contains(c) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    out
}

/// Writes canonical text for a browser: everything outside ASCII letters, digits and delimiters of links is escaped.
pub fn encode_for_browser(decoded: &str) -> String {
    utf8_percent_encode(decoded, BROWSER).to_string()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn hex_digit(byte: u8) -> Result<u8, BadEncoding> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(BadEncoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once() {
        assert_eq!(decode("%D0%94%d0%b0 x+y").as_deref(), Ok("Да x+y"));
        assert_eq!(decode("%2541").as_deref(), Ok("%41"));
    }

    #[test]
    fn refuses_broken_escapes() {
        for text in ["%", "%4", "%zz", "a%g0", "%ff", "%ed%a0%80", "%c0%af", "%+1"] {
            assert_eq!(decode(text), Err(BadEncoding), "{text}");
        }
    }

    #[test]
    fn segments_keep_letters_and_escape_the_rest() {
        assert_eq!(encode_segment("Моя база №1"), "Моя%20база%20%e2%84%961");
        assert_eq!(
            decode(&encode_segment("a/b?c#d%e\u{a0}")).as_deref(),
            Ok("a/b?c#d%e\u{a0}")
        );
    }

    #[test]
    fn browser_form_is_ascii() {
        assert_eq!(
            encode_for_browser("e1cib/list/Задача.З?name=Х"),
            "e1cib/list/%D0%97%D0%B0%D0%B4%D0%B0%D1%87%D0%B0.%D0%97?name=%D0%A5"
        );
    }
}
