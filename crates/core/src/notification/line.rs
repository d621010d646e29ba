//! One line of plain text of limited length: white space folded, control and direction characters gone.

/// Collects characters until its limit is passed.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    chars: usize,
    limit: usize,
    space: bool,
}

impl Line {
    /// An empty line of at most `limit` characters.
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            chars: 0,
            limit,
            space: false,
        }
    }

    /// Adds a character. White space and control characters become one space between words.
    pub(super) fn push(&mut self, c: char) {
        if c.is_whitespace() || c.is_control() {
            self.space = true;
        } else if !is_invisible(c) && !self.is_over() {
            if self.space && self.chars > 0 {
                self.text.push(' ');
                self.chars += 1;
            }
            self.space = false;
            self.text.push(c);
            self.chars += 1;
        }
    }

    /// Adds a text.
    pub(super) fn push_str(&mut self, text: &str) {
        for c in text.chars() {
            if self.is_over() {
                return;
            }
            self.push(c);
        }
    }

    /// Whether nothing more would be kept.
    pub(super) const fn is_over(&self) -> bool {
        self.chars > self.limit
    }

    /// The text, cut between characters and ended by an ellipsis when there was more.
    pub(super) fn finish(self) -> String {
        if !self.is_over() {
            return self.text;
        }
        let kept: String = self.text.chars().take(self.limit.saturating_sub(1)).collect();
        // A joiner or a selector of the character that was cut off must not take hold of the ellipsis.
        format!(
            "{}…",
            kept.trim_end_matches(|c: char| c == ' ' || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}'))
        )
    }
}

/// Characters that are not seen but change how others are shown or read: directions, zero widths, tags.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(limit: usize, text: &str) -> String {
        let mut line = Line::new(limit);
        line.push_str(text);
        line.finish()
    }

    #[test]
    fn white_space_is_folded_and_direction_marks_are_dropped() {
        assert_eq!(line(50, "\r\n  a\t\u{0}b \u{2028} c\u{85} "), "a b c");
        assert_eq!(line(50, "in\u{202e}voice\u{2066}\u{feff}.exe\u{200b}"), "invoice.exe");
        assert_eq!(line(50, ""), "");
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        assert_eq!(line(5, "абвгд"), "абвгд");
        assert_eq!(line(5, "абвгде"), "абвг…");
        assert_eq!(line(5, "абв где"), "абв…");
        assert_eq!(line(4, "ab👨\u{200d}👩\u{200d}👧"), "ab👨…");
        assert_eq!(line(1, "ab"), "…");
    }
}
