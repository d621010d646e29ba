//! Lists in pages of fifty, as a stream that never holds more than a few answers.
//!
//! By offset, the first answer tells the number of items, and the rest is fetched several pages to a request and a few
//! requests at a time. By id, each page begins behind the last item of the one before and nothing is counted, which
//! stays fast on millions of rows and loses none when items come and go meanwhile (official page "huge data"). Whoever
//! collects everything may have several ranges of ids read at once.

mod found;
mod listing;
mod ranges;

use std::collections::VecDeque;
use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, Stream, StreamExt as _, unfold};
use serde::de::DeserializeOwned;

use super::{Answer, Batch, Call, Outcome, Rest, RestError, RestErrorKind, reference};
use found::Found;
pub use listing::Listing;
use listing::Way;

/// Items of a page (official page "features of list methods").
const PAGE: usize = 50;

impl Rest {
    /// Lists; nothing is asked before the first page is wanted.
    pub fn pages<T: DeserializeOwned + Send + 'static>(&self, listing: Listing<T>) -> Pages<T> {
        Pages {
            rest: self.clone(),
            listing,
            under_way: FuturesOrdered::new(),
            ready: VecDeque::new(),
            place: Place::Begin,
            total: None,
            step: 50,
        }
    }
}

/// The pages of a list. Dropping it drops what is under way.
pub struct Pages<T> {
    rest: Rest,
    listing: Listing<T>,
    under_way: FuturesOrdered<BoxFuture<'static, Result<Vec<Page<T>>, RestError>>>,
    ready: VecDeque<Vec<T>>,
    place: Place,
    total: Option<u64>,
    /// Between two offsets: items of a page.
    step: u64,
}

/// From where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Begin,
    Offset(u64),
    Behind(u64),
    End,
}

type Page<T> = Answer<Found<T>>;

