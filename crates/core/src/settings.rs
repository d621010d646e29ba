//! The settings model: what the user chose. Secrets are never in it; they live in the keyring under
//! [`PortalSettings::secret_key`]. The file that holds it, with its version and migrations, belongs to the store.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::bridge::BridgeSettings;
use crate::link::BaseName;
use crate::polling::PollingSettings;
use crate::pool::PoolSettings;
use crate::texts::Language;

mod mapping;
mod relay;

pub use mapping::{EXTERNAL_FIELD, LINK_FIELD, MappedKind, Originator, PageTemplate, PortalMapping, Preset};
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

/// One connected portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortalSettings {
    /// Host, with the port if it is not the usual one.
    pub portal: String,
    /// `https`, or `http` for loopback and intranet.
    pub scheme: String,
    /// How we speak with it.
    pub connection: ConnectionKind,
    /// Plain http was accepted by the user for this portal of the company's own network.
    #[serde(default)]
    pub intranet: bool,
    /// The base for links of this portal that name none.
    #[serde(default)]
    pub base: Option<String>,
    /// The id of the user the connection acts for, as the portal said.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The secret was kept in memory only, with the user's consent: it must be asked for after a restart.
    #[serde(default)]
    pub memory_only: bool,
    /// The application, where the connection is one.
    #[serde(default)]
    pub application: Option<ApplicationSettings>,
    /// Scopes that the product uses and the connection lacks, as the portal said last.
    #[serde(default)]
    pub missing_scopes: Vec<String>,
}

/// An application on a portal. Its secret and its tokens are in the keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSettings {
    /// The id that its card on the portal shows; no secret.
    pub client_id: String,
    /// The port of the address `http://127.0.0.1:<port>/b24/callback` in its card.
    pub port: u16,
}

impl Default for PortalSettings {
    /// A portal without a name, everything else as in a new one.
    fn default() -> Self {
        Self {
            portal: String::new(),
            scheme: "https".to_owned(),
            connection: ConnectionKind::Webhook,
            intranet: false,
            base: None,
            user_id: None,
            memory_only: false,
            application: None,
            missing_scopes: Vec::new(),
        }
    }
}

impl PortalSettings {
    /// The name of its secret in the keyring: what the connection cannot do without.
    pub fn secret_key(&self) -> String {
        match self.connection {
            ConnectionKind::Webhook => secret_key(&self.portal),
            ConnectionKind::Application => tokens_key(&self.portal),
            ConnectionKind::Session => cookies_key(&self.portal),
        }
    }

    /// The address of a page of this portal; `path` begins with a slash.
    pub fn address(&self, path: &str) -> String {
        format!("{}://{}{}", self.scheme, self.portal, path)
    }
}

/// The name of a portal's webhook secret in the keyring.
pub fn secret_key(portal: &str) -> String {
    format!("webhook:{portal}")
}

/// The name of the secret of a portal's application in the keyring.
pub fn application_key(portal: &str) -> String {
    format!("application:{portal}")
}

/// The name of the tokens of a portal's application in the keyring.
pub fn tokens_key(portal: &str) -> String {
    format!("tokens:{portal}")
}

/// The name of the cookies of a user's session in the keyring.
pub fn cookies_key(portal: &str) -> String {
    format!("session:{portal}")
}

/// Every name under which the keyring may hold something of a portal.
pub fn secret_keys(portal: &str) -> [String; 4] {
    [
        secret_key(portal),
        application_key(portal),
        tokens_key(portal),
        cookies_key(portal),
    ]
}

/// How we speak with a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionKind {
    /// An incoming webhook of the user.
    #[default]
    Webhook,
    /// A local application of the portal, let in by the user (OAuth).
    Application,
    /// The user's own sign-in in a window of the program; experimental.
    Session,
}

