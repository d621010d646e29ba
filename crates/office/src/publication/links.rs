//! Navigation links as the publication reads them: the office's own reading, so that a mistake of the product is seen.

use percent_encoding::percent_decode_str;

/// Where a navigation link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// An object: kind, name, UUID.
    Object(String, String, String),
    /// A new object: kind, name.
    New(String, String),
    /// A list: kind, name.
    List(String, String),
    /// A report, data processor or common form, by its full name.
    App(String),
    /// A command that is none of the standard ones, by its full name.
    Command(String),
    /// A section by name; empty is the home page.
    Section(String),
    /// Not a navigation link, or one that this base does not know.
    Nowhere,
}

/// Reads a navigation link, raw or percent-encoded.
pub(super) fn read(text: &str) -> Place {
    let text = percent_decode_str(text.trim()).decode_utf8_lossy();
    let Some(rest) = text.strip_prefix("e1cib/") else {
        return Place::Nowhere;
    };
    let Some((what, rest)) = rest.split_once('/') else {
        return Place::Nowhere;
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    match what {
        "data" => data(path, query),
        "list" => full_name(path).map_or(Place::Nowhere, |(kind, name)| Place::List(kind, name)),
        "app" => Place::App(path.to_owned()),
        "command" => command(path),
        "navigationpoint" => section(path),
        _ => Place::Nowhere,
    }
}

/// The `ref` of a UUID: its groups in the order 4, 5, 3, 2, 1.
pub(super) fn reference(uuid: &str) -> String {
    uuid.split('-').collect::<Vec<_>>().as_slice().try_into().map_or_else(
        |_| String::new(),
        |[one, two, three, four, five]: [&str; 5]| [four, five, three, two, one].concat().to_lowercase(),
    )
}

/// The UUID of a `ref` of 32 hex digits that are not all zero.
pub(super) fn uuid(reference: &str) -> Option<String> {
    let digits = reference.len() == 32 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !digits || reference.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let part = |from: usize, to: usize| reference.get(from..to).unwrap_or_default().to_lowercase();
    Some([part(24, 32), part(20, 24), part(16, 20), part(0, 4), part(4, 16)].join("-"))
}

fn data(path: &str, query: &str) -> Place {
    let Some((kind, name)) = full_name(path) else {
        return Place::Nowhere;
    };
    if query.is_empty() {
        return Place::New(kind, name);
    }
    let reference = query.split('&').find_map(|pair| pair.strip_prefix("ref="));
    reference
        .and_then(uuid)
        .map_or(Place::Nowhere, |uuid| Place::Object(kind, name, uuid))
}

fn command(path: &str) -> Place {
    if let Some((owner, verb)) = path.rsplit_once('.')
        && let Some((kind, name)) = full_name(owner)
    {
        match verb {
            "Create" | "Создать" => return Place::New(kind, name),
            "OpenList" | "ОткрытьСписок" => return Place::List(kind, name),
            _ => {}
        }
    }
    // A command of an object is `Документ.X.Команда.ОткрытьСписок` in links taken from a section.
    if let Some(owner) = path.strip_suffix(".Команда.ОткрытьСписок")
        && let Some((kind, name)) = full_name(owner)
    {
        return Place::List(kind, name);
    }
    Place::Command(path.to_owned())
}

fn section(path: &str) -> Place {
    if path == "startpage" {
        return Place::Section(String::new());
    }
    match path.split_once('/') {
        Some((_, inner)) => command(inner),
        None => Place::Section(path.to_owned()),
    }
}

fn full_name(path: &str) -> Option<(String, String)> {
    let (kind, name) = path.split_once('.')?;
    (!kind.is_empty() && !name.is_empty() && !name.contains('.')).then(|| (kind.to_owned(), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(kind: &str, name: &str) -> (String, String) {
        (kind.to_owned(), name.to_owned())
    }

    #[test]
    fn refs_of_the_documentation_are_read_both_ways() {
        for (reference_text, uuid_text) in [
            (
                "8ca0000d8843cd1b11dc8d043d71007f",
                "3d71007f-8d04-11dc-8ca0-000d8843cd1b",
            ),
            (
                "8780b06ebf2faaf611e86899c3314ae6",
                "c3314ae6-6899-11e8-8780-b06ebf2faaf6",
            ),
        ] {
            assert_eq!(uuid(reference_text).as_deref(), Some(uuid_text));
            assert_eq!(reference(uuid_text), reference_text);
        }
        assert_eq!(uuid(&"0".repeat(32)), None);
        assert_eq!(uuid("8ca0"), None);
    }

    #[test]
    fn raw_and_encoded_links_are_the_same_place() {
        let raw = "e1cib/data/Документ.ЗаказКлиента?ref=8ca0000d8843cd1b11dc8d043d71007f";
        let encoded = percent_encoding::utf8_percent_encode(raw, percent_encoding::NON_ALPHANUMERIC).to_string();
        let (kind, name) = pair("Документ", "ЗаказКлиента");
        let object = Place::Object(kind, name, "3d71007f-8d04-11dc-8ca0-000d8843cd1b".to_owned());
        assert_eq!(read(raw), object);
        assert_eq!(read(&encoded), object);
    }

    #[test]
    fn every_form_of_link_has_its_place() {
        let (kind, name) = pair("Document", "Invoice");
        assert_eq!(
            read("e1cib/data/Document.Invoice"),
            Place::New(kind.clone(), name.clone())
        );
        assert_eq!(
            read("e1cib/command/Document.Invoice.Create"),
            Place::New(kind.clone(), name.clone())
        );
        let list = Place::List(kind, name);
        assert_eq!(read("e1cib/list/Document.Invoice"), list);
        assert_eq!(read("e1cib/command/Document.Invoice.OpenList"), list);
        assert_eq!(
            read("e1cib/navigationpoint/Продажи/Document.Invoice.Команда.ОткрытьСписок"),
            list
        );
        assert_eq!(read("e1cib/navigationpoint/startpage"), Place::Section(String::new()));
        assert_eq!(
            read("e1cib/navigationpoint/Продажи"),
            Place::Section("Продажи".to_owned())
        );
        assert_eq!(read("e1cib/app/Отчет.Продажи"), Place::App("Отчет.Продажи".to_owned()));
        let common = "ОбщаяКоманда.Напомнить";
        assert_eq!(
            read(&format!("e1cib/command/{common}")),
            Place::Command(common.to_owned())
        );
    }

    #[test]
    fn what_is_no_link_leads_nowhere() {
        for text in [
            "",
            "e1cib",
            "e1cib/data",
            "javascript:alert(1)",
            "e1cib/data/X?ref=1",
            "e1cib/data/A.B?ref=12",
        ] {
            assert_eq!(read(text), Place::Nowhere, "{text}");
        }
    }
}
