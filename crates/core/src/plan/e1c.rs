//! `e1c://` links, once they are ours: a base with a warm window takes its own, all others go to the 1C starter.

use onec::{Address, ExternalLink, NavigationLink};

use super::way::{self, Way, Ways};
use super::{Desk, Plan, base, native};
use crate::failure::Failure;
use crate::settings::Method;

pub(super) fn plan(desk: Desk<'_>, address: &Address, nav: &NavigationLink) -> Result<Plan, Failure> {
    // Printed anew from its parts: nothing of the text of a link reaches a program.
    let link = ExternalLink {
        address: address.clone(),
        nav: nav.clone(),
    };
    let handed_over = native::handed_over(&link, desk.facts).map(|launch| Way::Native { launch });
    let Some(base) = base::at(address, desk.settings, desk.facts) else {
        let address = address.to_string();
        if !desk.wish.allowed {
            return Ok(Plan::AskUnknown { address });
        }
        let ways = Ways {
            first: handed_over?,
            rest: Vec::new(),
        };
        return Ok(Plan::Open { base: address, ways });
    };
    if let Some(question) = desk.question(base, nav) {
        return Ok(question);
    }
    let warm = desk.facts.warm.contains(&base.alias);
    let hot = warm.then(|| way::way(desk, base, nav, Method::Hot).ok()).flatten();
    let running = desk.facts.running.contains(&base.alias);
    let running = running.then(|| Way::Running { nav: nav.to_string() });
    let reason = handed_over.as_ref().err().cloned();
    let own = way::ways(desk, base, nav).ok().into_iter().flat_map(Ways::all);
    let mut found: Vec<Way> = Vec::new();
    for way in hot.into_iter().chain(running).chain(handed_over.ok()).chain(own) {
        if !found.contains(&way) {
            found.push(way);
        }
    }
    match (Ways::of(found), reason) {
        (Some(ways), _) => Ok(Plan::Open {
            base: base.alias.clone(),
            ways,
        }),
        (None, Some(reason)) => Err(reason),
        (None, None) => desk.open(base, nav),
    }
}
