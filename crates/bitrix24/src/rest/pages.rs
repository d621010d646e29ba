//! Lists in pages of fifty, as a stream that never holds more than a few answers.
//!
//! By offset, the first answer tells the number of items, and the rest is fetched several pages to a request and a few
//! requests at a time. By id, each page begins behind the last item of the one before and nothing is counted, which
//! stays fast on millions of rows and loses none when items come and go meanwhile (official page "huge data").

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, Stream, StreamExt as _, unfold};
use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::batch::MOST;
use super::{Answer, Batch, Call, Rest, RestError, RestErrorKind, reference};

/// Items of a page (official page "features of list methods").
const PAGE: usize = 50;

/// What to list, and how.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    method: String,
    params: Map<String, Value>,
    way: Way<T>,
    pages: usize,
    ahead: usize,
}

/// How pages follow each other.
#[derive(Debug)]
enum Way<T> {
    Offset,
    Id {
        /// The field to sort by.
        field: String,
        /// The name under which the items lie in the result.
        inside: Option<String>,
        id: fn(&T) -> u64,
    },
}

impl<T> Clone for Way<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Offset => Self::Offset,
            Self::Id { field, inside, id } => Self::Id {
                field: field.clone(),
                inside: inside.clone(),
                id: *id,
            },
        }
    }
}

impl<T> Listing<T> {
    /// Lists a method by offset, a page to a request.
    pub fn new(method: impl Into<String>, params: Map<String, Value>) -> Self {
        Self {
            method: method.into(),
            params,
            way: Way::Offset,
            pages: 1,
            ahead: 1,
        }
    }

    /// Lists by the id in `field`, which `id` gives of an item; `inside` is the name of the items in the result (`None`:
    /// the result is the list), and needed only for several pages to a request.
    #[must_use]
    pub fn by_id(mut self, field: &str, inside: Option<&str>, id: fn(&T) -> u64) -> Self {
        self.way = Way::Id {
            field: field.to_owned(),
            inside: inside.map(str::to_owned),
            id,
        };
        self
    }

    /// Fetches so many pages in a request, fifty at most.
    #[must_use]
    pub fn pages_at_once(mut self, pages: usize) -> Self {
        self.pages = pages.clamp(1, MOST);
        self
    }

    /// Keeps so many requests under way; by id there is never more than one.
    #[must_use]
    pub fn requests_at_once(mut self, requests: usize) -> Self {
        self.ahead = requests.clamp(1, MOST);
        self
    }

    fn call(&self, start: Value, more: impl FnOnce(&mut Map<String, Value>)) -> Call {
        let mut params = self.params.clone();
        params.insert("start".to_owned(), start);
        more(&mut params);
        Call::new(self.method.clone(), Value::Object(params))
    }

    fn page_at(&self, offset: u64) -> Call {
        self.call(offset.into(), |_| {})
    }

    /// The page behind an id, which may be a reference.
    fn page_behind(&self, field: &str, last: Value) -> Call {
        self.call((-1).into(), |params| {
            params.insert("order".to_owned(), json!({field: "ASC"}));
            let filter = params.entry("filter").or_insert_with(|| json!({}));
            if !filter.is_object() {
                *filter = json!({});
            }
            filter[format!(">{field}")] = last;
        })
    }
}

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
    pub async fn collect(mut self, most: usize) -> Result<Vec<T>, RestError> {
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
                    self.under_way.push_back(self.fetch(vec![self.listing.page_at(offset)]));
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
            self.under_way.push_back(self.fetch(calls));
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
        for page in self.fetch(calls).await? {
            let items = page.result.0;
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

    /// Makes these calls: as one where it is one, else as a batch.
    fn fetch(&self, mut calls: Vec<Call>) -> BoxFuture<'static, Result<Vec<Page<T>>, RestError>> {
        let rest = self.rest.clone();
        Box::pin(async move {
            if calls.len() == 1
                && let Some(call) = calls.pop()
            {
                return Ok(vec![rest.call_fully(&call.method, call.params).await?]);
            }
            let batch = Batch { calls, halt: true };
            rest.run(&batch).await?.into_iter().collect()
        })
    }
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

/// The items of a page: the result itself, or the list in it, which each method names differently.
#[derive(Debug)]
struct Found<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Found<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Items(PhantomData))
    }
}

struct Items<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
    type Value = Found<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or a map with one list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found<T>, A::Error> {
        let mut items = Vec::with_capacity(PAGE);
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Found(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<T>, A::Error> {
        let mut items = Vec::new();
        while let Some((_, Found(list))) = map.next_entry::<serde::de::IgnoredAny, Found<T>>()? {
            if items.is_empty() {
                items = list;
            }
        }
        Ok(Found(items))
    }

    fn visit_unit<E>(self) -> Result<Found<T>, E> {
        Ok(Found(Vec::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found<T>, E> {
        Ok(Found(Vec::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found<T>, E> {
        Ok(Found(Vec::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found<T>, E> {
        Ok(Found(Vec::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found<T>, E> {
        Ok(Found(Vec::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Found<T>, E> {
        Ok(Found(Vec::new()))
    }
}

#[cfg(test)]
mod tests;
