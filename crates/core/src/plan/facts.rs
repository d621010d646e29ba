//! What is true on this desk at this moment, as far as a decision needs it.

use std::collections::BTreeSet;

use onec::infobases::{App, Entry};
use onec::platforms::{Client, Installed, Wish};
use onec::starter::DefaultVersion;
use onec::{Connect, System};

use crate::settings::{BaseSettings, Method};

/// The facts of a desk. The default knows nothing and fits a desk where only windows and the browser open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The operating system.
    pub system: System,
    /// Aliases of bases whose warm window is loaded.
    pub warm: BTreeSet<String>,
    /// Aliases of bases with a native client attached to the bridge.
    pub running: BTreeSet<String>,
    /// The programs of 1C.
    pub installed: Installed,
    /// `DefaultVersion` of the starter's settings.
    pub default_versions: Vec<DefaultVersion>,
    /// The bases of the starter's lists, in their order.
    pub listed: Vec<Listed>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            system: System::current(),
            warm: BTreeSet::new(),
            running: BTreeSet::new(),
            installed: Installed::default(),
            default_versions: Vec::new(),
            listed: Vec::new(),
        }
    }
}

/// One base of the starter's lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the list.
    pub name: String,
    /// Its id, lower case, if it has one.
    pub id: Option<String>,
    /// Where it is.
    pub connect: Connect,
    /// The client it asks for.
    pub app: App,
    /// The version it asks for, with the client that `app` means.
    pub wish: Wish,
}

impl Listed {
    /// The base of an entry; none for a group and for a base that cannot be read. What the connection string holds
    /// beside the address (a user, a password, a proxy) stays behind.
    pub fn of(entry: &Entry) -> Option<Self> {
        let app = entry.app();
        let client = match app {
            App::Thick => Client::Thick,
            App::Auto | App::Thin | App::Web => Client::Thin,
        };
        Some(Self {
            name: entry.name.clone(),
            id: entry.id.as_ref().map(|id| id.to_lowercase()),
            connect: entry.connection()?.connect.clone(),
            app,
            wish: entry.wish(client),
        })
    }

    /// The base as the settings would hold it, its name for an alias. What is in the user's own list may be reached
    /// over plain http: the starter does so.
    pub fn base(&self) -> BaseSettings {
        let publication = match &self.connect {
            Connect::Web { ws } => Some(ws.clone()),
            Connect::File { .. } | Connect::Server { .. } => None,
        };
        let methods = match (&publication, self.app) {
            (None, _) => vec![Method::Native],
            (Some(_), App::Thin | App::Thick) => vec![Method::Native, Method::Hot, Method::Browser],
            (Some(_), App::Auto | App::Web) => vec![Method::Hot, Method::Browser, Method::Native],
        };
        BaseSettings {
            alias: self.name.clone(),
            id: self.id.clone(),
            name: self.name.clone(),
            publication,
            intranet: true,
            methods,
            connect: Some(self.connect.to_string()),
            ..BaseSettings::default()
        }
    }
}
