//! From the parts of a desk to what the controller begins with: only who shows it is missing.
use hotstart_controller::{Ports, Start};
use hotstart_core::ports::Shell;

use crate::open::Desk;

impl Desk {
    /// What the controller runs with, shown by `shell`.
    pub fn begin(self, shell: Box<dyn Shell>) -> (Start, Ports) {
        let start = Start {
            failure: self.failure.map(|failure| failure.view(self.settings.language)),
            settings: self.settings,
            policy: self.policy,
            stored: self.stored,
        };
        let ports = Ports {
            shell,
            notifier: self.notifier,
            browser: self.browser,
            secrets: self.secrets,
            portals: self.portals,
            messenger: self.messenger,
            logins: self.logins,
            entities: self.entities,
            objects: self.objects,
            publications: self.publications,
            records: self.records,
            services: self.services,
            bridge: self.bridge,
            launcher: self.launcher,
            links: self.links,
            memory: self.memory,
            connector: self.connector,
            store: self.store,
            clock: self.clock,
        };
        (start, ports)
    }
}
