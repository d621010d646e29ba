//! Everything a program without a window needs, opened in order.
use std::path::Path;
use std::sync::Arc;

use hotstart_bridge::LoopbackBridge;
use hotstart_controller::Connector;
use hotstart_core::failure::Failure;
use hotstart_core::policy::Policy;
use hotstart_core::ports::{
    Bridge, Browser, Clock, Entities, Launcher, LinkHandler, Logins, Memory, Messenger, Notifier, Objects, Portals,
    Publications, Records, Secrets, Services, Store, Stored,
};
use hotstart_core::settings::Settings;
use hotstart_core::texts::{Key, text};
use hotstart_platform::browser::DefaultBrowser;
use hotstart_platform::folders::Folders;
use hotstart_platform::keyring::Keyring;
use hotstart_platform::notifications::{Appearance, Notifications};
use tokio::sync::mpsc;

use crate::{
    DeskLauncher, DeskLinks, DeskLogins, DeskMemory, DeskRecords, HttpPublications, HttpServices, PullConnector,
    RestEntities, RestMessenger, RestPortals, SystemClock,
};

/// The ports of a real desk, and what its store knows.
pub struct Desk {
    /// What the user chose, under what the company has set.
    pub settings: Settings,
    /// What the company has set.
    pub policy: Policy,
    /// What the store knows.
    pub stored: Stored,
    /// Something was set aside while opening.
    pub failure: Option<Failure>,
    /// Toasts.
    pub notifier: Box<dyn Notifier>,
    /// The default browser.
    pub browser: Arc<dyn Browser>,
    /// The keyring.
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
    /// Publications.
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
    /// Settings file and database; dropping the last handle finishes what is queued.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Why the desk cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] hotstart_store::OpenError),
    /// A thread could not be started.
    #[error("no thread for the notifications: {0}")]
    Thread(#[from] std::io::Error),
}

impl Desk {
    /// Opens the store and starts the threads of the desk. Blocks for the disk. The ids of clicked notes go to `clicks`.
    pub fn open(folders: &Folders, clicks: mpsc::Sender<String>) -> Result<Self, OpenError> {
        Self::open_parts(folders, clicks, Keyring::of_desk()).map(|(desk, _)| desk)
    }

    /// The same with another place for secrets, and with the portals as they are.
    pub(crate) fn open_parts(
        folders: &Folders,
        clicks: mpsc::Sender<String>,
        keyring: Keyring,
    ) -> Result<(Self, RestPortals), OpenError> {
        let opened = hotstart_store::open_managed(folders.config(), folders.data(), &folders.policies())?;
        let portals = RestPortals::new(keyring.clone());
        let services = HttpServices::new(keyring.clone());
        let open = text(opened.settings.language, Key::MenuShow, &[]);
        let icon = icon(folders.cache()).unwrap_or_else(|| Appearance::default().icon);
        let appearance = Appearance {
            open,
            icon,
            ..Appearance::default()
        };
        let rest = portals.clone();
        let desk = Self {
            failure: opened.notices.first().map(hotstart_store::Notice::failure),
            settings: opened.settings,
            policy: opened.policy,
            stored: opened.stored,
            notifier: Box::new(Notifications::start(appearance, clicks)?),
            browser: Arc::new(DefaultBrowser),
            publications: Arc::new(HttpPublications::default()),
            entities: Arc::new(RestEntities::new(portals.clone())),
            objects: Arc::new(services.clone()),
            records: Arc::new(DeskRecords::of(folders.data())),
            services: Arc::new(services),
            bridge: Arc::new(LoopbackBridge::new(folders.data())),
            launcher: Arc::new(DeskLauncher),
            links: Arc::new(DeskLinks),
            memory: Arc::new(DeskMemory),
            connector: Arc::new(PullConnector::new(portals.clone())),
            messenger: Arc::new(RestMessenger::new(portals.clone())),
            logins: Arc::new(DeskLogins::new(portals.clone())),
            portals: Arc::new(portals),
            secrets: Arc::new(keyring),
            store: Arc::new(opened.store),
            clock: Arc::new(SystemClock),
        };
        Ok((desk, rest))
    }
}

/// The picture of our notices as a file: a program that was not installed has none in the icon theme.
fn icon(cache: &Path) -> Option<String> {
    let path = cache.join("hotstart.png");
    let picture: &[u8] = include_bytes!("../../../icons/128x128.png");
    if !fs_err::read(&path).is_ok_and(|known| known == picture) {
        fs_err::write(&path, picture)
            .inspect_err(|error| tracing::warn!(%error, "no icon for notices"))
            .ok()?;
    }
    Some(path.to_str()?.to_owned())
}