impl<T: DeserializeOwned + Send + 'static> Pages<T> {
    /// The next page; `None` at the end, which an error is too.
    pub async fn next(&mut self) -> Option<Result<Vec<T>, RestError>> {
        loop {
            if let Some(page) = self.ready.pop_front() {
                return Some(Ok(page));
            }
            let filled = match self.listing.way.clone() {
                Way::Offset => self.fill_by_offset().await,
                Way::Id { field, inside, id } => self.fill_by_id(&field, inside.as_deref(), id).await,
            };
            match filled {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.under_way = FuturesOrdered::new();
                    self.place = Place::End;
                    return Some(Err(error));
                }
            }
        }
    }

    /// Number of all items, once a page has told it.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Every item, at most `most` of them.
    pub async fn collect(self, most: usize) -> Result<Vec<T>, RestError> {
        if let (usize::MAX, Place::Begin, Way::Id { .. }, 2..) =
            (most, self.place, &self.listing.way, self.listing.ahead)
        {
            return self.collect_ranges().await;
        }
        self.collect_one_by_one(most).await
    }

    async fn collect_one_by_one(mut self, most: usize) -> Result<Vec<T>, RestError> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await {
            if items.is_empty() {
                let expected = self.total.and_then(|total| usize::try_from(total).ok());
                items.reserve_exact(expected.unwrap_or_default().min(most));
            }
            items.extend(page?.into_iter().take(most - items.len()));
            if items.len() == most {
                break;
            }
        }
        Ok(items)
    }

    /// The pages as a stream, which ends after the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Vec<T>, RestError>> {
        unfold(Some(self), async |pages| {
            let mut pages = pages?;
            let page = pages.next().await?;
            let goes_on = page.is_ok().then_some(pages);
            Some((page, goes_on))
        })
    }

    /// Whether there may be more.
    async fn fill_by_offset(&mut self) -> Result<bool, RestError> {
        match self.place {
            Place::End if self.under_way.is_empty() => return Ok(false),
            Place::Begin => {
                // The first page tells how many there are.
                let first = self.listing.page_at(0);
                let answer: Page<T> = self.rest.call_fully(&first.method, first.params).await?;
                self.total = answer.total;
                self.place = after(&answer, 0)?;
                self.step = answer.next.unwrap_or(self.step);
                self.keep(answer);
                return Ok(true);
            }
            Place::Offset(_) | Place::Behind(_) | Place::End => {}
        }
        self.send_on();
        let Some(done) = self.under_way.next().await else {
            return Ok(false);
        };
        let pages = done?;
        // One page to a request whose list was not counted: only it knows what comes next.
        if self.total.is_none() {
            let offset = self.uncounted();
            self.place = pages.last().map_or(Ok(Place::End), |page| after(page, offset))?;
        }
        for page in pages {
            self.keep(page);
        }
        Ok(true)
    }

    fn uncounted(&self) -> u64 {
        match self.place {
            Place::Offset(offset) => offset,
            Place::Begin | Place::Behind(_) | Place::End => 0,
        }
    }

    /// Fills the requests under way: as many as allowed, and only one where the number of items is unknown.
    fn send_on(&mut self) {
        while self.under_way.len() < self.listing.ahead {
            let Place::Offset(offset) = self.place else { return };
            let Some(total) = self.total else {
                if self.under_way.is_empty() {
                    self.under_way.push_back(self.ask(vec![self.listing.page_at(offset)]));
                }
                return;
            };
            let mut offsets = Vec::new();
            let mut at = offset;
            while at < total && offsets.len() < self.listing.pages {
                offsets.push(at);
                at = at.saturating_add(self.step);
            }
            self.place = if at < total { Place::Offset(at) } else { Place::End };
            if offsets.is_empty() {
                return;
            }
            let calls = offsets.into_iter().map(|at| self.listing.page_at(at)).collect();
            self.under_way.push_back(self.ask(calls));
        }
    }

    async fn fill_by_id(&mut self, field: &str, inside: Option<&str>, id: fn(&T) -> u64) -> Result<bool, RestError> {
        let last = match self.place {
            Place::Begin | Place::Offset(_) => 0,
            Place::Behind(last) => last,
            Place::End => return Ok(false),
        };
        let mut calls = vec![self.listing.page_behind(field, last.into())];
        let item = (PAGE - 1).to_string();
        for at in 1..self.listing.pages {
            let path: Vec<&str> = inside.into_iter().chain([item.as_str(), field]).collect();
            calls.push(self.listing.page_behind(field, reference(at - 1, &path).into()));
        }
        let mut behind = last;
        for page in fetch(self.rest.clone(), calls).await? {
            let items = page?.result.0;
            let is_last = items.len() < PAGE;
            if let Some(item) = items.last() {
                let id = id(item);
                if id <= behind {
                    let text = "a list that was to be sorted by id is not";
                    return Err(RestError::new(RestErrorKind::Unexpected, text));
                }
                behind = id;
                self.ready.push_back(items);
            }
            self.place = Place::Behind(behind);
            if is_last {
                // Behind it a reference leads nowhere, and the answers mean nothing.
                self.place = Place::End;
                break;
            }
        }
        Ok(true)
    }

    fn keep(&mut self, page: Page<T>) {
        if !page.result.0.is_empty() {
            self.ready.push_back(page.result.0);
        }
    }

    /// Pages that are wanted all.
    fn ask(&self, calls: Vec<Call>) -> BoxFuture<'static, Result<Vec<Page<T>>, RestError>> {
        let rest = self.rest.clone();
        Box::pin(async move { fetch(rest, calls).await?.into_iter().collect() })
    }
}

/// Makes these calls: as one where it is one, else as a batch.
async fn fetch<T: DeserializeOwned>(rest: Rest, mut calls: Vec<Call>) -> Result<Vec<Outcome<Found<T>>>, RestError> {
    if calls.len() == 1
        && let Some(call) = calls.pop()
    {
        return Ok(vec![rest.call_fully(&call.method, call.params).await]);
    }
    rest.run(&Batch { calls, halt: true }).await
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("method", &self.listing.method)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Where the next page begins; an offset that does not grow would never end.
fn after<T>(page: &Page<T>, offset: u64) -> Result<Place, RestError> {
    match page.next {
        None => Ok(Place::End),
        Some(next) if next > offset && !page.result.0.is_empty() => Ok(Place::Offset(next)),
        Some(_) => Err(RestError::new(
            RestErrorKind::Unexpected,
            "the next page is not behind this one",
        )),
    }
}

#[cfg(test)]
mod tests;
