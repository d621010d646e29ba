use proptest::prelude::*;

use super::*;

fn property(name: &str) -> Option<Cell> {
    Some(match name {
        "Description" => Cell::Text("ООО «Зерно»".to_owned()),
        "Code" => Cell::Text("it's".to_owned()),
        "Ref_Key" => Cell::Guid("312e175a-c9c9-11ec-8936-000c29dddd38".to_owned()),
        "Date" => Cell::Moment("2026-11-22T12:00:00".to_owned()),
        "Сумма" => Cell::Number(12.5),
        "DeletionMark" => Cell::Flag(false),
        _ => return None,
    })
}

fn fits(text: &str) -> Result<bool, Fault> {
    read(text)?.fits(&property)
}

#[test]
fn conditions_of_the_guide_hold() {
    for (text, holds) in [
        ("Description eq 'ООО «Зерно»'", true),
        ("Code eq 'it''s' and DeletionMark eq false", true),
        ("Ref_Key eq guid'312E175A-C9C9-11EC-8936-000C29DDDD38'", true),
        ("Ref_Key eq '312e175a-c9c9-11ec-8936-000c29dddd38'", false),
        (
            "Date ge datetime'2026-11-22' and Date lt datetime'2026-11-22T12:00:01'",
            true,
        ),
        ("Сумма gt 10 and Сумма le 12.5", true),
        ("not (Сумма eq 12.5) or DeletionMark eq true", false),
        ("(Description eq 'x' or Code ne 'x') and DeletionMark ne true", true),
        // `and` binds closer than `or`.
        ("DeletionMark eq false or Code eq 'x' and Code eq 'y'", true),
        ("startswith(Description, 'ООО') eq true", true),
        ("endswith(Description,'ООО')", false),
        ("substringof('Зерн', Description)", true),
        ("like(Description, 'ооо%_»')", true),
        ("like(Description, 'ооо')", false),
        ("DeletionMark", false),
    ] {
        assert_eq!(fits(text), Ok(holds), "{text}");
    }
}

#[test]
fn what_cannot_be_read_has_its_code() {
    for (text, code) in [
        ("", 14),
        ("Description", 14),
        ("Description eq", 14),
        ("(Description eq 'x'", 14),
        ("Description eq 'x", 14),
        ("Description eq 'x' 'y'", 14),
        ("Нет eq 1", 10),
        ("round(Сумма) eq 1", 21),
        ("startswith(Description) eq true", 21),
        ("startswith(Сумма, 'x')", 21),
        ("Сумма gt 'x'", 21),
        ("Ref_Key eq guid'1'", 1),
        ("Date eq datetime'31.12.2026'", 1),
    ] {
        assert_eq!(fits(text).unwrap_err().code(), Some(code), "{text}");
    }
    assert!(fits(&"(".repeat(10_000)).is_err());
    assert!(fits(&"not ".repeat(10_000)).is_err());
    let long = "Code eq 'x'".to_owned() + &" or Code eq 'x'".repeat(10_000);
    assert_eq!(fits(&long).unwrap_err().code(), Some(14));
}

#[test]
fn keys_are_found() {
    let filter = read("DeletionMark eq false and Ref_Key eq guid'312e175a-c9c9-11ec-8936-000c29dddd38'").unwrap();
    assert_eq!(filter.keys(), ["312e175a-c9c9-11ec-8936-000c29dddd38"]);
    assert!(read("Code eq 'x'").unwrap().keys().is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", words in "((eq|and|or|not|guid|'|\\(|\\)|,|Code|1|null) ?){0,30}") {
        let _ = fits(&text);
        let _ = fits(&words);
    }

    #[test]
    fn a_text_is_found_as_it_was_quoted(text in "[^\\x00-\\x1f]{0,30}") {
        let quoted = text.replace('\'', "''");
        let filter = read(&format!("Code eq '{quoted}'")).unwrap();
        prop_assert!(filter.fits(&|_| Some(Cell::Text(text.clone()))).unwrap());
    }
}
