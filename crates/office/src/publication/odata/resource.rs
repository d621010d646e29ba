//! The resource of an address: what stands between the root and the question mark.

use super::super::catalogue::{Configuration, Kind, Shape};
use super::cell::guid;
use super::entity::{ROWS, set};
use super::fault::Fault;

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    /// The list of sets.
    Root,
    /// `$metadata`.
    Metadata,
    /// All entities of a kind.
    Set(Kind),
    /// Their number.
    Count(Kind),
    /// All lines of all documents of a kind, or those of one document.
    Lines(Kind, Option<String>),
    /// One line: UUID and number.
    Line(Kind, String, u64),
    /// One entity, and the names behind it: properties or an action.
    Entity(Kind, String, Vec<String>),
}

/// Reads a resource, already decoded.
pub(super) fn read(text: &str, configuration: &Configuration) -> Result<Resource, Fault> {
    let text = text.trim_matches('/');
    match text {
        "" => return Ok(Resource::Root),
        "$metadata" => return Ok(Resource::Metadata),
        _ => {}
    }
    let (name, rest) = text.split_at(text.find(['(', '/']).unwrap_or(text.len()));
    let (key, path) = if let Some(inner) = rest.strip_prefix('(') {
        let (key, path) = inner.split_once(')').ok_or_else(|| Fault::Url(text.to_owned()))?;
        (Some(parts(key)?), path)
    } else {
        (None, rest)
    };
    let path: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(kind) = configuration.kinds.iter().copied().find(|kind| set(*kind) == name) {
        return match (key, path.as_slice()) {
            (Some(key), _) => Ok(Resource::Entity(kind, reference(&key)?, path)),
            (None, []) => Ok(Resource::Set(kind)),
            (None, [only]) if only == "$count" => Ok(Resource::Count(kind)),
            (None, [method, ..]) => Err(Fault::NoMethod(method.clone())),
        };
    }
    let owner = name
        .strip_suffix(ROWS)
        .and_then(|name| name.strip_suffix('_'))
        .and_then(|name| configuration.kinds.iter().copied().find(|kind| set(*kind) == name))
        .filter(|kind| kind.shape == Shape::Trade);
    let Some(kind) = owner else {
        return Err(Fault::NoType(name.to_owned()));
    };
    let Some(key) = key else {
        return Ok(Resource::Lines(kind, None));
    };
    let of = reference(&key)?;
    match key.iter().find(|(name, _)| name == "LineNumber") {
        Some((_, number)) => {
            let number = number.trim_matches('\'').parse();
            Ok(Resource::Line(
                kind,
                of,
                number.map_err(|_| Fault::Unreadable(name.to_owned()))?,
            ))
        }
        None if key.iter().any(|(name, _)| name == "Ref_Key") => Ok(Resource::Lines(kind, Some(of))),
        None => Err(Fault::Key("LineNumber")),
    }
}

/// The parts of a key by name; a single value has no name.
fn parts(key: &str) -> Result<Vec<(String, String)>, Fault> {
    let parts: Vec<(String, String)> = key
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or(("", part));
            (name.trim().to_owned(), value.trim().to_owned())
        })
        .collect();
    if parts.is_empty() {
        return Err(Fault::Key("Ref_Key"));
    }
    Ok(parts)
}

