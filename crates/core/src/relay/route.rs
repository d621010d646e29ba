//! Which event goes to which base.
use serde_json::json;

use crate::Timestamp;
use crate::notification::PortalEvent;
use crate::ports::RelayEvent;
use crate::settings::{BaseSettings, EventPattern, Settings};

/// The key of an event: the same for every base, and however often it comes.
pub fn event_id(event: &PortalEvent<'_>) -> String {
    if !event.mid.is_empty() {
        return format!("{}/{}", event.portal, event.mid);
    }
    // Old servers give no ids; what says the same at the same time is the same.
    let text = format!("{}/{}/{}", event.module, event.command, event.params);
    let at = event.server_time.map_or(0, |at| at.0);
    format!("{}/{at}-{:016x}", event.portal, fnv(&text))
}

/// An event of a portal for each base that wants it. What another client has sent is nobody's word, and goes to none.
pub fn events_of(settings: &Settings, event: &PortalEvent<'_>, at: Timestamp) -> Vec<RelayEvent> {
    if event.from_client || event.command.starts_with("hotstart.") {
        return Vec::new();
    }
    let kind = format!("{}/{}", event.module, event.command);
    let of_base = |base: &BaseSettings| RelayEvent {
        base: base.alias.clone(),
        id: event_id(event),
        kind: kind.clone(),
        portal: event.portal.to_owned(),
        entity: None,
        reads: false,
        data: json!({"portal": event.portal, "params": event.params}),
        answer: false,
        at,
    };
    wanting(settings, event.portal, &kind).map(of_base).collect()
}

/// The bases that want events of this kind from a portal; only bases that are known.
pub(super) fn wanting<'a>(settings: &'a Settings, portal: &str, kind: &str) -> impl Iterator<Item = &'a BaseSettings> {
    let bases = settings.relay.bases.iter();
    let wants = bases.filter(move |base| base.events.iter().any(|pattern| fits(pattern, portal, kind)));
    wants.filter_map(|base| settings.base(&base.base))
}

fn fits(pattern: &EventPattern, portal: &str, kind: &str) -> bool {
    pattern.portal.as_deref().is_none_or(|wanted| wanted == portal)
        && matches(&pattern.pattern.to_lowercase(), &kind.to_lowercase())
}

/// Whether a text fits a pattern in which `*` stands for any letters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            let Some((_, behind)) = rest.split_once(middle) else {
                return false;
            };
            rest = behind;
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, text, fits) in [
            ("im/notifyadd", "im/notifyadd", true),
            ("im/*", "im/notifyadd", true),
            ("*", "crm/x", true),
            ("crm/*.update", "crm/company.update", true),
            ("crm/*.update", "crm/company.add", false),
            ("im/", "im/x", false),
            ("", "", true),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "acb", false),
            ("*.update", ".update", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
