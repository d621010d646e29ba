//! JSON looked through once from front to back, building nothing: what lies between is only checked to be JSON.
//!
//! It reads what real servers write. Where it gives up (a key with an escape, more than 64 levels), the readers that are
//! built on serde have the word; what it takes, they take too.

use std::borrow::Cow;

use serde::{Deserialize, de::value::MapDeserializer};
use serde_json::value::RawValue;

/// Levels of arrays and objects within one value.
const MOST_LEVELS: u32 = 64;

/// A text and how far it was read.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// Begins at the front.
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes were read.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none() && self.at == self.text.len()
    }

    /// Reads an object; `field` is called with each key and has to read the value.
    pub(super) fn object(&mut self, mut field: impl FnMut(&'a str, &mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.expect(b'"')?;
            let begin = self.at;
            if self.text_behind_quote()? {
                return None;
            }
            let key = self.text.get(begin..self.at - 1)?;
            self.expect(b':')?;
            field(key, self)?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Reads any value and gives its text.
    pub(super) fn value(&mut self) -> Option<&'a str> {
        self.peek()?;
        let begin = self.at;
        self.pass()?;
        self.text.get(begin..self.at)
    }

    /// Reads a text.
    pub(super) fn string(&mut self) -> Option<Cow<'a, str>> {
        self.expect(b'"')?;
        let begin = self.at;
        if self.text_behind_quote()? {
            let quoted = self.text.get(begin - 1..self.at)?;
            return serde_json::from_str(quoted).ok().map(Cow::Owned);
        }
        self.text.get(begin..self.at - 1).map(Cow::Borrowed)
    }

    /// Reads a number and gives its text.
    pub(super) fn number(&mut self) -> Option<&'a str> {
        let first = self.next()?;
        let begin = self.at - 1;
        self.number_behind(first)?;
        self.text.get(begin..self.at)
    }

    /// Reads a null, if there is one.
    pub(super) fn null(&mut self) -> Option<bool> {
        if self.peek()? != b'n' {
            return Some(false);
        }
        self.at += 1;
        self.word("ull").map(|()| true)
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The next byte that is no white space, left where it is.
    fn peek(&mut self) -> Option<u8> {
        let byte = self.next()?;
        self.at -= 1;
        Some(byte)
    }

    /// The next byte that is no white space; nothing, and no further, at a byte that JSON does not have there.
    #[inline]
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes().get(self.at)?;
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                0..b' ' => return None,
                _ => {
                    self.at += 1;
                    return Some(byte);
                }
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn word(&mut self, rest: &str) -> Option<()> {
        self.bytes().get(self.at..)?.starts_with(rest.as_bytes()).then(|| {
            self.at += rest.len();
        })
    }

    /// Passes over one value.
    fn pass(&mut self) -> Option<()> {
        // The levels that are open, the innermost in the lowest bit: 1 for an object.
        let (mut open, mut levels) = (0u64, 0);
        loop {
            match self.next()? {
                b'"' => {
                    self.text_behind_quote()?;
                }
                b'{' if self.peek()? == b'}' => self.at += 1,
                b'[' if self.peek()? == b']' => self.at += 1,
                opening @ (b'{' | b'[') => {
                    if levels == MOST_LEVELS {
                        return None;
                    }
                    levels += 1;
                    open = open << 1 | u64::from(opening == b'{');
                    if opening == b'{' {
                        self.key()?;
                    }
                    continue;
                }
                b't' => self.word("rue")?,
                b'f' => self.word("alse")?,
                b'n' => self.word("ull")?,
                first => self.number_behind(first)?,
            }
            // A value has ended, and perhaps those around it.
            loop {
                if levels == 0 {
                    return Some(());
                }
                let object = open & 1 == 1;
                match self.next()? {
                    b',' if object => break self.key()?,
                    b',' => break,
                    b'}' if object => {}
                    b']' if !object => {}
                    _ => return None,
                }
                levels -= 1;
                open >>= 1;
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.expect(b'"')?;
        self.text_behind_quote()?;
        self.expect(b':')
    }

    /// Passes over a text and its end quote. Whether there are escapes in it.
    #[inline]
    fn text_behind_quote(&mut self) -> Option<bool> {
        let bytes = self.bytes();
        let end = special_from(bytes, self.at);
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Some(false);
        }
        self.at = end;
        self.text_with_escapes().map(|()| true)
    }

    /// Passes over the rest of a text from its first escape.
    #[inline(never)]
    fn text_with_escapes(&mut self) -> Option<()> {
        loop {
            let byte = *self.bytes().get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
            self.at = special_from(self.bytes(), self.at);
        }
    }

    fn escape(&mut self) -> Option<()> {
        let byte = *self.bytes().get(self.at)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.bytes().get(self.at..self.at + 4)?;
                self.at += 4;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())
            }
            _ => None,
        }
    }

    fn number_behind(&mut self, first: u8) -> Option<()> {
        let first = if first == b'-' { self.digit()? } else { first };
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.bytes().get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digit()?;
            self.digits();
        }
        if matches!(self.bytes().get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes().get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digit()?;
            self.digits();
        }
        Some(())
    }

    fn digit(&mut self) -> Option<u8> {
        let byte = *self.bytes().get(self.at)?;
        self.at += 1;
        byte.is_ascii_digit().then_some(byte)
    }

    fn digits(&mut self) {
        while self.bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }
}

/// A value of a [`Scan`] in a place of its own. It is known to be JSON and not looked through again.
pub(super) fn own(value: &str) -> Option<Box<RawValue>> {
    // How serde_json itself hands raw values through serde; should that ever change, they are read anew.
    const NAME: &str = "$serde_json::private::RawValue";
    let named = MapDeserializer::<_, serde::de::value::Error>::new(std::iter::once((NAME, value)));
    Box::<RawValue>::deserialize(named)
        .ok()
        .or_else(|| RawValue::from_string(value.to_owned()).ok())
}

/// Where the first byte stands that is special in a text: a quote, a backslash, or a control character; else the end.
#[inline]
fn special_from(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    const QUOTES: u64 = ONES * b'"' as u64;
    const BACKSLASHES: u64 = ONES * b'\\' as u64;
    // The lowest set bit is right; those above it may be borrowed.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(step) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*step);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let special = (zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | control) & HIGH;
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += size_of::<u64>();
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests;
