//! The check of one portal: its secret, the way to it, what it says to the connection, and the way of its events.
//!
//! ```text
//! secret ──► a visit without the secret (name, TLS, redirect, page) ──► REST (who, rights, clock, limits, CRM)
//!                                                                   └──► channel ──► push server: WebSocket, long polling
//! ```
//!
//! Where one step fails, those behind it are told as not checked: what they would say is a consequence.
mod access;
mod channel;
mod reach;

use std::time::Duration;

use hotstart_core::doctor::{Check, Finding};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::Clock;
use hotstart_core::settings::PortalSettings;

use super::Trust;
use crate::RestPortals;
use access::Access;

/// What the check of a portal needs of the desk.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How portals are called.
    pub portals: &'a RestPortals,
    /// Who decides about certificates; `None` where there are no roots.
    pub trust: Option<&'a Trust>,
    /// The clock of this computer.
    pub clock: &'a dyn Clock,
    /// How long each answer may take.
    pub patience: Duration,
}

/// Looks at a portal from this desk and says what it sees. Nothing is changed there, and no event is taken from anybody.
pub async fn check_portal(portal: &PortalSettings, means: Means<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    let rest = match means.portals.rest(&portal.portal).await {
        Ok(rest) => {
            checks.push(Check::new(Finding::SecretKept));
            // A limit is what is looked for, not what is waited out.
            Some(rest.once())
        }
        Err(failure) => {
            checks.push(secret(portal, failure));
            None
        }
    };
    let reached = reach::reach(portal, means, &mut checks).await;
    if let Some(rest) = rest.filter(|_| reached.is_open) {
        let access = Access::look(&rest, portal, means, reached.date, &mut checks).await;
        Box::pin(channel::look(&rest, portal, &access, means.patience, &mut checks)).await;
    } else {
        checks.push(reach::clock(reached.date, means.clock.now()));
        checks.extend(access::unseen());
        checks.extend(channel::unseen());
    }
    checks.into_iter().map(|check| check.about(&portal.portal)).collect()
}

fn secret(portal: &PortalSettings, failure: Failure) -> Check {
    let finding = if failure.code == Code::AuthRefused {
        Finding::SecretNone
    } else if failure.code == Code::KeyringLocked {
        Finding::SecretLocked
    } else if failure.code == Code::KeyringMissing {
        Finding::SecretNoStore
    } else {
        return Check::new(Finding::SecretInvalid)
            .with("host", &portal.portal)
            .because(failure);
    };
    Check::new(finding).with("host", &portal.portal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_secret_is_told_apart() {
        let portal = PortalSettings {
            portal: "portal.example.ru".to_owned(),
            ..PortalSettings::default()
        };
        for (code, expected) in [
            (Code::AuthRefused, Finding::SecretNone),
            (Code::KeyringLocked, Finding::SecretLocked),
            (Code::KeyringMissing, Finding::SecretNoStore),
            (Code::WebhookInvalid, Finding::SecretInvalid),
        ] {
            assert_eq!(secret(&portal, Failure::new(code)).finding, expected, "{code:?}");
        }
    }
}
