//! What the company has set for all its desks: a part of a settings file that lies over the user's own and cannot be
//! changed from here.
//!
//! ```text
//! the user's file ── Policy::over ──► settings in force ── changed by the user ── Policy::over ──► in force
//!                                                                            └── Policy::own ───► the user's file
//! ```
//!
//! Objects are joined key by key. Bases and portals are joined by their names, so that a company can hand out its own
//! and leave a desk those that it has added. Every other value takes the place of the user's, which comes back when the
//! policy is gone.
use serde_json::{Map, Value};

use crate::settings::{BaseSettings, PortalSettings, Settings};

/// The lists that are joined by the names of their elements, and what names them there.
const NAMED: [(&str, &str); 2] = [("bases", "alias"), ("portals", "portal")];

/// A part of a settings file, read and known to fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    document: Map<String, Value>,
}

/// Why a policy is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefused {
    /// A value has a type that settings do not take.
    #[error("a value has a wrong type")]
    Type,
    /// There is no such setting.
    #[error("there is no setting {0}")]
    Unknown(String),
    /// An element of a list has no name.
    #[error("an element of {0} has no name")]
    Nameless(String),
}

impl Policy {
    /// Takes a document of the current version; the version itself is not part of it.
    pub fn new(document: Map<String, Value>) -> Result<Self, PolicyRefused> {
        let policy = Self { document };
        let defaults = serde_json::to_value(Settings::default()).map_err(|_| PolicyRefused::Type)?;
        let given = Value::Object(policy.document.clone());
        known(&given, &defaults, "")?;
        let laid = laid(defaults, &given, "");
        serde_json::from_value::<Settings>(laid).map_err(|_| PolicyRefused::Type)?;
        Ok(policy)
    }

    /// Both together; where they differ, this one.
    #[must_use]
    pub fn before(&self, other: Self) -> Self {
        let joined = laid(Value::Object(other.document), &Value::Object(self.document.clone()), "");
        Self {
            document: joined.as_object().cloned().unwrap_or_default(),
        }
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.document.is_empty()
    }

    /// The settings in force.
    pub fn over(&self, settings: &Settings) -> Settings {
        if self.is_empty() {
            return settings.clone();
        }
        let laid = serde_json::to_value(settings).map(|own| laid(own, &Value::Object(self.document.clone()), ""));
        let joined = laid.and_then(serde_json::from_value);
        joined.unwrap_or_else(|_| settings.clone())
    }

    /// What belongs into the user's file when `settings` are in force: where the policy speaks, what the file had before.
    pub fn own(&self, settings: &Settings, before: &Settings) -> Settings {
        if self.is_empty() {
            return settings.clone();
        }
        let own = serde_json::to_value(settings).and_then(|mut own| {
            let before = serde_json::to_value(before)?;
            lifted(&mut own, &Value::Object(self.document.clone()), &before, "");
            serde_json::from_value(own)
        });
        own.unwrap_or_else(|_| before.clone())
    }

    /// The names of the settings that cannot be changed: `pool.companyCap`, `bases[ut].publication`.
    pub fn locked(&self) -> Vec<String> {
        let mut names = Vec::new();
        name_leaves(&Value::Object(self.document.clone()), "", &mut names);
        names
    }
}

/// What names the elements of the list at this path, if it is joined by names.
fn naming(path: &str) -> Option<&'static str> {
    NAMED.iter().find(|(list, _)| *list == path).map(|(_, key)| *key)
}

fn name<'a>(element: &'a Value, key: &str) -> Option<&'a str> {
    element.get(key)?.as_str()
}

/// A base or portal that the user does not have: what the policy leaves out is as in a new one.
fn new_element(key: &str, name: &str) -> Value {
    let made = match key {
        "alias" => serde_json::to_value(BaseSettings {
            alias: name.to_owned(),
            name: name.to_owned(),
            ..BaseSettings::default()
        }),
        _ => serde_json::to_value(PortalSettings {
            portal: name.to_owned(),
            ..PortalSettings::default()
        }),
    };
    made.unwrap_or_default()
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Every key has to be one of the defaults, so that a slip of the pen is not an open door.
fn known(given: &Value, defaults: &Value, path: &str) -> Result<(), PolicyRefused> {
    match (given, defaults) {
        (Value::Object(given), Value::Object(defaults)) => given.iter().try_for_each(|(key, value)| {
            let path = below(path, key);
            let default = defaults.get(key).ok_or_else(|| PolicyRefused::Unknown(path.clone()))?;
            known(value, default, &path)
        }),
        (Value::Array(given), Value::Array(_)) => {
            let Some(key) = naming(path) else { return Ok(()) };
            given.iter().try_for_each(|element| {
                let name = name(element, key).ok_or_else(|| PolicyRefused::Nameless(path.to_owned()))?;
                known(element, &new_element(key, name), path)
            })
        }
        _ => Ok(()),
    }
}

fn laid(mut under: Value, policy: &Value, path: &str) -> Value {
    match (&mut under, policy) {
        (Value::Object(own), Value::Object(policy)) => {
            for (key, value) in policy {
                let joined = match own.remove(key) {
                    Some(own) => laid(own, value, &below(path, key)),
                    None => value.clone(),
                };
                own.insert(key.clone(), joined);
            }
            under
        }
        (Value::Array(own), Value::Array(policy)) => {
            let Some(key) = naming(path) else {
                return Value::Array(policy.clone());
            };
            for element in policy {
                let Some(wanted) = name(element, key) else { continue };
                match own.iter_mut().find(|known| name(known, key) == Some(wanted)) {
                    Some(known) => *known = laid(known.take(), element, ""),
                    None => own.push(laid(new_element(key, wanted), element, "")),
                }
            }
            under
        }
        _ => policy.clone(),
    }
}

/// Puts back what was there before wherever the policy has a value.
fn lifted(own: &mut Value, policy: &Value, before: &Value, path: &str) {
    match (own, policy) {
        (Value::Object(own), Value::Object(policy)) => {
            for (key, value) in policy {
                match (own.get_mut(key), before.get(key)) {
                    (Some(own), Some(before)) => lifted(own, value, before, &below(path, key)),
                    (Some(_), None) => {
                        own.remove(key);
                    }
                    (None, _) => {}
                }
            }
        }
        (Value::Array(own), Value::Array(policy)) if naming(path).is_some() => {
            let key = naming(path).unwrap_or_default();
            let had = before.as_array().map(Vec::as_slice).unwrap_or_default();
            for element in policy {
                let known = own.iter_mut().find(|known| name(known, key) == name(element, key));
                let had = had.iter().find(|had| name(had, key) == name(element, key));
                if let (Some(known), Some(had)) = (known, had) {
                    lifted(known, element, had, "");
                }
            }
            own.retain(|known| {
                let of_policy = policy.iter().any(|element| name(element, key) == name(known, key));
                !of_policy || had.iter().any(|had| name(had, key) == name(known, key))
            });
        }
        (own, _) => *own = before.clone(),
    }
}

fn name_leaves(value: &Value, path: &str, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                name_leaves(value, &below(path, key), names);
            }
        }
        Value::Array(list) if naming(path).is_some() => {
            let key = naming(path).unwrap_or_default();
            for element in list {
                name_leaves(
                    element,
                    &format!("{path}[{}]", name(element, key).unwrap_or_default()),
                    names,
                );
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            names.push(path.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
