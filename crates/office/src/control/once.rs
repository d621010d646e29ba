//! Faults that happen at once and leave nothing behind.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::Order;
use super::{Desk, Refused};
use crate::clock;
use crate::push::{Garbage, Outgoing, reason_of};

/// What happens.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Once {
    /// Every lasting fault ends.
    Clear,
    /// A frame of nonsense to every socket: `text` or `binary` (hex) as given, else what the framing cannot read.
    GarbageFrame,
    /// One frame with a good message, a broken one and a good one.
    BadBody,
    /// Every socket is closed with `status` (4010) and `error` (the server's own text for the code); `status` 0:
    /// without a code.
    Close,
    /// Every push connection ends by a TCP reset.
    Reset,
    /// The channel of `user` (`private`) or of everybody (`shared`) is replaced.
    ChannelExpire,
    /// The configuration is replaced.
    ConfigExpire,
    /// The push server says that it will restart.
    ServerRestart,
    /// Webhooks keep `scopes`.
    Scopes,
    /// The portal's clock goes wrong by `value` seconds.
    ClockSkew,
    /// The portal reports another `revision` (20).
    Revision,
}

/// Which channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ChannelKind {
    Private,
    Shared,
}

/// Lets it happen.
pub(super) fn happen(desk: &Desk, once: Once, order: &Order) -> Result<Value, Refused> {
    let no_user = || Refused::not_found("no such user");
    match once {
        Once::Clear => desk.faults.clear_all(),
        Once::GarbageFrame => {
            let garbage = match (&order.text, &order.binary) {
                (Some(text), _) => Garbage::Text(text.clone()),
                (None, Some(hex)) => {
                    Garbage::Binary(bytes(hex).ok_or_else(|| Refused::invalid("\"binary\" is no hex"))?)
                }
                (None, None) => Garbage::Fitting,
            };
            return Ok(told(desk.hub.tell_sockets(&Outgoing::Garbage(garbage))));
        }
        Once::Close => {
            let code = order.status.unwrap_or(4010);
            let reason = order.error.clone().unwrap_or_else(|| reason_of(code));
            let close = Outgoing::Close((code > 0).then_some((code, reason)));
            return Ok(told(desk.hub.tell_sockets(&close)));
        }
        Once::Reset => return Ok(told(desk.hub.tell_all(&Outgoing::Reset))),
        Once::BadBody => {
            let good = |command: &str| {
                format!(r#"{{"module_id":"im","command":"{command}","params":{{}},"extra":{{"server_time_unix":0}}}}"#)
            };
            let bodies = vec![
                good("fault_before"),
                "{\"module_id\":\"im\",\"command\":".to_owned(),
                good("fault_after"),
            ];
            let mids = desk
                .portal
                .publish_raw(Some(order.user), bodies, 86_400)
                .ok_or_else(no_user)?;
            return Ok(json!({"ok": true, "mids": mids}));
        }
        Once::ChannelExpire => {
            let signal = match order.channel {
                Some(ChannelKind::Shared) => Some(desk.portal.expire_shared(clock::now())),
                Some(ChannelKind::Private) | None => desk.portal.expire_private(order.user, clock::now()),
            };
            let signal = signal.ok_or_else(no_user)?;
            return Ok(json!({"ok": true, "mid": signal.mid, "at_us": signal.at_us}));
        }
        Once::ConfigExpire => {
            desk.portal.expire_config();
        }
        Once::ServerRestart => {
            desk.portal.announce_restart();
        }
        Once::Scopes => {
            let scopes = order
                .scopes
                .clone()
                .ok_or_else(|| Refused::invalid("\"scopes\" is missing"))?;
            desk.portal.set_scopes(scopes);
        }
        Once::ClockSkew => desk.portal.set_clock_skew(order.value.unwrap_or(0)),
        Once::Revision => desk.portal.set_revision(order.revision.unwrap_or(20)),
    }
    Ok(json!({"ok": true}))
}

fn told(count: usize) -> Value {
    json!({"ok": true, "sockets": count})
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect()
}
