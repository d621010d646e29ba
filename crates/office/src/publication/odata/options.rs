//! The options of a request: the part of the address after the question mark.

use percent_encoding::percent_decode_str;

use super::fault::Fault;
use super::filter::{self, Expression};

/// What is answered: Atom unless JSON is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/atom+xml`.
    Atom,
    /// JSON; whether addresses of descriptions are in it.
    Json(bool),
}

/// The options of a request.
#[derive(Debug)]
pub(super) struct Options {
    /// How the answer looks.
    pub(super) format: Format,
    /// `$select`, in parts; empty: everything.
    pub(super) select: Vec<String>,
    /// `$filter`.
    pub(super) filter: Option<Expression>,
    /// `$orderby`: names, and whether downwards.
    pub(super) orderby: Vec<(String, bool)>,
    /// `$top`.
    pub(super) top: Option<usize>,
    /// `$skip`.
    pub(super) skip: usize,
    /// `$inlinecount=allpages`.
    pub(super) count: bool,
    /// `$expand`, in parts.
    pub(super) expand: Vec<String>,
}

/// Whether errors are told as JSON; known before the options are read.
pub(super) fn wants_json(query: &str, accept: &str) -> bool {
    let pairs = pairs(query);
    match pairs.iter().find(|(name, _)| name == "$format") {
        Some((_, format)) => format.contains("json"),
        None => accept.contains("application/json"),
    }
}

/// Reads the options; unknown names that begin with `$` are refused, others are left to actions.
pub(super) fn read(query: &str, accept: &str) -> Result<Options, Fault> {
    let mut options = Options {
        format: if accept.contains("application/json") {
            Format::Json(!accept.contains("odata=nometadata"))
        } else {
            Format::Atom
        },
        select: Vec::new(),
        filter: None,
        orderby: Vec::new(),
        top: None,
        skip: 0,
        count: false,
        expand: Vec::new(),
    };
    let pairs = pairs(query);
    for (at, (name, value)) in pairs.iter().enumerate() {
        if name.starts_with('$') && pairs[..at].iter().any(|(other, _)| other == name) {
            return Err(Fault::Options(format!("{name} указан дважды")));
        }
        let number = || {
            value
                .parse::<usize>()
                .map_err(|_| Fault::Options(format!("{name}={value}")))
        };
        match name.as_str() {
            "$format" => options.format = format(value)?,
            "$select" => options.select = list(value),
            "$expand" => options.expand = list(value),
            "$filter" => options.filter = Some(filter::read(value)?),
            "$orderby" => options.orderby = list(value).iter().map(|part| order(part)).collect::<Result<_, _>>()?,
            "$top" => options.top = Some(number()?),
            "$skip" => options.skip = number()?,
            "$inlinecount" => {
                options.count = match value.as_str() {
                    "allpages" => true,
                    "none" => false,
                    _ => return Err(Fault::Options(format!("{name}={value}"))),
                }
            }
            name if name.starts_with('$') => return Err(Fault::Options(name.to_owned())),
            _ => {}
        }
    }
    Ok(options)
}

/// A plus sign is a plus sign: 1C knows no other escape than the percent sign.
fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let read = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            (read(name), read(value))
        })
        .collect()
}

fn list(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

fn order(part: &str) -> Result<(String, bool), Fault> {
    match part.split_whitespace().collect::<Vec<_>>().as_slice() {
        [name] | [name, "asc"] => Ok(((*name).to_owned(), false)),
        [name, "desc"] => Ok(((*name).to_owned(), true)),
        _ => Err(Fault::Options(format!("$orderby={part}"))),
    }
}

fn format(value: &str) -> Result<Format, Fault> {
    match value.replace(' ', "").as_str() {
        "atom" | "application/atom+xml" => Ok(Format::Atom),
        "json"
        | "application/json"
        | "application/json;odata=minimalmetadata"
        | "application/json;odata=fullmetadata" => Ok(Format::Json(true)),
        "application/json;odata=nometadata" => Ok(Format::Json(false)),
        _ => Err(Fault::Representation(value.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_they_are_sent() {
        let options = read(
            "$format=json&$top=2&$skip=1&$select=Ref_Key,%20Code&$orderby=Code%20desc,Date&$inlinecount=allpages&x=1",
            "",
        )
        .unwrap();
        assert_eq!(options.format, Format::Json(true));
        assert_eq!((options.top, options.skip, options.count), (Some(2), 1, true));
        assert_eq!(options.select, ["Ref_Key", "Code"]);
        assert_eq!(options.orderby, [("Code".to_owned(), true), ("Date".to_owned(), false)]);
    }

    #[test]
    fn atom_is_the_default_and_accept_asks_for_json() {
        assert_eq!(read("", "*/*").unwrap().format, Format::Atom);
        assert_eq!(read("", "application/json").unwrap().format, Format::Json(true));
        assert_eq!(read("$format=atom", "application/json").unwrap().format, Format::Atom);
        let none = read("$format=application/json;odata=nometadata", "").unwrap();
        assert_eq!(none.format, Format::Json(false));
    }

    #[test]
    fn wrong_options_have_their_code() {
        for (query, code) in [
            ("$format=xml", 3),
            ("$top=x", 14),
            ("$top=-1", 14),
            ("$top=1&$top=2", 14),
            ("$inlinecount=yes", 14),
            ("$search=x", 14),
            ("$orderby=Code%20down", 14),
        ] {
            assert_eq!(read(query, "").unwrap_err().code(), Some(code), "{query}");
        }
    }
}
