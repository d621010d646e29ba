use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What serde makes of the front of a text: its first value.
fn by_serde(text: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    values.next()?.ok().map(RawValue::get)
}

fn by_scan(text: &str) -> Option<&str> {
    Scan::new(text).value()
}

/// Both take the same, but where a bare number or word is followed by what cannot follow it.
fn agree(text: &str) -> Result<(), TestCaseError> {
    if let Some(value) = by_serde(text) {
        prop_assert_eq!(by_scan(text), Some(value), "{}", text);
    } else {
        let lenient = by_scan(text).filter(|value| serde_json::from_str::<&RawValue>(value).is_err());
        prop_assert_eq!(lenient, None, "{}", text);
    }
    Ok(())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[\\x00-\\x22\\\\\u{416}-\u{448}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((".{0,9}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_takes_what_serde_takes(value in any_value(), pretty: bool, behind in "[ ,}\\]x\"]{0,3}") {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        prop_assert_eq!(by_scan(&text), Some(text.as_str()));
        agree(&format!(" \n{text}{behind}"))?;
    }

    #[test]
    fn it_refuses_what_serde_refuses(value in any_value(), changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"{}[]\",:\\ue0-.19tfn \n\x01".to_vec()), 0..3), 1..4)) {
        let mut bytes = value.to_string().into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            agree(text)?;
        }
    }

    #[test]
    fn it_never_panics(text in "[{}\\[\\]\",:\\\\ue0.19tfnulrasé \n-]{0,60}") {
        agree(&text)?;
    }

    #[test]
    fn a_special_byte_is_found_wherever_it_stands(before in "[ -!#-\\[\\]-\u{7f}а-яё€😀]{0,40}", special in prop::sample::select(b"\"\\\x00\x1f\n".to_vec())) {
        let mut bytes = before.clone().into_bytes();
        prop_assert_eq!(special_from(&bytes, 0), before.len());
        bytes.push(special);
        bytes.extend_from_slice("\"\\ \u{1}ёё".as_bytes());
        prop_assert_eq!(special_from(&bytes, 0), before.len());
    }
}

#[test]
fn an_object_is_read_field_by_field() {
    let text = r#" { "a" : "x" , "n":-1.5e3,"z":null,"o":{"a":[1,{}]}} behind"#;
    let mut scan = Scan::new(text);
    let (mut a, mut n, mut z, mut o) = (None, None, None, None);
    let read = scan.object(|key, scan| {
        match key {
            "a" => a = Some(scan.string()?),
            "n" => n = Some(scan.number()?),
            "z" => z = Some(scan.null()?),
            _ => o = Some(scan.value()?),
        }
        Some(())
    });
    assert_eq!(read, Some(()));
    assert_eq!(
        (a.as_deref(), n, z, o),
        (Some("x"), Some("-1.5e3"), Some(true), Some(r#"{"a":[1,{}]}"#))
    );
    assert_eq!(&text[scan.at()..], " behind");
    assert!(!scan.is_at_end());
}

#[test]
fn texts_with_escapes_are_read_and_keys_with_escapes_are_not() {
    let text = |text| Scan::new(text).string().map(Cow::into_owned);
    assert_eq!(text(r#""\u0436\n\"x""#).as_deref(), Some("ж\n\"x"));
    assert_eq!(text(r#""\ud800""#), None, "half a character");
    assert_eq!(text("\"a\u{1}\""), None);
    let mut scan = Scan::new(r#"{"\u0061":1}"#);
    assert_eq!(scan.object(|_, scan| scan.value().map(drop)), None);
}

#[test]
fn the_end_is_seen_behind_white_space_only() {
    for (text, end) in [("1 \n", true), ("1 x", false), ("1 \u{1}", false), ("1\u{a0}", false)] {
        let mut scan = Scan::new(text);
        assert_eq!(scan.value(), Some("1"));
        assert_eq!(scan.is_at_end(), end, "{text:?}");
    }
}

#[test]
fn levels_are_bounded() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(
        by_scan(&nested(65)).is_some(),
        "the innermost one is empty and opens nothing"
    );
    assert_eq!(by_scan(&nested(66)), None);
}

#[test]
fn an_owned_value_is_that_of_serde() {
    let value = json!({"a": ["ж", 1.5, null]}).to_string();
    assert_eq!(own(&value).unwrap().get(), value);
    // Without a second look at it, which is the whole point.
    assert_eq!(own("no JSON").unwrap().get(), "no JSON");
}
