//! Which portal a call of 1C means, and what 1C is told of portals.
use super::PortalStatus;
use crate::failure::{Code, Failure};
use crate::settings::Settings;
use crate::view::{ConnectionState, ConnectionView, Transport};

/// The portal of a call of a base: the named one; else the one whose links lead to this base; else the only one.
pub fn portal_of(settings: &Settings, base: &str, named: Option<&str>) -> Result<String, Failure> {
    if let Some(named) = named {
        let known = settings.portal(named).map(|portal| portal.portal.clone());
        return known.ok_or_else(|| Failure::new(Code::PortalUnknown).with("portal", named));
    }
    let alias = settings.base(base).map_or(base, |base| &base.alias);
    let mut of_base = settings
        .portals
        .iter()
        .filter(|portal| portal.base.as_deref() == Some(alias));
    match (of_base.next(), of_base.next(), settings.portals.as_slice()) {
        (Some(portal), None, _) | (None, _, [portal]) => Ok(portal.portal.clone()),
        (Some(_), Some(_), _) | (None, _, [_, ..]) => {
            Err(Failure::new(Code::BridgeCall).with("detail", "several portals: name one of them"))
        }
        (None, _, []) => Err(Failure::new(Code::PortalUnknown).with("portal", "-")),
    }
}

impl PortalStatus {
    /// What 1C is told of a connection.
    pub fn of(view: ConnectionView) -> Self {
        let connection = match view.state {
            ConnectionState::Online => "online",
            ConnectionState::Connecting => "connecting",
            ConnectionState::Polling { .. } => "polling",
            ConnectionState::Waiting { .. } => "waiting",
            ConnectionState::Stopped => "stopped",
            ConnectionState::Failed { .. } => "failed",
        };
        let channel = view.transport.map(|transport| match transport {
            Transport::WebSocket => "websocket",
            Transport::LongPolling => "long-polling",
        });
        Self {
            portal: view.portal,
            connection: connection.to_owned(),
            channel: channel.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{BaseSettings, PortalSettings};

    /// Portals with the base of their links.
    fn settings(portals: &[(&str, &str)]) -> Settings {
        let portal = |(portal, base): &(&str, &str)| PortalSettings {
            portal: (*portal).to_owned(),
            base: (!base.is_empty()).then(|| (*base).to_owned()),
            ..PortalSettings::default()
        };
        Settings {
            bases: vec![BaseSettings {
                alias: "ut".to_owned(),
                ..BaseSettings::default()
            }],
            portals: portals.iter().map(portal).collect(),
            ..Settings::default()
        }
    }

    #[test]
    fn a_call_without_a_portal_means_that_of_its_base() {
        for (portals, named, expected) in [
            (&[("a", "ut"), ("b", "")][..], None, Ok("a")),
            (&[("a", "ut"), ("b", "")], Some("b"), Ok("b")),
            (&[("a", "bp")], None, Ok("a")),
            (&[("a", "ut"), ("b", "ut")], None, Err("bridge.call")),
            (&[("a", ""), ("b", "")], None, Err("bridge.call")),
            (&[("a", "ut")], Some("b"), Err("portal.unknown")),
            (&[], None, Err("portal.unknown")),
        ] {
            let found = portal_of(&settings(portals), "UT", named);
            let found = found.as_deref().map_err(Failure::code_text);
            assert_eq!(found, expected, "{portals:?} {named:?}");
        }
    }
}
