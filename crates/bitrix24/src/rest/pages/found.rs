//! The items of a page, wherever in the result they lie.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::PAGE;

/// The items of a page: the result itself, or the list in it, which each method names differently.
#[derive(Debug)]
pub(super) struct Found<T>(pub(super) Vec<T>);

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
        while let Some((_, Found(list))) = map.next_entry::<IgnoredAny, Found<T>>()? {
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
