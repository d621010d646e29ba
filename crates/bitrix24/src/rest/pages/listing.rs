//! What to list, and how: by offset or by id, how much at once.

use serde_json::{Map, Value, json};

use crate::rest::Call;
use crate::rest::batch::MOST;

/// What to list, and how.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    pub(super) method: String,
    params: Map<String, Value>,
    pub(super) way: Way<T>,
    pub(super) pages: usize,
    pub(super) ahead: usize,
    /// The last id of a range, where it is one of several.
    pub(super) upto: Option<u64>,
}

/// How pages follow each other.
#[derive(Debug)]
pub(super) enum Way<T> {
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
            upto: None,
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

    /// Keeps so many requests under way. By id a page tells where the next one begins, so only whoever collects
    /// everything has more than one: the ids are then read in so many ranges.
    #[must_use]
    pub fn requests_at_once(mut self, requests: usize) -> Self {
        self.ahead = requests.clamp(1, MOST);
        self
    }

    /// The same list up to an id, a request at a time.
    pub(super) fn range(&self, upto: Option<u64>) -> Self {
        Self {
            method: self.method.clone(),
            params: self.params.clone(),
            way: self.way.clone(),
            pages: self.pages,
            ahead: 1,
            upto,
        }
    }

    fn call(&self, start: Value, more: impl FnOnce(&mut Map<String, Value>)) -> Call {
        let mut params = self.params.clone();
        params.insert("start".to_owned(), start);
        more(&mut params);
        Call::new(self.method.clone(), Value::Object(params))
    }

    pub(super) fn page_at(&self, offset: u64) -> Call {
        self.call(offset.into(), |_| {})
    }

    /// The page behind an id, which may be a reference.
    pub(super) fn page_behind(&self, field: &str, last: Value) -> Call {
        self.call((-1).into(), |params| {
            params.insert("order".to_owned(), json!({field: "ASC"}));
            let filter = params.entry("filter").or_insert_with(|| json!({}));
            if !filter.is_object() {
                *filter = json!({});
            }
            filter[format!(">{field}")] = last;
            if let Some(upto) = self.upto {
                filter[format!("<={field}")] = upto.into();
            }
        })
    }

    /// The page with the highest ids, backwards.
    pub(super) fn last_page(&self, field: &str) -> Call {
        self.call((-1).into(), |params| {
            params.insert("order".to_owned(), json!({field: "DESC"}));
        })
    }
}
