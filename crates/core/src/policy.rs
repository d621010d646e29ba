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

use crate::settings::Settings;

/// What names an element of a list: the alias of a base, the host of a portal.
const NAMES: [&str; 2] = ["alias", "portal"];

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
        // Elements of lists are checked as a whole: what they leave out has defaults or is missing.
        let laid = laid(defaults, &given);
        serde_json::from_value::<Settings>(laid).map_err(|_| PolicyRefused::Type)?;
        Ok(policy)
    }

    /// Both together; where they differ, this one.
    pub fn before(&self, other: Self) -> Self {
        let joined = laid(Value::Object(other.document), &Value::Object(self.document.clone()));
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
        let laid = serde_json::to_value(settings).map(|own| laid(own, &Value::Object(self.document.clone())));
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
            lifted(&mut own, &Value::Object(self.document.clone()), &before);
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

/// The name of an element of a list.
fn name(element: &Value) -> Option<&str> {
    NAMES.iter().find_map(|key| element.get(key)?.as_str())
}

/// Whether a list is joined by the names of its elements.
fn is_named(list: &[Value]) -> bool {
    !list.is_empty() && list.iter().all(|element| name(element).is_some())
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Every key has to be one of the defaults, so that a slip of the pen is not an open door. Inside of elements of lists
/// the types speak.
fn known(given: &Value, defaults: &Value, path: &str) -> Result<(), PolicyRefused> {
    match (given, defaults) {
        (Value::Object(given), Value::Object(defaults)) => given.iter().try_for_each(|(key, value)| {
            let path = below(path, key);
            let default = defaults.get(key).ok_or_else(|| PolicyRefused::Unknown(path.clone()))?;
            known(value, default, &path)
        }),
        (Value::Array(given), Value::Array(_)) if matches!(path, "bases" | "portals") && !is_named(given) => {
            Err(PolicyRefused::Nameless(path.to_owned()))
        }
        _ => Ok(()),
    }
}

fn laid(mut below: Value, policy: &Value) -> Value {
    match (&mut below, policy) {
        (Value::Object(own), Value::Object(policy)) => {
            for (key, value) in policy {
                let joined = match own.remove(key) {
                    Some(own) => laid(own, value),
                    None => value.clone(),
                };
                own.insert(key.clone(), joined);
            }
            below
        }
        (Value::Array(own), Value::Array(policy)) if is_named(policy) => {
            for element in policy {
                match own.iter_mut().find(|known| name(known) == name(element)) {
                    Some(known) => *known = laid(known.take(), element),
                    None => own.push(element.clone()),
                }
            }
            below
        }
        _ => policy.clone(),
    }
}

/// Puts back what was there before wherever the policy has a value.
fn lifted(own: &mut Value, policy: &Value, before: &Value) {
    match (own, policy) {
        (Value::Object(own), Value::Object(policy)) => {
            for (key, value) in policy {
                match (own.get_mut(key), before.get(key)) {
                    (Some(own), Some(before)) => lifted(own, value, before),
                    (Some(_), None) => {
                        own.remove(key);
                    }
                    (None, _) => {}
                }
            }
        }
        (Value::Array(own), Value::Array(policy)) if is_named(policy) => {
            let had = before.as_array().map(Vec::as_slice).unwrap_or_default();
            for element in policy {
                let known = own.iter_mut().find(|known| name(known) == name(element));
                let had = had.iter().find(|had| name(had) == name(element));
                if let (Some(known), Some(had)) = (known, had) {
                    lifted(known, element, had);
                }
            }
            own.retain(|known| {
                let of_policy = policy.iter().any(|element| name(element) == name(known));
                !of_policy || had.iter().any(|had| name(had) == name(known))
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
        Value::Array(list) if is_named(list) => {
            for element in list {
                let path = format!("{path}[{}]", name(element).unwrap_or_default());
                name_leaves(element, &path, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            names.push(path.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
