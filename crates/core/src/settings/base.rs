//! One known infobase, and the ways its links open.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::link::BaseName;

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

/// Whether a text may be the alias of a base: what a link may name, so that every base can be reached by one.
pub fn valid_alias(alias: &str) -> bool {
    BaseName::parse(alias).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
