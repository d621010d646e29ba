//! How a link is understood, as `hotstartctl link --json` states it.

use bitrix24::Entity;
use onec::{ObjectType, Ref};
use serde::Serialize;

use super::Link;

/// The parts of a link; absent parts are left out of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// `onec`, `crm`, `crm-new`, `b24` or `settings`.
    pub action: &'static str,
    /// The alias or id of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The canonical navigation link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nav: Option<String>,
    /// The object that the link points to, or that it asks to create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectView>,
    /// The portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<String>,
    /// The entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<Entity>,
    /// Path and query of a page of the portal, or the page of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The canonical form of the whole link.
    pub canonical: String,
}

/// A 1C object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectView {
    /// The kind, in the language of the link.
    pub kind: String,
    /// The name of the type.
    pub name: String,
    /// Which object; absent when it is to be created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
}

impl Link {
    /// The parts of this link.
    pub fn view(&self) -> LinkView {
        let empty = LinkView {
            action: "",
            base: None,
            nav: None,
            object: None,
            portal: None,
            entity: self.entity(),
            path: None,
            canonical: self.canonical(),
        };
        match self {
            Self::Onec { base, nav, .. } => LinkView {
                action: "onec",
                base: base.as_ref().map(ToString::to_string),
                nav: Some(nav.to_string()),
                object: nav.object().map(|(of, reference)| object(of, Some(reference))),
                ..empty
            },
            Self::Crm { portal, .. } => LinkView {
                action: "crm",
                portal: Some(portal.to_string()),
                ..empty
            },
            Self::CrmNew { portal, object: of, .. } => LinkView {
                action: "crm-new",
                portal: Some(portal.to_string()),
                object: Some(object(of, None)),
                ..empty
            },
            Self::B24 { portal, path, .. } => LinkView {
                action: "b24",
                portal: Some(portal.to_string()),
                path: Some(path.to_string()),
                ..empty
            },
            Self::Settings { page } => LinkView {
                action: "settings",
                path: page.as_ref().map(ToString::to_string),
                ..empty
            },
        }
    }
}

fn object(of: &ObjectType, reference: Option<Ref>) -> ObjectView {
    ObjectView {
        kind: of.kind.to_string(),
        name: of.name.to_string(),
        uuid: reference.map(|reference| reference.uuid().to_string()),
    }
}
