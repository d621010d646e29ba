//! The modules parse, and the parser is one that notices mistakes.

use super::module::{faults, tree};
use super::{files, text};

#[test]
fn every_module_parses() {
    let modules = files("bsl");
    assert_eq!(modules.len(), 13, "{modules:?}");
    for name in modules {
        let text = text(&name);
        assert_eq!(faults(&tree(&text), &text), Vec::<String>::new(), "{name}");
    }
}

/// Every word and sign that closes something is taken away, one at a time.
#[test]
fn a_module_without_one_of_its_ends_does_not_parse() {
    const ENDS: [&str; 7] = [
        "КонецЕсли;",
        "КонецЦикла;",
        "КонецПопытки;",
        "КонецПроцедуры",
        "КонецФункции",
        "#КонецОбласти",
        ");",
    ];
    let mut broken = 0;
    for name in files("bsl") {
        let text = text(&name);
        for end in ENDS {
            for (at, _) in text.match_indices(end) {
                let line = text[..at].rsplit('\n').next().unwrap_or_default();
                if line.contains("//") {
                    continue;
                }
                let broken_text = format!("{}{}", &text[..at], &text[at + end.len()..]);
                assert!(
                    !faults(&tree(&broken_text), &broken_text).is_empty(),
                    "{name}: {end} at {at}"
                );
                broken += 1;
            }
        }
    }
    assert!(broken > 200, "{broken}");
}
