//! A JSON array: its elements, in arrays of some.

use bytes::{Buf as _, BytesMut};
use serde_json::value::RawValue;

use super::GROUP;

/// Stands where an element could not be given.
const LOST: &str = "null";

#[derive(Debug, Default)]
pub(super) struct Array {
    /// An array that is still open, or nothing.
    pub(super) gathered: String,
    /// The opening bracket is read.
    begun: bool,
    /// The closing bracket is read.
    done: bool,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// So much of what has arrived belongs to the element that is being read.
    scanned: usize,
    /// The element that is being read is too long and passes by.
    passing: bool,
}

/// What a byte does to the element that it stands in.
enum Step {
    Inside,
    Ends,
    Closes,
}

impl Array {
    pub(super) fn take(&mut self) -> String {
        self.gathered.push(']');
        std::mem::take(&mut self.gathered)
    }

    pub(super) fn cut(&mut self, arrived: &mut BytesMut, limit: usize, finished: bool) {
        if !self.begun && !arrived.is_empty() {
            arrived.advance(1);
            self.begun = true;
        }
        while self.gathered.len() < GROUP && !self.done {
            let Some(byte) = arrived.get(self.scanned).copied() else {
                break;
            };
            let step = self.step(byte);
            match step {
                Step::Inside => {
                    self.scanned += 1;
                    if self.scanned > limit {
                        self.pass(arrived);
                    }
                }
                Step::Ends | Step::Closes => {
                    self.done = matches!(step, Step::Closes);
                    let element = arrived.split_to(self.scanned);
                    arrived.advance(1);
                    self.scanned = 0;
                    self.element(&element);
                }
            }
        }
        if self.done {
            arrived.clear();
        } else if self.passing {
            arrived.advance(self.scanned);
            self.scanned = 0;
        } else if finished && self.scanned == arrived.len() {
            // The array was cut.
            self.gather(LOST);
            self.done = true;
            arrived.clear();
        }
    }

    fn step(&mut self, byte: u8) -> Step {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Step::Inside;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' if self.depth == 0 => return Step::Closes,
            b']' | b'}' => self.depth -= 1,
            b',' if self.depth == 0 => return Step::Ends,
            _ => {}
        }
        Step::Inside
    }

    /// Lets the element go that is being read.
    fn pass(&mut self, arrived: &mut BytesMut) {
        if !self.passing {
            self.passing = true;
            self.gather(LOST);
        }
        arrived.advance(self.scanned);
        self.scanned = 0;
    }

    fn element(&mut self, bytes: &[u8]) {
        let element = bytes.trim_ascii();
        // The array may be empty.
        if std::mem::take(&mut self.passing) || self.done && element.is_empty() {
            return;
        }
        // One that is no JSON would spoil all that it is gathered with.
        match serde_json::from_slice::<&RawValue>(element) {
            Ok(element) => self.gather(element.get()),
            Err(_) => self.gather(LOST),
        }
    }

    fn gather(&mut self, element: &str) {
        self.gathered.push(if self.gathered.is_empty() { '[' } else { ',' });
        self.gathered.push_str(element);
    }
}
