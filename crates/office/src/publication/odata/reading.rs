//! Reading: one entity, several, a property, the descriptions.

use std::cmp::Ordering;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::super::catalogue::Kind;
use super::super::{Desk, Publication};
use super::cell::Cell;
use super::entity::{Entity, LINE, PARTY, all, columns, entity, set};
use super::fault::Fault;
use super::options::{Format, Options};
use super::resource::Resource;
use super::view::{Expand, View, line, view};
use super::{Call, atom, edm, written};

impl Call<'_> {
    pub(super) fn read(&self, desk: &Desk, resource: &Resource) -> Result<Response, Fault> {
        match resource {
            Resource::Root => Ok(self.root()),
            // The description is XML only, unless the caller takes both.
            Resource::Metadata if self.options.format != Format::Atom && !self.takes_xml() => {
                Err(Fault::Representation("$metadata".to_owned()))
            }
            Resource::Metadata => {
                let text = edm::description(&self.publication.configuration);
                Ok(written(Format::Atom, "metadata", text))
            }
            Resource::Set(kind) => self.several(desk, *kind),
            Resource::Count(kind) => {
                let found = self.found(desk, *kind)?.len().to_string();
                let plain = [(
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/plain;charset=utf-8"),
                )];
                Ok((plain, found).into_response())
            }
            Resource::Entity(kind, key, path) if path.is_empty() => self.one(desk, *kind, key),
            Resource::Entity(kind, key, path) => self.property(desk, *kind, key, path),
            Resource::Lines(kind, of) => self.lines(desk, *kind, of.as_deref()),
            Resource::Line(kind, of, number) => {
                let entity = known(self.publication, desk, *kind, of)?;
                let row = entity
                    .rows
                    .iter()
                    .flatten()
                    .find(|row| row.get(1) == Some(&Cell::Whole(*number)));
                let row = row.ok_or_else(|| Fault::NoEntity(set(*kind)))?;
                Ok(self.entry(&line(&entity, row)))
            }
        }
    }

    /// One entity.
    pub(super) fn one(&self, desk: &Desk, kind: Kind, key: &str) -> Result<Response, Fault> {
        if !self.options.expand.is_empty() {
            return Err(Fault::NotSupported("$expand одной сущности"));
        }
        let entity = known(self.publication, desk, kind, key)?;
        Ok(self.entry(&view(&entity, &self.options.select, Expand::No)?))
    }

    fn takes_xml(&self) -> bool {
        super::said(self.headers, header::ACCEPT).contains("xml")
    }

    fn several(&self, desk: &Desk, kind: Kind) -> Result<Response, Fault> {
        let expand = match self.options.expand.as_slice() {
            [] => false,
            [only]
                if (only == PARTY || only == "*")
                    && columns(kind).iter().any(|(name, _)| *name == "Контрагент_Key") =>
            {
                true
            }
            [other, ..] => return Err(Fault::NoProperty(other.clone())),
        };
        // Wrong names are told even if nothing is found.
        for (name, _) in &self.options.orderby {
            if !columns(kind).iter().any(|(column, _)| column == name) {
                return Err(Fault::NoProperty(name.clone()));
            }
        }
        let mut found = self.found(desk, kind)?;
        found.sort_by(|one, other| {
            let orders = self.options.orderby.iter().map(|(name, down)| {
                let order = one
                    .property(name)
                    .zip(other.property(name))
                    .and_then(|(one, other)| one.order(&other))
                    .unwrap_or(Ordering::Equal);
                if *down { order.reverse() } else { order }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
        let count = self.options.count.then_some(found.len());
        let party = self.publication.configuration.party();
        let views: Vec<View> = paged(&self.options, found)
            .iter()
            .map(|found| {
                let inner = found
                    .property("Контрагент_Key")
                    .and_then(|cell| cell.text())
                    .filter(|_| expand)
                    .and_then(|key| entity(self.publication, desk, party?, &key));
                let how = match (&inner, expand) {
                    (Some(inner), _) => Expand::With(inner),
                    (None, true) => Expand::Nobody,
                    (None, false) => Expand::No,
                };
                view(found, &self.options.select, how)
            })
            .collect::<Result<_, _>>()?;
        Ok(self.feed(&set(kind), &views, count))
    }

    /// The entities that fit the filter.
    fn found(&self, desk: &Desk, kind: Kind) -> Result<Vec<Entity>, Fault> {
        let Some(filter) = &self.options.filter else {
            return Ok(all(self.publication, desk, kind, &[]));
        };
        let mut found = Vec::new();
        for entity in all(self.publication, desk, kind, &filter.keys()) {
            if filter.fits(&|name| entity.property(name))? {
                found.push(entity);
            }
        }
        Ok(found)
    }

    fn lines(&self, desk: &Desk, kind: Kind, of: Option<&str>) -> Result<Response, Fault> {
        let owners = match of {
            Some(key) => vec![known(self.publication, desk, kind, key)?],
            None => all(self.publication, desk, kind, &[]),
        };
        let mut views = Vec::new();
        for owner in &owners {
            for row in owner.rows.iter().flatten() {
                let property = |name: &str| {
                    let at = LINE.iter().position(|(column, _)| *column == name)?;
                    row.get(at).cloned()
                };
                let fits = match &self.options.filter {
                    Some(filter) => filter.fits(&property)?,
                    None => true,
                };
                if fits {
                    views.push(line(owner, row));
                }
            }
        }
        let count = self.options.count.then_some(views.len());
        let views = paged(&self.options, views);
        Ok(self.feed(&format!("{}_{}", set(kind), super::entity::ROWS), &views, count))
    }

    /// What the names behind an entity lead to: its customer, or a value.
    fn property(&self, desk: &Desk, kind: Kind, key: &str, path: &[String]) -> Result<Response, Fault> {
        let mut found = known(self.publication, desk, kind, key)?;
        for (at, name) in path.iter().enumerate() {
            if name == PARTY && found.party.is_some() {
                let party = self.publication.configuration.party().ok_or(Fault::Method)?;
                let key = found
                    .property("Контрагент_Key")
                    .and_then(|cell| cell.text())
                    .unwrap_or_default();
                found = known(self.publication, desk, party, &key)?;
                continue;
            }
            if name == "Post" || name == "Unpost" {
                return Err(Fault::Method);
            }
            let cell = found.property(name).filter(|_| at + 1 == path.len());
            let cell = cell.ok_or_else(|| Fault::NoProperty(name.clone()))?;
            return Ok(match self.options.format {
                Format::Atom => written(Format::Atom, "property", atom::value(name, &cell)),
                Format::Json(links) => {
                    let mut fields = Map::from_iter([("value".to_owned(), cell.json())]);
                    self.described(&mut fields, links, &format!("{}/{name}", set(found.kind)));
                    written(self.options.format, "property", Value::Object(fields).to_string())
                }
            });
        }
        Ok(self.entry(&view(&found, &self.options.select, Expand::No)?))
    }

    fn root(&self) -> Response {
        let sets = edm::sets(&self.publication.configuration);
        let text = match self.options.format {
            Format::Atom => atom::service(&self.root, &sets),
            Format::Json(links) => {
                let value: Value = sets.iter().map(|set| json!({"name": set, "url": set})).collect();
                let mut fields = Map::from_iter([("value".to_owned(), value)]);
                if links {
                    fields.insert("odata.metadata".to_owned(), json!(format!("{}/$metadata", self.root)));
                }
                Value::Object(fields).to_string()
            }
        };
        written(self.options.format, "service", text)
    }

    fn entry(&self, view: &View) -> Response {
        let text = match self.options.format {
            Format::Atom => atom::entry(&self.root, view),
            Format::Json(links) => {
                let mut fields = view.json(links);
                self.described(&mut fields, links, &format!("{}/@Element", view.of));
                Value::Object(fields).to_string()
            }
        };
        written(self.options.format, "entry", text)
    }

    fn feed(&self, of: &str, views: &[View], count: Option<usize>) -> Response {
        let text = match self.options.format {
            Format::Atom => atom::feed(&self.root, of, views, count),
            Format::Json(links) => {
                let value: Value = views.iter().map(|view| Value::Object(view.json(links))).collect();
                let mut fields = Map::from_iter([("value".to_owned(), value)]);
                if let Some(count) = count {
                    fields.insert("odata.count".to_owned(), json!(count.to_string()));
                }
                self.described(&mut fields, links, of);
                Value::Object(fields).to_string()
            }
        };
        written(self.options.format, "feed", text)
    }

    fn described(&self, fields: &mut Map<String, Value>, links: bool, of: &str) {
        if links {
            let address = format!("{}/$metadata#{of}", self.root);
            fields.insert("odata.metadata".to_owned(), json!(address));
        }
    }
}

fn known(publication: &Publication, desk: &Desk, kind: Kind, key: &str) -> Result<Entity, Fault> {
    entity(publication, desk, kind, key).ok_or_else(|| Fault::NoEntity(set(kind)))
}

fn paged<T>(options: &Options, found: Vec<T>) -> Vec<T> {
    let most = options.top.unwrap_or(usize::MAX);
    found.into_iter().skip(options.skip).take(most).collect()
}
