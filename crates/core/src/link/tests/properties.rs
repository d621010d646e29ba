//! What holds for every text.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// Escapes every byte that is no ASCII letter or digit, as the strictest of the encoders in use does.
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Text near the grammar, so that much of it is understood.
fn near_links() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "hotstart://",
        "HOTSTART://",
        "onec/",
        "crm/",
        "b24/",
        "settings/",
        "ut/",
        "Моя база/",
        "p.ru/",
        "deal/",
        "31/",
        "128/",
        "5",
        "new/",
        "e1cib/",
        "data/",
        "list/",
        "command/",
        "app/",
        "navigationpoint/",
        "Документ.",
        "Document.",
        "Заказ",
        "Форма.",
        "?ref=8936000C29DDDD3811ECC9C9312E175A",
        "&",
        "#",
        "?",
        "/",
        "//",
        "%2F",
        "%20",
        "%D0%9F",
        "%25",
        "%",
        " ",
        ".",
        ":",
        "@",
        "https://",
        "http://",
        "e1c://server/",
        "e1c://filev/C/",
        "bx://v2/p/openPage/options/",
        "{\"url\":\"/crm/deal/details/5/\"}",
        "crm/deal/details/5/",
        "ru_RU/",
        "stream/",
        "startpage",
        "\u{202e}",
        "\n",
        "\u{a0}",
        "№",
        "é",
        "и\u{306}",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn stable(text: &str) -> Result<(), TestCaseError> {
    let Ok(link) = Link::parse(text) else { return Ok(()) };
    let canonical = link.canonical();
    let again = Link::parse(&canonical);
    prop_assert!(again.is_ok(), "{text} -> {canonical}");
    if let Ok(again) = again {
        prop_assert_eq!(&again, &link, "{} -> {}", text, canonical);
        prop_assert_eq!(again.view(), link.view());
    }
    prop_assert!(!canonical.contains(' ') && !canonical.chars().any(char::is_control));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn canonical_forms_near_the_grammar_are_stable(text in near_links()) {
        stable(&text)?;
    }
}

proptest! {
    #[test]
    fn anything_is_answered(text in any::<String>()) {
        stable(&text)?;
        stable(&format!("hotstart://{text}"))?;
    }

    #[test]
    fn any_page_is_stable(text in "(\\PC|[a-z/?&=%])*") {
        stable(&format!("hotstart://b24/p.ru/{text}"))?;
    }

    #[test]
    fn any_alias_is_stable(text in "[\\p{L}\\p{N} ().,_-]{1,20}") {
        stable(&format!("hotstart://onec/{text}/e1cib/list/Задача.З"))?;
    }

    #[test]
    fn encoded_and_raw_mean_the_same(base in "[А-Яа-я0-9][А-Яа-я ]{0,8}[А-Яа-я]", name in "[А-Яа-яЁё_][А-Яа-яЁё0-9_]{0,20}", digits in "[0-9A-Fa-f]{31}[1-9]") {
        let nav = format!("e1cib/data/Справочник.{name}?ref={digits}");
        let raw = Link::parse(&format!("hotstart://onec/{base}/{nav}")).unwrap();
        let encoded = Link::parse(&format!("hotstart://onec/{}/{}", escape(&base), escape(&nav))).unwrap();
        prop_assert_eq!(&raw, &encoded);
        prop_assert_eq!(raw.canonical(), encoded.canonical());
        let twice = format!("hotstart://onec/{}/{}", escape(&base), escape(&escape(&nav)));
        prop_assert!(Link::parse(&twice).is_err(), "decoded once only");
    }

    #[test]
    fn ids_have_bounds(id in any::<u64>()) {
        let understood = Link::parse(&format!("hotstart://crm/p/deal/{id}")).is_ok();
        prop_assert_eq!(understood, id >= 1 && i64::try_from(id).is_ok());
    }
}
