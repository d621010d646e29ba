//! Atom: feeds and entries as they are answered, and entries as they are sent.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::super::papers::escaped;
use super::cell::Cell;
use super::fault::Fault;
use super::view::{Part, View};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMES: &str = "xmlns=\"http://www.w3.org/2005/Atom\" \
    xmlns:d=\"http://schemas.microsoft.com/ado/2007/08/dataservices\" \
    xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\"";
const SCHEME: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme";
const RELATED: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/related";

/// One entity.
pub(super) fn entry(root: &str, view: &View) -> String {
    format!("{DECLARATION}{}", bare(root, view, NAMES))
}

/// Several entities.
pub(super) fn feed(root: &str, of: &str, views: &[View], count: Option<usize>) -> String {
    let mut text = format!(
        "{DECLARATION}<feed {NAMES}><id>{}/{}</id><title type=\"text\"/><updated>2026-11-22T12:00:00</updated><link rel=\"self\" title=\"{2}\" href=\"{2}\"/>",
        escaped(root),
        escaped(of),
        escaped(of)
    );
    if let Some(count) = count {
        let _ = write!(text, "<m:count>{count}</m:count>");
    }
    for view in views {
        text.push_str(&bare(root, view, ""));
    }
    text.push_str("</feed>");
    text
}

/// One value.
pub(super) fn value(name: &str, cell: &Cell) -> String {
    let space = "http://schemas.microsoft.com/ado/2007/08/dataservices";
    let text = escaped(&cell.text().unwrap_or_default());
    format!("{DECLARATION}<d:{name} xmlns:d=\"{space}\">{text}</d:{name}>")
}

/// The sets of a base.
pub(super) fn service(root: &str, sets: &[String]) -> String {
    let mut text = format!(
        "{DECLARATION}<service xmlns=\"http://www.w3.org/2007/app\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xml:base=\"{}/\"><workspace><atom:title>Default</atom:title>",
        escaped(root)
    );
    for set in sets {
        let _ = write!(
            text,
            "<collection href=\"{set}\"><atom:title>{set}</atom:title></collection>"
        );
    }
    text.push_str("</workspace></service>");
    text
}

/// The properties of an entry that was sent.
pub(super) fn read(text: &str) -> Result<Map<String, Value>, Fault> {
    let wrong = || Fault::Format("entry".to_owned());
    let mut rest = text;
    // Into the element with the properties.
    loop {
        let (_, tag) = rest.split_once('<').ok_or_else(wrong)?;
        let (tag, after) = tag.split_once('>').ok_or_else(wrong)?;
        rest = after;
        if local(tag) == "properties" && !tag.starts_with('/') {
            break;
        }
    }
    let mut sent = Map::new();
    loop {
        let (_, tag) = rest.split_once('<').ok_or_else(wrong)?;
        let (tag, after) = tag.split_once('>').ok_or_else(wrong)?;
        if tag.starts_with('/') {
            return Ok(sent);
        }
        let name = local(tag).to_owned();
        if tag.ends_with('/') {
            let null = tag.contains("null=\"true\"");
            sent.insert(
                name,
                if null {
                    Value::Null
                } else {
                    Value::String(String::new())
                },
            );
            rest = after;
            continue;
        }
        let (value, end) = after.split_once('<').ok_or_else(wrong)?;
        let (closing, after) = end.split_once('>').ok_or_else(wrong)?;
        if !closing.starts_with('/') {
            return Err(Fault::NotSupported("табличные части в формате atom"));
        }
        sent.insert(name, Value::String(plain(value)));
        rest = after;
    }
}

fn bare(root: &str, view: &View, names: &str) -> String {
    let address = escaped(&view.address);
    let mut text = format!(
        "<entry {names}><id>{}/{address}</id><category term=\"StandardODATA.{}\" scheme=\"{SCHEME}\"/><title type=\"text\"/><updated>2026-11-22T12:00:00</updated><author/><summary/><link rel=\"edit\" href=\"{address}\" title=\"edit link\"/>",
        escaped(root),
        escaped(&view.of)
    );
    for name in &view.links {
        let _ = write!(
            text,
            "<link rel=\"{RELATED}/{name}\" href=\"{address}/{name}\" type=\"application/atom+xml;type=entry;charset=utf-8\" title=\"{name}\"/>"
        );
    }
    for (name, part) in &view.parts {
        if let Part::Inner(inner) = part {
            let _ = write!(
                text,
                "<link rel=\"{RELATED}/{name}\" href=\"{address}/{name}\" title=\"{name}\"><m:inline>{}</m:inline></link>",
                bare(root, inner, "")
            );
        }
    }
    text.push_str("<content type=\"application/xml\"><m:properties>");
    for (name, part) in &view.parts {
        match part {
            Part::Cell(cell) => property(&mut text, name, cell),
            Part::Lines(lines) => {
                let of = format!("StandardODATA.{}_{name}_RowType", view.of);
                let _ = write!(text, "<d:{name} m:type=\"Collection({of})\">");
                for line in lines {
                    let _ = write!(text, "<d:element m:type=\"{of}\">");
                    for (name, cell) in line {
                        property(&mut text, name, cell);
                    }
                    text.push_str("</d:element>");
                }
                let _ = write!(text, "</d:{name}>");
            }
            Part::Inner(_) => {}
        }
    }
    text.push_str("</m:properties></content></entry>");
    text
}

fn property(text: &mut String, name: &str, cell: &Cell) {
    let _ = match cell.text() {
        None => write!(text, "<d:{name} m:null=\"true\"/>"),
        Some(value) if value.is_empty() => write!(text, "<d:{name}/>"),
        Some(value) => write!(text, "<d:{name}>{}</d:{name}>", escaped(&value)),
    };
}

fn local(tag: &str) -> &str {
    let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default()
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_whatever_its_prefixes() {
        let text = "<?xml version=\"1.0\"?><entry xmlns=\"a\"><title type=\"text\"/><content type=\"application/xml\">\
            <m:properties xmlns:d=\"x\"><d:Code>1 &lt; 2 &amp;amp;</d:Code><d:Parent_Key m:null=\"true\" /><Штрихкод/>\
            </m:properties></content></entry>";
        let sent = read(text).unwrap();
        assert_eq!(sent["Code"], "1 < 2 &amp;");
        assert_eq!(sent["Parent_Key"], Value::Null);
        assert_eq!(sent["Штрихкод"], "");
        for text in [
            "",
            "<entry/>",
            "<m:properties>",
            "<m:properties><d:A>x",
            "<m:properties><d:A>x</d:A>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let nested = "<m:properties><d:A><d:element/></d:A></m:properties>";
        assert_eq!(read(nested).unwrap_err().code(), Some(0));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "((<|>|/|m:properties|d:A| |x|&lt;){0,20})|\\PC{0,40}") {
            let _ = read(&text);
        }
    }
}