/// One known infobase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BaseSettings {
    /// The name in links.
    pub alias: String,
    /// The infobase id of the starter's list, lower case.
    #[serde(default)]
    pub id: Option<String>,
    /// The name for people.
    pub name: String,
    /// The web address, without language and fragment; none for a base that is not published.
    pub publication: Option<String>,
    /// Plain http was accepted by the user for this base of the company's own network.
    #[serde(default)]
    pub intranet: bool,
    /// How its links open: first choice, then fallbacks.
    #[serde(default = "default_methods")]
    pub methods: Vec<Method>,
    /// Window mode of the warm window and of the browser; older files know only this one.
    #[serde(default)]
    pub window_mode: WindowMode,
    /// Window mode of a window for one link.
    #[serde(default = "default_cold_window_mode")]
    pub cold_window_mode: WindowMode,
    /// Its session is never released by policy: it holds a connection of its own.
    #[serde(default)]
    pub keep: bool,
    /// The connection string for the native client, as the starter's list spells it (`Srvr="..";Ref="..";`); none when
    /// the list itself is asked. Never with a user name or a password.
    #[serde(default)]
    pub connect: Option<String>,
    /// The version of the native client: whole, or its first parts (`8.3.25`); none leaves the choice to the starter.
    #[serde(default)]
    pub platform: Option<String>,
    /// The 1C user in whose name the HTTP services of the base are called; none while they are not used. The password
    /// is in the keyring under [`BaseSettings::service_key`].
    #[serde(default)]
    pub service_user: Option<String>,
}

impl BaseSettings {
    /// The name of the service password in the keyring: it belongs to this publication and this user, whatever alias
    /// the base has.
    pub fn service_key(&self) -> Option<String> {
        let (publication, user) = (self.publication.as_ref()?, self.service_user.as_ref()?);
        Some(format!("service:{user}@{publication}"))
    }
}

impl Default for BaseSettings {
    /// A base without name and address, everything else as in a new one.
    fn default() -> Self {
        Self {
            alias: String::new(),
            id: None,
            name: String::new(),
            publication: None,
            intranet: false,
            methods: default_methods(),
            window_mode: WindowMode::Normal,
            cold_window_mode: default_cold_window_mode(),
            keep: false,
            connect: None,
            platform: None,
            service_user: None,
        }
    }
}

/// Desktop mode: a window for one link shows the document and nothing beside it.
fn default_cold_window_mode() -> WindowMode {
    WindowMode::Workplace
}

/// Hot first, then the default browser.
pub fn default_methods() -> Vec<Method> {
    vec![Method::Hot, Method::Browser]
}

/// A way to open a place of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// A client of 1C that is already open and attached to the bridge goes there.
    Running,
    /// The warm window navigates and comes to front.
    Hot,
    /// A fresh window; closed = logged out.
    Cold,
    /// The native client of 1C.
    Native,
    /// The default browser.
    Browser,
}

/// The web client's window mode (query parameter `MainWindowMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum WindowMode {
    /// As the configuration draws itself.
    #[default]
    Normal,
    /// «Desktop mode»: without the sections panel.
    Workplace,
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

/// Whether a text may be the alias of a base: what a link may name, so that every base can be reached by one.
pub fn valid_alias(alias: &str) -> bool {
    BaseName::parse(alias).is_ok()
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

    #[test]
    fn a_portal_of_an_older_program_is_connected_by_its_webhook() {
        let text = r#"{"portal":"b24.example.ru","scheme":"https","connection":"webhook"}"#;
        let portal: PortalSettings = serde_json::from_str(text).unwrap();
        let expected = PortalSettings {
            portal: "b24.example.ru".to_owned(),
            ..PortalSettings::default()
        };
        assert_eq!(portal, expected);
        assert_eq!(portal.secret_key(), "webhook:b24.example.ru");
    }

    #[test]
    fn a_new_base_is_normal_when_hot_and_in_desktop_mode_when_cold() {
        let base: BaseSettings = serde_json::from_str(r#"{"alias":"ut","name":"УТ","publication":null}"#).unwrap();
        assert_eq!(
            (base.window_mode, base.cold_window_mode),
            (WindowMode::Normal, WindowMode::Workplace)
        );
        assert_eq!(base.methods, [Method::Hot, Method::Browser]);
        assert_eq!((base.keep, base.connect, base.platform), (false, None, None));
    }
}
