//! Text framing: whole envelopes with their markers.

use bytes::{Buf as _, BytesMut};
use memchr::memmem;

use super::GROUP;
use crate::wire::markers::{END, Extent, START, extent};

/// Stands where an envelope could not be given.
const LOST: &str = "#!NGINXNMS!##!NGINXNME!#";

#[derive(Debug, Default)]
pub(super) struct Markers {
    pub(super) gathered: String,
    /// What has arrived begins with a start marker.
    inside: bool,
    /// So much of it was searched in vain.
    searched: usize,
    /// There was a marker, so what stands outside of markers is nothing.
    marked: bool,
}

impl Markers {
    pub(super) fn cut(&mut self, arrived: &mut BytesMut, limit: usize, finished: bool) {
        while self.gathered.len() < GROUP && !arrived.is_empty() {
            let progress = if self.inside {
                self.end(arrived, limit, finished)
            } else {
                self.start(arrived, limit)
            };
            if !progress {
                if finished {
                    self.finish(arrived);
                }
                return;
            }
        }
    }

    fn start(&mut self, arrived: &mut BytesMut, limit: usize) -> bool {
        if let Some(at) = find(arrived, self.searched, START) {
            arrived.advance(at);
            self.inside = true;
            self.marked = true;
            self.searched = START.len();
            return true;
        }
        if !self.marked && arrived.len() > limit {
            self.gathered.push_str(LOST);
            self.marked = true;
        }
        self.searched = arrived.len().saturating_sub(START.len() - 1);
        if self.marked {
            arrived.advance(self.searched);
            self.searched = 0;
        }
        false
    }

    fn end(&mut self, arrived: &mut BytesMut, limit: usize, finished: bool) -> bool {
        let Some(first) = find(arrived, self.searched, END) else {
            if arrived.len() > limit {
                self.gathered.push_str(LOST);
                // Perhaps it was cut, and another begins inside.
                arrived.advance(START.len());
                return self.outside();
            }
            self.searched = arrived.len().saturating_sub(END.len() - 1).max(START.len());
            return false;
        };
        let length = match extent(&arrived[START.len()..]) {
            Extent::Whole(length) => START.len() + length,
            // The marker may be part of a text that goes on.
            Extent::Cut if !finished && arrived.len() <= limit => {
                self.searched = first;
                return false;
            }
            Extent::Cut | Extent::Broken => first,
        };
        let envelope = arrived.split_to(length + END.len());
        match std::str::from_utf8(&envelope) {
            Ok(text) if text.len() <= limit => self.gathered.push_str(text),
            Ok(_) | Err(_) => self.gathered.push_str(LOST),
        }
        self.outside()
    }

    fn outside(&mut self) -> bool {
        self.inside = false;
        self.searched = 0;
        true
    }

    /// What is left is a cut envelope, or text without any marker.
    fn finish(&mut self, arrived: &mut BytesMut) {
        if self.inside {
            self.gathered.push_str(START);
        } else if !self.marked {
            self.gathered.push_str(&String::from_utf8_lossy(arrived));
        }
        arrived.clear();
    }
}

fn find(bytes: &[u8], from: usize, marker: &str) -> Option<usize> {
    Some(from + memmem::find(bytes.get(from..)?, marker.as_bytes())?)
}
