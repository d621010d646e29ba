//! The cursor of a poll: which events the client has worked off. It names them, so it means the same after a restart of
//! either side, and with several clients that divide the events of a base nobody acknowledges what another one holds.
//!
//! ```text
//! 5-9,12 ~ 18bc4f21a ~ 3        rows 5 to 9 and 12 of the queue; run of the program; `open` events up to the third of it
//! ```
use std::fmt::Write as _;

use super::MOST_EVENTS;

/// The longest cursor that is read.
const LONGEST: usize = 4096;

/// What a cursor says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Rows of the queue, ascending.
    pub rows: Vec<u64>,
    /// The run of the program that gave it: `open` events do not outlive one.
    pub run: u64,
    /// The last `open` event of that run; zero for none.
    pub open: u64,
}

impl Cursor {
    /// Reads what a client gave back; none for a text that no answer of ours can have held.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text == "-" {
            return Some(Self::default());
        }
        if text.len() > LONGEST {
            return None;
        }
        let mut parts = text.split('~');
        let (rows, run, open) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            rows: numbers(rows)?,
            run: u64::from_str_radix(run, 16).ok()?,
            open: number(open)?,
        })
    }

    /// As a client gets it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rows = self.rows.iter().copied().peekable();
        while let Some(first) = rows.next() {
            let mut last = first;
            while let Some(next) = rows.next_if(|next| last.checked_add(1) == Some(*next)) {
                last = next;
            }
            if !text.is_empty() {
                text.push(',');
            }
            // Writing to a string cannot fail.
            let _ = if first == last {
                write!(text, "{first}")
            } else {
                write!(text, "{first}-{last}")
            };
        }
        let _ = write!(text, "~{:x}~{}", self.run, self.open);
        text
    }
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    let mut rows: Vec<u64> = Vec::new();
    if text.is_empty() {
        return Some(rows);
    }
    for range in text.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (number(first)?, number(last)?);
        let follows = rows.last().is_none_or(|before| *before < first);
        let many = last.checked_sub(first)?;
        if !follows || usize::try_from(many).ok()? >= MOST_EVENTS - rows.len().min(MOST_EVENTS) {
            return None;
        }
        rows.extend(first..=last);
    }
    Some(rows)
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_that_follow_each_other_are_one_range() {
        let cursor = Cursor {
            rows: vec![5, 6, 7, 9, 12],
            run: 0x1f,
            open: 3,
        };
        assert_eq!(cursor.text(), "5-7,9,12~1f~3");
        assert_eq!(Cursor::parse("5-7,9,12~1f~3"), Some(cursor));
        assert_eq!(Cursor::default().text(), "~0~0");
        for nothing in ["", "-", "~0~0"] {
            assert_eq!(Cursor::parse(nothing), Some(Cursor::default()), "{nothing}");
        }
    }

    #[test]
    fn what_no_answer_held_is_refused() {
        let long = "1".repeat(5000);
        for text in [
            "x",
            "5",
            "5~1",
            "5~1~2~3",
            "9-5~1~2",
            "5,5~1~2",
            "6,5~1~2",
            "+5~1~2",
            "1-101~1~2",
            "1-60,70-150~1~2",
            "5~1~-2",
            "5~g~2",
            "99999999999999999999~1~2",
            " ~1~2",
            &long,
        ] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
        assert!(Cursor::parse("1-100~1~2").is_some());
    }

    proptest! {
        #[test]
        fn what_is_given_is_understood(rows in proptest::collection::btree_set(any::<u64>(), 0..60), run: u64, open: u64) {
            let cursor = Cursor { rows: rows.into_iter().collect(), run, open };
            prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }

        #[test]
        fn no_text_makes_it_fail_otherwise(text in "[0-9a-f,~-]{0,60}") {
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert!(cursor.rows.len() <= MOST_EVENTS);
                prop_assert!(cursor.rows.is_sorted());
            }
        }
    }
}
