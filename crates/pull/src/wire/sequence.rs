//! The elements of a JSON array, one after the other, without keeping them.

use std::fmt;

use serde::{
    Deserializer as _,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// Gives every element of an array, until the end or the first place that is no JSON.
pub(super) fn each(text: &str, take: impl FnMut(&RawValue)) -> serde_json::Result<()> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_seq(Each(take))?;
    reader.end()
}

struct Each<F>(F);

impl<'de, F: FnMut(&RawValue)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&'de RawValue>()? {
            (self.0)(element);
        }
        Ok(())
    }
}
