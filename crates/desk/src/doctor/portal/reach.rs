//! The way to a portal, without the secret: a call that every portal refuses, and who refuses it.
use hotstart_core::Timestamp;
use hotstart_core::doctor::{Check, Finding};
use hotstart_core::settings::PortalSettings;
use reqwest::header::DATE;
use serde_json::Value;
use url::Url;

use super::Means;
use crate::doctor::page::Page;
use crate::doctor::visit::{End, Visit, Visitor, has_address, shown};

/// A call without a secret: a portal says that there is none, whatever stands before it says something else.
const CALL: &str = "/rest/profile.json";
/// Clocks that differ by more are told.
const APART: i64 = 60;

/// What the visit has shown to those who go on.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// There is a portal that can be called.
    pub(super) is_open: bool,
    /// Its time by the header, in seconds since 1970.
    pub(super) date: Option<i64>,
}

/// Goes there, and says how far it came.
pub(super) async fn reach(portal: &PortalSettings, means: Means<'_>, checks: &mut Vec<Check>) -> Reached {
    let of = |finding| Check::new(finding).with("host", &portal.portal);
    let url = Url::parse(&portal.address(CALL)).ok();
    let visitor = url.as_ref().and_then(|url| Visitor::new(url, means.trust));
    let (Some(url), Some(visitor)) = (url, visitor) else {
        checks.push(of(Finding::PortalUnreachable));
        checks.push(Check::new(Finding::TlsRoots).on("portal"));
        return Reached::default();
    };
    let visit = visitor.patient(means.patience).visit(url.clone()).await;
    let (check, is_open) = match &visit.end {
        End::Page(page) => page_check(page, &of),
        // The call can still be sent on by hand, if the new name belongs to the same portal.
        End::Elsewhere(to) if to.path() == CALL => (of(Finding::PortalReached), true),
        End::Elsewhere(to) => (of(Finding::PortalElsewhere).with("address", shown(to)), false),
        End::Loop => (of(Finding::PortalLoop), false),
        End::TimedOut => {
            let seconds = means.patience.as_secs().to_string();
            (of(Finding::PortalTimeout).with("seconds", seconds), false)
        }
        // The server was there, whatever is thought of its certificate.
        End::Tls(_) => (of(Finding::PortalReached), false),
        End::Unreachable if !has_address(&url).await => (of(Finding::PortalName), false),
        End::Unreachable => (of(Finding::PortalUnreachable), false),
    };
    checks.push(check);
    checks.push(address(portal, &visit));
    let host = url.host_str().unwrap_or(&portal.portal);
    let certificate = visit.certificate(host, portal.scheme == "https", means.clock.now());
    checks.push(certificate.on("portal"));
    let date = match &visit.end {
        End::Page(page) => page.headers.get(DATE).and_then(|date| seconds(date.to_str().ok()?)),
        End::Elsewhere(_) | End::Loop | End::Tls(_) | End::TimedOut | End::Unreachable => None,
    };
    Reached { is_open, date }
}

/// How far the portal's time is from this computer's.
pub(super) fn clock(portal: Option<i64>, now: Timestamp) -> Check {
    let Some(portal) = portal else {
        return Check::new(Finding::ClockUnseen);
    };
    let apart = (portal - now.0.div_euclid(1000)).abs();
    let finding = if apart > APART {
        Finding::ClockWrong
    } else {
        Finding::ClockRight
    };
    Check::new(finding).with("seconds", apart.to_string())
}

fn page_check(page: &Page, of: &dyn Fn(Finding) -> Check) -> (Check, bool) {
    let speaks = serde_json::from_str::<Value>(&page.body).is_ok_and(|answer| answer.is_object());
    if speaks {
        return (of(Finding::PortalReached), true);
    }
    if page.status.is_server_error() {
        return (of(Finding::PortalTrouble).with("status", page.status.as_str()), false);
    }
    (
        of(Finding::PortalPage).with("title", page.title().unwrap_or("?")),
        false,
    )
}

fn address(portal: &PortalSettings, visit: &Visit) -> Check {
    if let End::Elsewhere(to) = &visit.end
        && to.path() == CALL
    {
        return Check::new(Finding::PortalRenamed).with("address", to.origin().ascii_serialization());
    }
    let address = portal.address("");
    let here = Url::parse(&address).is_ok_and(|url| crate::http::is_loopback(&url));
    let finding = if portal.scheme == "https" || here {
        Finding::PortalAddress
    } else {
        Finding::PortalPlain
    };
    Check::new(finding).with("address", address)
}

/// A date as servers write it.
fn seconds(date: &str) -> Option<i64> {
    let moment = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(moment.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_in_both_directions() {
        let now = Timestamp(1_795_305_600_400);
        for (portal, expected) in [
            (None, Finding::ClockUnseen),
            (Some(1_795_305_600), Finding::ClockRight),
            (Some(1_795_305_650), Finding::ClockRight),
            (Some(1_795_305_700), Finding::ClockWrong),
            (Some(1_795_305_500), Finding::ClockWrong),
        ] {
            assert_eq!(clock(portal, now).finding, expected, "{portal:?}");
        }
        assert_eq!(seconds("Sun, 22 Nov 2026 00:00:00 GMT"), Some(1_795_305_600));
        assert_eq!(seconds("yesterday"), None);
    }
}
