//! BB codes, HTML and entities of the portal's texts: taken off in one pass, with the links that stood in them.
use super::line::Line;

/// How much of a text is looked at, in bytes: many times what is shown, so that links after long markup are found.
const LOOKED_AT: usize = 32 * 1024;
/// The longest tag, in bytes; a bracket without its end within that is text.
const LONGEST_TAG: usize = 4 * 1024;
/// The most links that are kept.
const LINKS: usize = 16;

/// BB codes of the messenger. A bracket with any other word is text: `[заказ]`, `[1]`.
const CODES: [&str; 36] = [
    "b",
    "i",
    "u",
    "s",
    "url",
    "user",
    "chat",
    "color",
    "bgcolor",
    "size",
    "font",
    "quote",
    "code",
    "list",
    "*",
    "img",
    "icon",
    "br",
    "send",
    "put",
    "call",
    "pch",
    "attach",
    "disk",
    "context",
    "rating",
    "like",
    "dislike",
    "timestamp",
    "p",
    "center",
    "left",
    "right",
    "spoiler",
    "video",
    "table",
];

/// A text without its markup.
#[derive(Debug)]
pub(super) struct Plain {
    /// One line, cut.
    pub(super) text: String,
    /// Addresses in the order they stood, unchecked.
    pub(super) links: Vec<String>,
}

/// Takes the markup off.
pub(super) fn plain(source: &str, limit: usize) -> Plain {
    let mut scanner = Scanner {
        source: head(source, LOOKED_AT),
        at: 0,
        bracket: NextEnd::new(b']'),
        angle: NextEnd::new(b'>'),
        addressed: 0,
        line: Line::new(limit),
        links: Vec::new(),
    };
    scanner.run();
    Plain {
        text: scanner.line.finish(),
        links: scanner.links,
    }
}

/// Takes the markup off and forgets the links.
pub(super) fn text(source: &str, limit: usize) -> String {
    plain(source, limit).text
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
    bracket: NextEnd,
    angle: NextEnd,
    /// Up to here the text was searched for a bare address.
    addressed: usize,
    line: Line,
    links: Vec<String>,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let length = match c {
                '[' => self.code(),
                '<' => self.tag(),
                '&' => self.entity(),
                'h' | 'H' => self.address(),
                _ => None,
            };
            self.at += length.unwrap_or_else(|| {
                self.line.push(c);
                c.len_utf8()
            });
        }
    }

    /// What was not read yet.
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// A BB code at the start of the rest: its length.
    fn code(&mut self) -> Option<usize> {
        let inside = self.bracket.enclosed(self.source, self.at)?;
        let closing = inside.starts_with('/');
        let body = inside.trim_start_matches('/');
        let end = body.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(body.len());
        let (name, value) = (body[..end].to_ascii_lowercase(), body[end..].trim_start_matches('='));
        if !CODES.contains(&name.as_str()) {
            return None;
        }
        match name.as_str() {
            "br" | "*" | "quote" | "p" | "list" => self.line.push('\n'),
            "url" if !closing && !value.is_empty() => self.link(value),
            "url" if !closing => {
                let after = &self.rest()[inside.len() + 2..];
                self.link(&after[..after.find('[').unwrap_or(0)]);
            }
            _ => {}
        }
        Some(inside.len() + 2)
    }

    /// An HTML tag or comment at the start of the rest: its length.
    fn tag(&mut self) -> Option<usize> {
        if self.rest().starts_with("<!--") {
            return Some(self.rest().find("-->").map_or(self.rest().len(), |end| end + 3));
        }
        let inside = self.angle.enclosed(self.source, self.at)?;
        let closing = inside.starts_with('/');
        let body = inside.trim_start_matches(['/', '!']);
        let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let (name, attributes) = (body[..end].to_ascii_lowercase(), &body[end..]);
        // `<a@b.ru>` and `< 5` are text; a tag has a name that ends where a tag's name may end.
        let ends_well = attributes.is_empty() || attributes.starts_with(|c: char| c.is_ascii_whitespace() || c == '/');
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !ends_well {
            return None;
        }
        let length = inside.len() + 2;
        match name.as_str() {
            "br" | "p" | "div" | "li" | "tr" | "hr" => self.line.push('\n'),
            "a" if !closing => {
                if let Some(address) = attribute(attributes, "href") {
                    self.link(address);
                }
            }
            // What is between these tags is no text.
            "script" | "style" if !closing => {
                let after = &self.rest()[length..];
                return Some(length + find_ignoring_case(after, &format!("</{name}")).unwrap_or(after.len()));
            }
            _ => {}
        }
        Some(length)
    }

    /// An entity at the start of the rest: its length.
    fn entity(&mut self) -> Option<usize> {
        let (c, length) = entity(self.rest())?;
        self.line.push(c);
        Some(length)
    }

    /// A bare address at the start of the rest is kept as a link; it stays in the text, too.
    fn address(&mut self) -> Option<usize> {
        let rest = self.rest();
        let start = head(rest, 8).to_ascii_lowercase();
        if self.at >= self.addressed && (start.starts_with("http://") || start.starts_with("https://")) {
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '<' | '>' | '"'))
                .unwrap_or(rest.len());
            self.addressed = self.at + end;
            self.link(rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']));
        }
        None
    }

    fn link(&mut self, address: &str) {
        if self.links.len() < LINKS && !address.is_empty() && address.len() <= LONGEST_TAG {
            self.links.push(decoded(address.trim()));
        }
    }
}

/// The next end of a tag in the text: it only moves on, so that many tags without an end cost one look.
struct NextEnd {
    byte: u8,
    at: usize,
}

impl NextEnd {
    const fn new(byte: u8) -> Self {
        Self { byte, at: 0 }
    }

    /// What stands between the byte at `start` and the next end after it, if that is near.
    fn enclosed<'a>(&mut self, source: &'a str, start: usize) -> Option<&'a str> {
        if self.at <= start {
            let found = source.as_bytes().iter().skip(start).position(|byte| *byte == self.byte);
            self.at = found.map_or(usize::MAX, |offset| start + offset);
        }
        (self.at - start <= LONGEST_TAG)
            .then(|| source.get(start + 1..self.at))
            .flatten()
    }
}

/// At most `limit` bytes from the start, ended between characters.
fn head(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The value of an attribute of an HTML tag, with or without quotes.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let after = &attributes[find_ignoring_case(attributes, name)? + name.len()..];
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split_ascii_whitespace().next(),
    }
}

/// Where `wanted` (ASCII, lower case) stands in `text`.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes()
        .windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The text with its entities replaced.
fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, length) = entity(rest).unwrap_or(('&', 1));
        decoded.push(c);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded
}

/// The entity that `text` begins with: its character and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    let name = head(text, 12).split(';').next()?.get(1..)?;
    if !text[1 + name.len()..].starts_with(';') {
        return None;
    }
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "laquo" => '«',
        "raquo" => '»',
        "ndash" => '–',
        "mdash" => '\u{2014}',
        "hellip" => '…',
        "copy" => '©',
        "reg" => '®',
        "bull" => '•',
        _ => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16)?,
                None => number(digits, 10)?,
            }
        }
    };
    Some((c, name.len() + 2))
}

#[cfg(test)]
mod tests;
