//! The grammar of navigation links. Everything here works on text that has been decoded already.

use super::{AppName, CommandName, NavRefused, NavigationLink};
use crate::encoding::decode;
use crate::identifier::Identifier;
use crate::kind::{Kind, KindName, Language, ObjectType};
use crate::reference::Ref;

pub(super) fn navigation_link(text: &str) -> Result<NavigationLink, NavRefused> {
    if text.is_empty() {
        return Err(NavRefused::Empty);
    }
    let text = decode(text).map_err(|_| NavRefused::Encoding)?;
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Query::parse(query)?),
        None => (text.as_str(), Query::default()),
    };
    let mut segments = path.split('/');
    if !segments
        .next()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("e1cib"))
    {
        return Err(NavRefused::Shape);
    }
    let area = segments.next().unwrap_or_default().to_ascii_lowercase();
    let rest: Vec<&str> = segments.collect();
    match (area.as_str(), rest.as_slice()) {
        ("tempstorage", _) => Err(NavRefused::Session),
        ("", []) => Err(NavRefused::Empty),
        ("data", [target]) => data(target, &query),
        ("list", [target]) => list(target, &query),
        ("command", [name]) => {
            query.only(&[])?;
            Ok(NavigationLink::Command(command(name)?))
        }
        ("app", [name]) => {
            query.only(&[])?;
            app(name)
        }
        ("navigationpoint", [section, rest @ ..]) => {
            query.only(&[])?;
            navigation_point(section, rest)
        }
        ("helpservice", topic) => {
            query.only(&[])?;
            help(topic)
        }
        _ => Err(NavRefused::Shape),
    }
}

pub(super) fn object_type(text: &str) -> Result<ObjectType, NavRefused> {
    let (kind, name) = text.split_once('.').ok_or(NavRefused::Shape)?;
    let kind = KindName::parse(kind).ok_or(NavRefused::Kind)?;
    Ok(ObjectType {
        kind,
        name: identifier(name)?,
    })
}

pub(super) fn command(text: &str) -> Result<CommandName, NavRefused> {
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [kind, name] => {
            let kind = KindName::parse(kind)
                .filter(|kind| kind.kind == Kind::CommonCommand)
                .ok_or(NavRefused::Kind)?;
            Ok(CommandName::Common {
                language: kind.language,
                name: identifier(name)?,
            })
        }
        [kind, owner, name] => Ok(CommandName::Standard {
            of: command_owner(kind, owner)?,
            name: identifier(name)?,
        }),
        [kind, owner, word, name] => {
            let of = command_owner(kind, owner)?;
            let language = Language::of_word(word, "Команда", "Command").ok_or(NavRefused::Shape)?;
            Ok(CommandName::Own {
                of,
                language,
                name: identifier(name)?,
            })
        }
        _ => Err(NavRefused::Shape),
    }
}

fn command_owner(kind: &str, name: &str) -> Result<ObjectType, NavRefused> {
    let kind = KindName::parse(kind)
        .filter(|kind| kind.kind.has_commands())
        .ok_or(NavRefused::Kind)?;
    Ok(ObjectType {
        kind,
        name: identifier(name)?,
    })
}

fn data(target: &str, query: &Query<'_>) -> Result<NavigationLink, NavRefused> {
    query.only(&["ref", "refName"])?;
    let parts: Vec<&str> = target.split('.').collect();
    let (kind, name, attribute) = match *parts.as_slice() {
        [kind, name] => (kind, name, None),
        [kind, name, attribute] => (kind, name, Some(attribute)),
        _ => return Err(NavRefused::Shape),
    };
    let kind = KindName::parse(kind)
        .filter(|kind| kind.kind.has_new_form())
        .ok_or(NavRefused::Kind)?;
    let of = ObjectType {
        kind,
        name: identifier(name)?,
    };
    let attribute = attribute.map(identifier).transpose()?;
    if !query.is_empty() && !of.kind.kind.has_reference() {
        // The parameters that name a record of a register are not documented, so none is let through.
        return Err(NavRefused::Query);
    }
    match (query.get("ref"), query.get("refName"), attribute) {
        (Some(reference), None, attribute) => {
            let reference = Ref::parse(reference).map_err(|_| NavRefused::Reference)?;
            Ok(match attribute {
                Some(attribute) => NavigationLink::Attribute {
                    of,
                    reference,
                    attribute,
                },
                None => NavigationLink::Object { of, reference },
            })
        }
        (None, Some(name), None) => Ok(NavigationLink::Predefined {
            of,
            name: identifier(name)?,
        }),
        (None, None, None) => Ok(NavigationLink::New { of }),
        (None, None, Some(_)) => Err(NavRefused::Reference),
        (Some(_) | None, Some(_), _) => Err(NavRefused::Query),
    }
}

