//! Injected faults: what goes wrong on purpose, switched on and off through the control interface.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::line::Then;

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
    /// Upgrades are refused with HTTP 400, as for an expired channel.
    #[serde(rename = "upgrade_400")]
    Upgrade400,
    /// Upgrades are refused with the given status; with `retry_after` the header of that name is sent.
    UpgradeStatus,
    /// Upgrades are answered with 200 and a page, as a captive portal does.
    #[serde(rename = "upgrade_200")]
    Upgrade200,
    /// Upgrades are accepted with a wrong `Sec-WebSocket-Accept`.
    UpgradeWrongAccept,
    /// Upgrades are accepted, then closed with the given code: 4010 unless told otherwise.
    UpgradeClose,
    /// Upgrades are never answered.
    UpgradeSilent,
    /// Sockets stay open and neither read nor write: a half-open link.
    PushSilent,
    /// The next frame with messages is cut in half; the connection then ends as told.
    HalfFrame,
    /// Push connections send one byte at a time, each after the given milliseconds.
    SlowWrites,
    /// Long polling answers 502, as a proxy in front of a dead server does.
    #[serde(rename = "poll_502")]
    Poll502,
    /// Long polling answers the given status; with `retry_after` the header of that name is sent.
    PollStatus,
    /// Long polling answers 200 and a page.
    PollHtml,
    /// Long polling answers 200 without a body.
    PollEmpty,
    /// Long polling answers 304 at once, without its headers.
    PollBareTimeout,
    /// Every live message comes twice.
    DuplicateMids,
    /// Gathered and replayed messages come in reverse order.
    OutOfOrder,
    /// Protobuf answers carry fields that no client knows.
    UnknownFields,
    /// Protobuf messages do not say who sent them.
    NoSender,
    /// A replaying connection joins the live list only after the given milliseconds.
    ReplayGap,
    /// The store of the server is down: nothing can be replayed, what is published is lost.
    HistoryDown,
}

/// How long a fault stays, and how it looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Times left; `None` = until switched off.
    pub(crate) count: Option<u32>,
    /// Milliseconds or status, as the fault needs.
    pub(crate) value: u64,
    /// The error code of `RestError`, the reason of `UpgradeClose`.
    pub(crate) error: Option<String>,
    /// Seconds of the header `Retry-After`.
    pub(crate) retry_after: Option<u64>,
    /// How a connection ends after half a frame.
    pub(crate) then: Then,
}

/// The faults that are on.
#[derive(Debug)]
pub(crate) struct Faults {
    on: Mutex<BTreeMap<Fault, Setting>>,
    down: watch::Sender<bool>,
    push_silent: watch::Sender<bool>,
    pace: Arc<AtomicU64>,
}

impl Faults {
    /// No fault.
    pub(crate) fn new() -> Self {
        Self {
            on: Mutex::default(),
            down: watch::Sender::new(false),
            push_silent: watch::Sender::new(false),
            pace: Arc::default(),
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

    /// Whether the fault is on; asking uses nothing up.
    pub(crate) fn is_on(&self, fault: Fault) -> bool {
        self.lock().contains_key(&fault)
    }

    /// Becomes true when the portal's listener is down.
    pub(crate) fn down(&self) -> watch::Receiver<bool> {
        self.down.subscribe()
    }

    /// Becomes true when push sockets are half-open.
    pub(crate) fn push_silent(&self) -> watch::Receiver<bool> {
        self.push_silent.subscribe()
    }

    /// Milliseconds for each byte that a push connection sends.
    pub(crate) fn pace(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.pace)
    }

    /// The faults that are on, with the times left.
    pub(crate) fn snapshot(&self) -> serde_json::Value {
        self.lock()
            .iter()
            .map(|(fault, setting)| serde_json::json!({"kind": fault, "count": setting.count, "value": setting.value}))
            .collect()
    }

    fn tell(&self) {
        let (down, silent, pace) = {
            let on = self.lock();
            let pace = on.get(&Fault::SlowWrites).map_or(0, |setting| setting.value);
            (
                on.contains_key(&Fault::PortalDown),
                on.contains_key(&Fault::PushSilent),
                pace,
            )
        };
        self.down.send_replace(down);
        self.push_silent.send_replace(silent);
        self.pace.store(pace, Ordering::Relaxed);
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
            ..Setting::default()
        }
    }

    #[test]
    fn a_counted_fault_is_used_up() {
        let faults = Faults::new();
        assert!(faults.strikes(Fault::RestHtml).is_none());
        faults.set(Fault::RestHtml, times(Some(2)));
        assert!(faults.strikes(Fault::RestHtml).is_some());
        assert!(faults.is_on(Fault::RestHtml));
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
