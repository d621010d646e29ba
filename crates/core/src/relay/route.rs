//! Which event goes to which base.
use crate::notification::PortalEvent;
use crate::settings::{EventPattern, RelayBase, Settings};

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

/// The bases that get an event of a portal. What another client has sent is nobody's word, and goes to none.
pub fn for_event<'a>(settings: &'a Settings, event: &PortalEvent<'_>) -> Vec<&'a RelayBase> {
    if event.from_client || event.command.starts_with("hotstart.") {
        return Vec::new();
    }
    for_kind(settings, event.portal, &format!("{}/{}", event.module, event.command))
}

/// The bases that get events of this kind from a portal; only bases that are known.
pub fn for_kind<'a>(settings: &'a Settings, portal: &str, kind: &str) -> Vec<&'a RelayBase> {
    let wants = |base: &&RelayBase| base.events.iter().any(|pattern| fits(pattern, portal, kind));
    let known = |base: &&RelayBase| settings.base(&base.base).is_some();
    settings.relay.bases.iter().filter(known).filter(wants).collect()
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