fn list(target: &str, query: &Query<'_>) -> Result<NavigationLink, NavRefused> {
    query.only(&["name"])?;
    let of = object_type(target)?;
    if !of.kind.kind.has_list() {
        return Err(NavRefused::Kind);
    }
    Ok(NavigationLink::List {
        of,
        name: query.get("name").map(identifier).transpose()?,
    })
}

fn app(text: &str) -> Result<NavigationLink, NavRefused> {
    let parts: Vec<&str> = text.split('.').collect();
    let (kind, name, form) = match *parts.as_slice() {
        [kind, name] => (kind, name, None),
        [kind, name, word, form] => (kind, name, Some((word, form))),
        _ => return Err(NavRefused::Shape),
    };
    let kind = KindName::parse(kind).ok_or(NavRefused::Kind)?;
    let fits = if form.is_some() {
        kind.kind.has_app_form()
    } else {
        kind.kind.has_app()
    };
    if !fits {
        return Err(NavRefused::Kind);
    }
    let of = ObjectType {
        kind,
        name: identifier(name)?,
    };
    let form = match form {
        None => None,
        Some((word, form)) => {
            let language = Language::of_word(word, "Форма", "Form").ok_or(NavRefused::Shape)?;
            Some((language, identifier(form)?))
        }
    };
    Ok(NavigationLink::App(AppName { of, form }))
}

fn navigation_point(section: &str, rest: &[&str]) -> Result<NavigationLink, NavRefused> {
    if section == "startpage" && rest.is_empty() {
        return Ok(NavigationLink::StartPage);
    }
    let path = section.split('.').map(identifier).collect::<Result<Vec<_>, _>>()?;
    let command = match rest {
        [] => None,
        [name] => Some(command(name)?),
        _ => return Err(NavRefused::Shape),
    };
    Ok(NavigationLink::Section { path, command })
}

fn help(topic: &[&str]) -> Result<NavigationLink, NavRefused> {
    let fits = |segment: &&str| {
        segment.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            && segment.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
    };
    match topic {
        ["topics", "v8config", _, ..] if topic.iter().all(fits) => Ok(NavigationLink::Help {
            topic: topic.iter().map(|&segment| segment.to_owned()).collect(),
        }),
        _ => Err(NavRefused::Shape),
    }
}

fn identifier(text: &str) -> Result<Identifier, NavRefused> {
    Identifier::parse(text).ok_or(NavRefused::Identifier)
}

/// The parameters of a link, each at most once.
#[derive(Default)]
struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    fn parse(text: &'a str) -> Result<Self, NavRefused> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for pair in text.split('&') {
            let (key, value) = pair.split_once('=').ok_or(NavRefused::Query)?;
            if key.eq_ignore_ascii_case("seanceId") {
                return Err(NavRefused::Session);
            }
            // Nothing that we take has three parameters, so this loop stays short on hostile text.
            if pairs.len() > 2 || pairs.iter().any(|(known, _)| *known == key) {
                return Err(NavRefused::Query);
            }
            pairs.push((key, value));
        }
        Ok(Self(pairs))
    }

    fn only(&self, keys: &[&str]) -> Result<(), NavRefused> {
        let known = self.0.iter().all(|(key, _)| keys.contains(key));
        known.then_some(()).ok_or(NavRefused::Query)
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
