//! The text of a file of the starter, whatever program wrote it.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// The text of a list or configuration file: UTF-8, UTF-16 or Windows-1251, without the byte order mark.
///
/// The mark decides if there is one. Without it, zero bytes mean UTF-16 (no text of these files holds the character
/// zero), and bytes that make more sense as UTF-8 are UTF-8 even if some are broken; the rest is Windows-1251. Every
/// input has a text: broken bytes become U+FFFD.
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0)
    {
        return Cow::Borrowed(text);
    }
    guess(bytes).map_or_else(
        || String::from_utf8_lossy(bytes),
        |encoding| encoding.decode_without_bom_handling(bytes).0,
    )
}

/// The encoding of bytes that are no clean UTF-8 text; `None` is broken UTF-8.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.contains(&0) {
        return (!is_mostly_utf8(bytes)).then_some(WINDOWS_1251);
    }
    let zeros = |offset: usize| bytes.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    Some(if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE })
}

fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "[Склад]\r\nConnect=File=\"C:\\База\";\r\n";

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_in_the_wild() {
        let marked = format!("\u{feff}{TEXT}");
        for (name, bytes) in [
            ("UTF-8", TEXT.as_bytes().to_vec()),
            ("UTF-8 with mark", marked.as_bytes().to_vec()),
            ("UTF-16LE with mark", utf16(&marked, u16::to_le_bytes)),
            ("UTF-16BE with mark", utf16(&marked, u16::to_be_bytes)),
            ("UTF-16LE", utf16(TEXT, u16::to_le_bytes)),
            ("UTF-16BE", utf16(TEXT, u16::to_be_bytes)),
            ("Windows-1251", WINDOWS_1251.encode(TEXT).0.into_owned()),
        ] {
            assert_eq!(text_of(&bytes), TEXT, "{name}");
        }
    }

    #[test]
    fn a_broken_byte_does_not_change_the_encoding() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.truncate(bytes.len() - 5);
        assert!(std::str::from_utf8(&bytes).is_err());
        assert_eq!(text_of(&bytes), "[Склад]\r\nConnect=File=\"C:\\Баз\u{fffd}");
        assert_eq!(text_of(b"\xff\xfe[\0"), "[");
        assert_eq!(text_of(b"\xff\xfe["), "\u{fffd}");
        assert_eq!(text_of(b""), "");
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_text(bytes: Vec<u8>) {
            let _ = text_of(&bytes);
        }

        #[test]
        fn utf8_stays_what_it_is(text in "[^\\x00\\u{feff}]{0,40}") {
            prop_assert_eq!(text_of(text.as_bytes()), text.as_str());
        }
    }
}
