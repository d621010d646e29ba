//! The settings model: what the user chose. Secrets are never in it; they live in the keyring under
//! [`PortalSettings::secret_key`]. The file that holds it, with its version and migrations, belongs to the store.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::bridge::BridgeSettings;
use crate::polling::PollingSettings;
use crate::pool::PoolSettings;
use crate::texts::Language;

mod base;
mod mapping;
mod portal;
mod relay;

pub use base::{BaseSettings, Method, WindowMode, default_methods, valid_alias};
pub use mapping::{EXTERNAL_FIELD, LINK_FIELD, MappedKind, Originator, PageTemplate, PortalMapping, Preset};
pub use portal::{
    ApplicationSettings, ConnectionKind, PortalSettings, application_key, cookies_key, secret_key, secret_keys,
    tokens_key,
};
pub use relay::{AnswerField, CommandAuthor, EventPattern, OfflineEvents, RelayBase, RelaySettings, RelayWay};

/// Everything the user chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// The language of every text.
    pub language: Language,
    /// Connected portals.
    pub portals: Vec<PortalSettings>,
    /// Known infobases.
    pub bases: Vec<BaseSettings>,
    /// Whether the real-time connection is wanted; the user's «start» and «stop» survive a restart here.
    pub connection_wanted: bool,
    /// Where portal pages open.
    pub portal_opening: PortalOpening,
    /// Notifications on the desk.
    pub notifications: NotificationSettings,
    /// Links that the user allowed for good: `base` and `command` of `app`, `command` and new-object links.
    pub allowed: Vec<AllowedCommand>,
    /// How many windows stay warm, and for how long.
    pub pool: PoolSettings,
    /// `e1c://` links are ours: a warm window takes its own, all others go on to the 1C starter.
    pub e1c_links: bool,
    /// How the entities of each portal belong to objects of bases.
    pub mappings: Vec<PortalMapping>,
    /// The loopback interface for 1C.
    pub bridge: BridgeSettings,
    /// What of the portals goes to 1C, and who may give commands.
    pub relay: RelaySettings,
    /// How a portal is asked where no channel can be had.
    pub polling: PollingSettings,
    /// Portals may be connected by a sign-in in a window (experimental); a company may forbid it.
    pub sessions_allowed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::Ru,
            portals: Vec::new(),
            bases: Vec::new(),
            connection_wanted: true,
            portal_opening: PortalOpening::Browser,
            notifications: NotificationSettings::default(),
            allowed: Vec::new(),
            pool: PoolSettings::default(),
            e1c_links: false,
            mappings: Vec::new(),
            bridge: BridgeSettings::default(),
            relay: RelaySettings::default(),
            polling: PollingSettings::default(),
            sessions_allowed: true,
        }
    }
}

impl Settings {
    /// The connected portal of this host (and port), exactly.
    pub fn portal(&self, portal: &str) -> Option<&PortalSettings> {
        self.portals.iter().find(|known| known.portal == portal)
    }

    /// The base with this alias, or with this infobase id; aliases are compared without case.
    pub fn base(&self, name: &str) -> Option<&BaseSettings> {
        let wanted = name.to_lowercase();
        self.bases
            .iter()
            .find(|base| base.alias.to_lowercase() == wanted || base.id.as_deref() == Some(wanted.as_str()))
    }
}

/// Where portal pages open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PortalOpening {
    /// The default browser of the desk.
    #[default]
    Browser,
    /// A window of ours.
    Window,
}

/// What may become a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct NotificationSettings {
    /// Toasts at all; the inbox is kept either way.
    pub toasts: bool,
    /// Toasts of chat messages.
    pub messages: bool,
    /// Toasts of the bell.
    pub bell: bool,
    /// What is read here is marked as read on the portal too.
    pub read_on_portal: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            toasts: true,
            messages: true,
            bell: true,
            read_on_portal: true,
        }
    }
}

/// A command link that the user allowed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AllowedCommand {
    /// The alias of the base.
    pub base: String,
    /// The navigation link without its query.
    pub command: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_older_programs_load() {
        let text = r#"{"bases":[{"alias":"ut","name":"УТ","publication":"https://srv/ut","methods":["cold"],"windowMode":"workplace"}]}"#;
        let settings: Settings = serde_json::from_str(text).unwrap();
        let expected = BaseSettings {
            alias: "ut".to_owned(),
            name: "УТ".to_owned(),
            publication: Some("https://srv/ut".to_owned()),
            methods: vec![Method::Cold],
            window_mode: WindowMode::Workplace,
            ..BaseSettings::default()
        };
        assert_eq!(settings.bases, [expected]);
        assert!(settings.sessions_allowed);
        assert!(!settings.e1c_links);
    }
}
