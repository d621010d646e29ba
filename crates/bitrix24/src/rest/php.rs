//! PHP's JSON: numbers as strings, `"Y"` for true, `[]` for an empty map. For the types of callers too, as
//! `#[serde(deserialize_with = "php::number")]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A whole number, also as a string; everything else is an error.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    maybe_number(deserializer)?.ok_or_else(|| D::Error::custom("a number is expected"))
}

/// A whole number, also as a string; `None` for everything else.
pub fn maybe_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    deserializer.deserialize_any(Scalar).map(|scalar| scalar.number())
}

/// A whole number, also as a string; zero for everything else.
pub fn or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    maybe_number(deserializer).map(Option::unwrap_or_default)
}

/// Seconds, as a number of either kind or a string; `None` for everything else.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let scalar = deserializer.deserialize_any(Scalar)?;
    Ok(scalar.float().filter(|seconds| seconds.is_finite()))
}

/// A flag: `true`, `"Y"`, `"1"`, `1`; everything else is false.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match deserializer.deserialize_any(Scalar)? {
        Found::Flag(flag) => flag,
        Found::Text(text) => matches!(text.as_str(), "Y" | "y" | "1" | "true"),
        Found::Float(number) => number != 0.0,
        Found::Whole(number) => number != 0,
        Found::Other => false,
    })
}

/// A text; a number is its digits, and everything else an empty one.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match deserializer.deserialize_any(Scalar)? {
        Found::Text(text) => text,
        Found::Whole(number) => number.to_string(),
        Found::Float(number) => number.to_string(),
        Found::Flag(_) | Found::Other => String::new(),
    })
}

/// A map that may be of another shape, as `[]` or `false` for nothing: then `None`.
pub fn lenient<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Some(Value::deserialize(deserializer)?).filter(Value::is_object);
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

/// A map in its order, where an empty array is an empty map, and a filled one has its positions as keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T> Entries<T> {
    /// The value of a key, taken out.
    pub fn take(&mut self, key: &str) -> Option<T> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Both<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Both<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map, or an array")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(item) = items.next_element()? {
                    entries.push((entries.len().to_string(), item));
                }
                Ok(Entries(entries))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Entries::default())
            }
        }
        deserializer.deserialize_any(Both(PhantomData))
    }
}

/// A single value of any kind.
#[derive(Debug)]
enum Found {
    Whole(u64),
    Float(f64),
    Flag(bool),
    Text(String),
    Other,
}

impl Found {
    fn number(&self) -> Option<u64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Float(_) | Self::Flag(_) | Self::Other => None,
        }
    }

    fn float(&self) -> Option<f64> {
        match self {
            // Seconds since 1970 stay exact in 52 bits.
            #[expect(clippy::cast_precision_loss, reason = "times are small")]
            Self::Whole(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Flag(_) | Self::Other => None,
        }
    }
}

struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Found, E> {
        Ok(Found::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Found, E> {
        Ok(Found::Whole(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Found, E> {
        #[expect(clippy::cast_precision_loss, reason = "a negative one is no id and no time")]
        Ok(u64::try_from(number).map_or(Found::Float(number as f64), Found::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Found, E> {
        Ok(Found::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Found, E> {
        Ok(Found::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Found, E> {
        Ok(Found::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_none<E>(self) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Found, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Found::Other)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_flags_as_php_writes_them() {
        for (value, expected) in [
            (json!(7), Some(7)),
            (json!("7"), Some(7)),
            (json!(" 7 "), Some(7)),
            (json!(-7), None),
            (json!("x"), None),
            (json!(null), None),
            (json!(false), None),
            (json!([]), None),
            (json!({"a": [1]}), None),
        ] {
            assert_eq!(maybe_number(value.clone()).unwrap(), expected, "{value}");
            assert_eq!(number(value).ok(), expected);
        }
        for value in [json!(true), json!("Y"), json!("1"), json!(1)] {
            assert!(flag(value).unwrap());
        }
        for value in [json!(false), json!("N"), json!("0"), json!(0), json!(null), json!([])] {
            assert!(!flag(value).unwrap());
        }
        assert_eq!(text(json!(547)).unwrap(), "547");
        assert_eq!(text(json!(null)).unwrap(), "");
        assert_eq!(seconds(json!("1.5")).unwrap(), Some(1.5));
        assert_eq!(seconds(json!(3)).unwrap(), Some(3.0));
    }

    #[test]
    fn an_empty_array_is_an_empty_map() {
        let read = |value: Value| serde_json::from_value::<Entries<u8>>(value).unwrap().0;
        assert_eq!(read(json!([])), []);
        assert_eq!(read(json!(null)), []);
        assert_eq!(read(json!([5])), [("0".to_owned(), 5)]);
        let mut entries: Entries<u8> = serde_json::from_str(r#"{"b":1,"a":2}"#).unwrap();
        assert_eq!(entries.0[0].0, "b");
        assert_eq!((entries.take("a"), entries.take("a")), (Some(2), None));
    }
}
