//! One template of a path, matched and printed.

use super::{EXTRANET, Page, PageKind};
use crate::address::PagePath;

/// Where the pages of one kind are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    kind: PageKind,
    path: Vec<Part>,
    query: Vec<(String, Part)>,
    /// The path ends with a slash.
    slash: bool,
}

/// A segment of the path, or a value of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    /// What stands before the value, the name and the form of the value.
    Value(String, String, Form),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Above zero.
    Id,
    Number,
    Text,
    /// One or more segments.
    Many,
}

impl Template {
    /// Reads the template of a kind that is named by its word. It has the same values as the usual one.
    pub fn parse(word: &str, text: &str) -> Option<Self> {
        let kind = PageKind::parse(word)?;
        let template = Self::of(kind, text)?;
        let values = |template: &Self| {
            let mut names = template.names();
            names.sort();
            names
        };
        if values(&template) != values(kind.printed()) {
            return None;
        }
        // Whatever is printed by it must be a path of a page, and be read as what it was.
        let sample: Vec<(String, String)> = template
            .names()
            .into_iter()
            .map(|name| (name, "1".to_owned()))
            .collect();
        let page = Page {
            kind,
            values: sample,
            extranet: false,
        };
        let path = PagePath::parse(&template.print(&page)?).ok()?;
        (template.read(&path)? == page).then_some(template)
    }

    pub(super) fn of(kind: PageKind, text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = path.strip_prefix('/')?;
        let slash = path.ends_with('/');
        let segments = path
            .strip_suffix('/')
            .unwrap_or(path)
            .split('/')
            .filter(|part| !part.is_empty());
        let path = segments.map(Part::of).collect::<Option<Vec<_>>>()?;
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), Part::of(value)?))
        };
        let query = pairs.map(pair).collect::<Option<Vec<_>>>()?;
        Some(Self {
            kind,
            path,
            query,
            slash,
        })
    }

    /// The kind of its pages.
    pub fn kind(&self) -> PageKind {
        self.kind
    }

    fn names(&self) -> Vec<String> {
        let parts = self.path.iter().chain(self.query.iter().map(|(_, part)| part));
        parts.filter_map(|part| part.name().map(str::to_owned)).collect()
    }

    /// The page that this path shows, if it follows the template.
    pub(super) fn read(&self, path: &PagePath) -> Option<Page> {
        let text = path.path();
        let extranet = text == EXTRANET || text.starts_with("/extranet/");
        let inner = if extranet { &text[EXTRANET.len()..] } else { text };
        let segments: Vec<&str> = inner.split('/').filter(|segment| !segment.is_empty()).collect();
        let mut values = Vec::new();
        if !follow(&self.path, &segments, &mut values) {
            return None;
        }
        let whole = path.as_str().split('#').next().unwrap_or_default();
        let query = whole.split_once('?').map_or("", |(_, query)| query);
        for (name, part) in &self.query {
            let given = query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name.as_str())?.strip_prefix('='))?;
            if !part.take(given, &mut values) {
                return None;
            }
        }
        Some(Page {
            kind: self.kind,
            values,
            extranet,
        })
    }

    /// The path of a page.
    pub(super) fn print(&self, page: &Page) -> Option<String> {
        let mut text = if page.extranet {
            EXTRANET.to_owned()
        } else {
            String::new()
        };
        for part in &self.path {
            text.push('/');
            text.push_str(&part.print(page)?);
        }
        if self.slash || self.path.is_empty() {
            text.push('/');
        }
        for (at, (name, part)) in self.query.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&part.print(page)?);
        }
        Some(text)
    }
}

/// Matches segments against parts; `many` takes as few as it can.
fn follow(parts: &[Part], segments: &[&str], values: &mut Vec<(String, String)>) -> bool {
    let Some((part, parts)) = parts.split_first() else {
        return segments.is_empty();
    };
    if let Part::Value(_, name, Form::Many) = part {
        for taken in 1..=segments.len() {
            let kept = values.len();
            values.push((name.clone(), segments[..taken].join("/")));
            if follow(parts, &segments[taken..], values) {
                return true;
            }
            values.truncate(kept);
        }
        return false;
    }
    let Some((segment, segments)) = segments.split_first() else {
        return false;
    };
    let kept = values.len();
    if part.take(segment, values) && follow(parts, segments, values) {
        return true;
    }
    values.truncate(kept);
    false
}

impl Part {
    fn of(text: &str) -> Option<Self> {
        let Some((before, rest)) = text.split_once('{') else {
            return (!text.contains('}')).then(|| Self::Words(text.to_owned()));
        };
        let inner = rest.strip_suffix('}')?;
        let (name, form) = inner.split_once(':').unwrap_or((inner, ""));
        let form = match (name, form) {
            ("id", "") => Form::Id,
            (_, "") => Form::Number,
            (_, "text") => Form::Text,
            (_, "many") => Form::Many,
            _ => return None,
        };
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
        plain.then(|| Self::Value(before.to_owned(), name.to_owned(), form))
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Words(_) => None,
            Self::Value(_, name, _) => Some(name),
        }
    }

    fn take(&self, given: &str, values: &mut Vec<(String, String)>) -> bool {
        match self {
            Self::Words(words) => words == given,
            Self::Value(before, name, form) => {
                let Some(value) = given
                    .strip_prefix(before.as_str())
                    .and_then(|value| form.canonical(value))
                else {
                    return false;
                };
                values.push((name.clone(), value));
                true
            }
        }
    }

    fn print(&self, page: &Page) -> Option<String> {
        match self {
            Self::Words(words) => Some(words.clone()),
            Self::Value(before, name, form) => Some(format!("{before}{}", form.canonical(page.value(name)?)?)),
        }
    }
}

impl Form {
    fn canonical(self, value: &str) -> Option<String> {
        let number = || {
            let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
            let number: u64 = digits.then(|| value.parse().ok()).flatten()?;
            (number <= i64::MAX.unsigned_abs()).then_some(number)
        };
        match self {
            Self::Id => number().filter(|id| *id > 0).map(|id| id.to_string()),
            Self::Number => number().map(|number| number.to_string()),
            Self::Text => (!value.is_empty() && !value.contains(['/', '?', '#', '&'])).then(|| value.to_owned()),
            Self::Many => (!value.is_empty() && !value.contains(['?', '#'])).then(|| value.to_owned()),
        }
    }
}
