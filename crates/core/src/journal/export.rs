//! The journal for other programs. The names of the fields are those of [`JournalRecord`] and do not change.
use serde_json::{Value, json};

use super::moment::utc;
use super::{JournalRecord, Outcome};

/// What a spreadsheet needs at the beginning of a file to read it as UTF-8.
pub const SPREADSHEET_MARK: &str = "\u{feff}";

/// The columns, in their order.
const COLUMNS: [&str; 9] = [
    "timestamp",
    "operation",
    "source_system",
    "target_system",
    "object_id",
    "status",
    "details",
    "duration_ms",
    "error_code",
];

/// What spreadsheets take for the beginning of a formula, also in the wide letters of Asian keyboards.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// One object.
pub fn json(record: &JournalRecord) -> Value {
    json!({
        "timestamp": utc(record.timestamp),
        "operation": record.operation,
        "source_system": record.source_system,
        "target_system": record.target_system,
        "object_id": record.object_id,
        "status": record.status.as_str(),
        "details": record.details,
        "duration_ms": record.duration_ms,
        "error_code": record.error_code,
    })
}

/// A table after RFC 4180, with a line of names. Texts come from portals and bases: one that a spreadsheet would compute
/// gets an apostrophe before it.
pub fn csv(records: &[JournalRecord]) -> String {
    let mut out = String::new();
    push_line(&mut out, &COLUMNS.map(str::to_owned));
    for record in records {
        let cells = [
            utc(record.timestamp),
            harmless(&record.operation),
            harmless(&record.source_system),
            harmless(&record.target_system),
            harmless(&record.object_id),
            record.status.as_str().to_owned(),
            harmless(&record.details),
            record.duration_ms.to_string(),
            harmless(record.error_code.as_deref().unwrap_or_default()),
        ];
        push_line(&mut out, &cells);
    }
    out
}

impl Outcome {
    /// The word for it in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A formula may also hide behind spaces, which spreadsheets skip.
fn harmless(text: &str) -> String {
    let text = text.replace('\0', "");
    let seen = text.trim_start_matches([' ', '\n', '\u{a0}', '\u{feff}']);
    if seen.starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text
    }
}

fn push_line(out: &mut String, cells: &[String; 9]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains([',', ';', '"', '\r', '\n']) || cell != cell.trim() {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Timestamp;

    fn record(details: &str) -> JournalRecord {
        JournalRecord {
            timestamp: Timestamp(0),
            operation: "open".to_owned(),
            source_system: "clicked".to_owned(),
            target_system: "ut".to_owned(),
            object_id: "hotstart://onec/ut/e1cib/list/Документ.Заказ".to_owned(),
            status: Outcome::Failed,
            details: details.to_owned(),
            duration_ms: 12,
            error_code: Some("base.unreachable".to_owned()),
        }
    }

    /// What a reader of RFC 4180 gets back.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut lines, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
        let (mut quoted, mut letters) = (false, text.chars().peekable());
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                '\r' if !quoted && letters.peek() == Some(&'\n') => {
                    letters.next();
                    cells.push(std::mem::take(&mut cell));
                    lines.push(std::mem::take(&mut cells));
                }
                letter => cell.push(letter),
            }
        }
        assert!(!quoted && cells.is_empty() && cell.is_empty(), "the last line ends");
        lines
    }

    #[test]
    fn a_table_has_the_agreed_columns() {
        assert_eq!(
            csv(&[record("Нет связи, \"совсем\"")]),
            "timestamp,operation,source_system,target_system,object_id,status,details,duration_ms,error_code\r\n\
             1970-01-01T00:00:00.000Z,open,clicked,ut,hotstart://onec/ut/e1cib/list/Документ.Заказ,failed,\
             \"Нет связи, \"\"совсем\"\"\",12,base.unreachable\r\n"
        );
    }

    #[test]
    fn an_object_has_the_agreed_keys_in_their_order() {
        let value = json(&record("x"));
        let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        let mut agreed = COLUMNS.to_vec();
        keys.sort_unstable();
        agreed.sort_unstable();
        assert_eq!(keys, agreed);
        assert_eq!(value["timestamp"], "1970-01-01T00:00:00.000Z");
        assert_eq!(value["duration_ms"], 12);
    }

    #[test]
    fn nothing_is_computed_by_a_spreadsheet() {
        for formula in [
            "=1+1",
            "+7 900",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "\n=1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\0=1",
            "＝1",
            "=HYPERLINK(\"http://x\",\"y\")",
        ] {
            let cell = read(&csv(&[record(formula)]))[1][6].clone();
            assert!(cell.starts_with('\''), "{formula:?}: {cell:?}");
        }
        assert_eq!(read(&csv(&[record("7 - 2 = 5")]))[1][6], "7 - 2 = 5");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(details in "\\PC*|[\",\r\n=+;' ]*") {
            let lines = read(&csv(&[record(&details), record("x")]));
            prop_assert_eq!(lines.len(), 3);
            prop_assert!(lines.iter().all(|line| line.len() == COLUMNS.len()));
            let cell = &lines[1][6];
            prop_assert!(cell == &details || cell.strip_prefix('\'') == Some(&details), "{:?}", cell);
        }
    }
}
