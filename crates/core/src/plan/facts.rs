//! What is true on this desk at this moment, as far as a decision needs it.

use std::collections::BTreeSet;

use onec::platforms::Installed;
use onec::{Connect, System};

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
}
