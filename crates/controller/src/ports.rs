//! What the controller is given.
use std::sync::Arc;

use hotstart_core::ports::{
    Bridge, Browser, Clock, Entities, Launcher, LinkHandler, Logins, Memory, Messenger, Notifier, Objects, Portals,
    Publications, Records, Secrets, Services, Shell, Store,
};

use crate::connections::Connector;

/// The outside of the program.
pub struct Ports {
    /// Tray and windows.
    pub shell: Box<dyn Shell>,
    /// Toasts.
    pub notifier: Box<dyn Notifier>,
    /// The default browser.
    pub browser: Arc<dyn Browser>,
    /// The secret store.
    pub secrets: Arc<dyn Secrets>,
    /// REST.
    pub portals: Arc<dyn Portals>,
    /// The messengers of portals.
    pub messenger: Arc<dyn Messenger>,
    /// Sign-ins to portals.
    pub logins: Arc<dyn Logins>,
    /// The entities of portals.
    pub entities: Arc<dyn Entities>,
    /// The objects of bases.
    pub objects: Arc<dyn Objects>,
    /// Publications of 1C.
    pub publications: Arc<dyn Publications>,
    /// The whole journal.
    pub records: Arc<dyn Records>,
    /// HTTP services of bases.
    pub services: Arc<dyn Services>,
    /// The loopback interface for 1C.
    pub bridge: Arc<dyn Bridge>,
    /// Programs of 1C.
    pub launcher: Arc<dyn Launcher>,
    /// Who the desktop starts for links of 1C.
    pub links: Arc<dyn LinkHandler>,
    /// What the pages use.
    pub memory: Arc<dyn Memory>,
    /// Push connections.
    pub connector: Arc<dyn Connector>,
    /// Settings file and database.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}
