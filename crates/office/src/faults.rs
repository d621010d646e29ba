//! Injected faults: what goes wrong on purpose, switched on and off through the control interface.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A fault that stays until it is switched off or used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// REST and pages accept a request and never answer.
    PortalSilent,
    /// The portal's listener closes every connection, old and new, push sockets included.
    PortalDown,
    /// REST answers an HTML page instead of JSON.
    RestHtml,
    /// REST answers the error given with the fault.
    RestError,
    /// The next upgrades are refused with HTTP 400, as for an expired channel.
    #[serde(rename = "upgrade_400")]
    Upgrade400,
    /// Sockets stay open and neither read nor write: a half-open link.
    PushSilent,
    /// Long polling answers 502, as a proxy in front of a dead server does.
    #[serde(rename = "poll_502")]
    Poll502,
    /// Long polling answers 304 without its headers.
    PollBareTimeout,
    /// Every live message comes twice.
    DuplicateMids,
    /// Gathered messages come in reverse order.
    OutOfOrder,
    /// Protobuf answers carry fields that no client knows.
    UnknownFields,
    /// A replaying connection joins the live list only after the given milliseconds.
    ReplayGap,
}

/// How long a fault stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Times left; `None` = until switched off.
    pub(crate) count: Option<u32>,
    /// Milliseconds or status, as the fault needs.
    pub(crate) value: u64,
    /// The error code of `RestError`.
    pub(crate) error: String,
}

/// The faults that are on.
#[derive(Debug)]
pub(crate) struct Faults {
    on: Mutex<BTreeMap<Fault, Setting>>,
    down: watch::Sender<bool>,
    push_silent: watch::Sender<bool>,
}

impl Faults {
    /// No fault.
    pub(crate) fn new() -> Self {
        Self {
            on: Mutex::default(),
            down: watch::Sender::new(false),
            push_silent: watch::Sender::new(false),
        }
    }

    /// Switches a fault on.
    pub(crate) fn set(&self, fault: Fault, setting: Setting) {
        self.lock().insert(fault, setting);
        self.tell();
    }

    /// Switches a fault off.
    pub(crate) fn clear(&self, fault: Fault) {
        self.lock().remove(&fault);
        self.tell();
    }

    /// Switches all faults off.
    pub(crate) fn clear_all(&self) {
        self.lock().clear();
        self.tell();
    }

    /// Whether the fault strikes now; a counted one is used up by asking.
    pub(crate) fn strikes(&self, fault: Fault) -> Option<Setting> {
        let mut on = self.lock();
        let setting = on.get_mut(&fault)?;
        let now = setting.clone();
        if let Some(count) = &mut setting.count {
            *count = count.saturating_sub(1);
            if *count == 0 {
                on.remove(&fault);
            }
        }
        Some(now)
    }

    /// Becomes true when the portal's listener is down.
    pub(crate) fn down(&self) -> watch::Receiver<bool> {
        self.down.subscribe()
    }

    /// Becomes true when push sockets are half-open.
    pub(crate) fn push_silent(&self) -> watch::Receiver<bool> {
        self.push_silent.subscribe()
    }

    /// The faults that are on, with the times left.
    pub(crate) fn snapshot(&self) -> serde_json::Value {
        self.lock()
            .iter()
            .map(|(fault, setting)| serde_json::json!({"kind": fault, "count": setting.count, "value": setting.value}))
            .collect()
    }

    fn tell(&self) {
        let (down, silent) = {
            let on = self.lock();
            (on.contains_key(&Fault::PortalDown), on.contains_key(&Fault::PushSilent))
        };
        self.down.send_replace(down);
        self.push_silent.send_replace(silent);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Fault, Setting>> {
        self.on.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Setting};

    fn times(count: Option<u32>) -> Setting {
        Setting {
            count,
            value: 0,
            error: String::new(),
        }
    }

    #[test]
    fn a_counted_fault_is_used_up() {
        let faults = Faults::new();
        assert!(faults.strikes(Fault::RestHtml).is_none());
        faults.set(Fault::RestHtml, times(Some(2)));
        assert!(faults.strikes(Fault::RestHtml).is_some());
        assert!(faults.strikes(Fault::RestHtml).is_some());
        assert!(faults.strikes(Fault::RestHtml).is_none());
    }

    #[test]
    fn a_lasting_fault_stays_until_it_is_cleared() {
        let faults = Faults::new();
        faults.set(Fault::PortalDown, times(None));
        assert!(*faults.down().borrow());
        assert!(faults.strikes(Fault::PortalDown).is_some());
        assert!(faults.strikes(Fault::PortalDown).is_some());
        faults.clear(Fault::PortalDown);
        assert!(!*faults.down().borrow());
        assert!(faults.strikes(Fault::PortalDown).is_none());
    }
}