/// The reference in a key: quotes may be single, as the protocol has them, or double, as the guide shows them.
fn reference(key: &[(String, String)]) -> Result<String, Fault> {
    let alone = key.len() == 1;
    let value = key
        .iter()
        .find(|(name, _)| name == "Ref_Key" || (alone && name.is_empty()))
        .map(|(_, value)| value.as_str())
        .ok_or(Fault::Key("Ref_Key"))?;
    value
        .strip_prefix("guid")
        .and_then(|quoted| {
            let single = quoted.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            single.or_else(|| quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')))
        })
        .and_then(guid)
        .ok_or_else(|| Fault::Unreadable(value.to_owned()))
}

/// The UUID in a reference to an entity of this kind, short or as a whole address.
pub(super) fn bound(text: &str, kind: Kind) -> Result<String, Fault> {
    let wrong = || Fault::Value(text.to_owned());
    let (_, last) = text.rsplit_once('/').unwrap_or(("", text));
    let (name, key) = last
        .strip_suffix(')')
        .and_then(|inner| inner.split_once('('))
        .ok_or_else(wrong)?;
    if name != set(kind) {
        return Err(wrong());
    }
    reference(&parts(key)?)
}

#[cfg(test)]
mod tests {
    use super::super::super::catalogue::configuration;
    use super::*;

    const KEY: &str = "312e175a-c9c9-11ec-8936-000c29dddd38";

    fn at(text: &str) -> Result<Resource, Fault> {
        read(text, &configuration("ut").unwrap())
    }

    #[test]
    fn every_form_of_address_is_read() {
        let ut = configuration("ut").unwrap();
        let party = ut.kind("Catalog", "Контрагенты").unwrap();
        let order = ut.kind("Document", "ЗаказКлиента").unwrap();
        let key = KEY.to_owned();
        assert_eq!(at(""), Ok(Resource::Root));
        assert_eq!(at("$metadata"), Ok(Resource::Metadata));
        assert_eq!(at("Catalog_Контрагенты"), Ok(Resource::Set(party)));
        assert_eq!(at("Catalog_Контрагенты/$count"), Ok(Resource::Count(party)));
        let one = Resource::Entity(party, key.clone(), Vec::new());
        for form in ["guid'#'", "Ref_Key=guid'#'", "Ref_Key=guid\"#\"", " guid'#' "] {
            let form = form.replace('#', &KEY.to_uppercase());
            assert_eq!(at(&format!("Catalog_Контрагенты({form})")), Ok(one.clone()), "{form}");
        }
        let posted = Resource::Entity(order, key.clone(), vec!["Post".to_owned()]);
        assert_eq!(at(&format!("Document_ЗаказКлиента(guid'{KEY}')/Post")), Ok(posted));
        assert_eq!(at("Document_ЗаказКлиента_Товары"), Ok(Resource::Lines(order, None)));
        let line = Resource::Line(order, key, 1);
        assert_eq!(
            at(&format!(
                "Document_ЗаказКлиента_Товары(Ref_Key=guid'{KEY}', LineNumber=1)"
            )),
            Ok(line)
        );
    }

    #[test]
    fn wrong_addresses_have_their_code() {
        for (text, code) in [
            ("Catalog_Нет", 8),
            ("Document_Контрагенты", 8),
            ("Catalog_Контрагенты_Товары", 8),
            ("Catalog_Контрагенты()", 7),
            ("Catalog_Контрагенты(Code='1')", 7),
            ("Catalog_Контрагенты('1')", 1),
            ("Catalog_Контрагенты(guid'1')", 1),
            ("Catalog_Контрагенты(guid'1'", 6),
            ("Catalog_Контрагенты/SliceLast()", 11),
        ] {
            assert_eq!(at(text).unwrap_err().code(), Some(code), "{text}");
        }
    }

    #[test]
    fn a_bound_reference_names_its_set() {
        let party = configuration("ut").unwrap().party().unwrap();
        let short = format!("Catalog_Контрагенты(guid'{KEY}')");
        assert_eq!(bound(&short, party).as_deref(), Ok(KEY));
        let whole = format!("http://host/ut/odata/standard.odata/{short}");
        assert_eq!(bound(&whole, party).as_deref(), Ok(KEY));
        assert!(bound(&format!("Catalog_Партнеры(guid'{KEY}')"), party).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "((Catalog_Контрагенты|Document_ЗаказКлиента|_Товары|\\(|\\)|guid|'|=|,|/|Ref_Key|LineNumber|1)){0,12}") {
            let _ = at(&text);
        }
    }
}
