//! What becomes of a link: a pure function of the link, the settings and the facts of this desk.
//!
//! ```text
//! Link ─┐              ┌─ Open: a base with its ways in order, the first one is the choice
//! Settings ─┼─► plan() ─┼─ Browser, PortalWindow, Settings, Resolve
//! Facts ─┤              ├─ Ask, AskUnknown: the same again with Wish::allowed once the user agreed
//! Wish ──┘              └─ Refuse
//! ```
//!
//! A way that cannot be gone from here (no publication, no program of 1C) is left out; the base is refused only when
//! none is left, for the reason of its first choice.

mod base;
mod e1c;
mod facts;
mod fallback;
mod native;
mod place;
#[cfg(test)]
mod tests;
mod way;

pub use base::{base_at, base_of_portal};
pub use facts::{Facts, Listed};
pub use fallback::left_after;
pub use place::{Place, place};
pub use way::{Way, Ways, start};

use bitrix24::Entity;
use onec::{Address, NavigationLink, ObjectType};

use crate::failure::{Code, Failure};
use crate::link::{BaseName, Link, SettingsPage};
use crate::resolve::bases_of_new;
use crate::settings::{BaseSettings, Method, PortalOpening, PortalSettings, Settings, WindowMode};
use crate::view::Page;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Show the settings window.
    Settings(Page),
    /// Show a place of a base.
    Open {
        /// The alias of the base; its address for one that the settings do not know.
        base: String,
        /// How.
        ways: Ways,
    },
    /// Open an address in the default browser.
    Browser {
        /// The portal it belongs to.
        target: String,
        /// The address.
        address: String,
    },
    /// Open a portal page in a window of ours.
    PortalWindow {
        /// The portal.
        portal: String,
        /// The address of the portal's root.
        home: String,
        /// The address of the page.
        address: String,
    },
    /// Find the 1C objects of an entity first.
    Resolve {
        /// The portal.
        portal: String,
        /// The entity.
        entity: Entity,
    },
    /// Ask the user before a command of 1C runs.
    Ask {
        /// The alias of the base.
        base: String,
        /// The navigation link without its query, by which the answer is remembered.
        command: String,
    },
    /// Ask the user in which of several bases something new is made.
    ChooseBase {
        /// The aliases of the bases.
        bases: Vec<String>,
    },
    /// Ask the user before a base that is not in the settings is handed to the 1C starter.
    AskUnknown {
        /// The address of the base.
        address: String,
    },
    /// Do nothing and say why.
    Refuse(Failure),
}

/// What the user wants of this one opening. Never part of a link: links hold no such words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// The user has just agreed to this very link.
    pub allowed: bool,
    /// This method before those of the base.
    pub method: Option<Method>,
    /// This window mode instead of the one of the base.
    pub mode: Option<WindowMode>,
}

impl Wish {
    /// The user has just agreed, or was not asked yet.
    pub const fn allowed(allowed: bool) -> Self {
        Self {
            allowed,
            method: None,
            mode: None,
        }
    }
}

/// Decides.
pub fn plan(link: &Link, settings: &Settings, facts: &Facts, wish: &Wish) -> Plan {
    let desk = Desk { settings, facts, wish };
    let planned = match link {
        Link::Settings { page } => Ok(Plan::Settings(page_named(page.as_ref().map(SettingsPage::as_str)))),
        Link::Onec { base, address, nav } => desk.onec(base.as_ref(), address.as_ref(), nav),
        Link::B24 { portal, path, .. } => desk
            .portal(&portal.to_string())
            .map(|portal| portal_page(portal, path.as_str(), settings.portal_opening)),
        Link::Crm { portal, entity } => desk.portal(&portal.to_string()).map(|portal| Plan::Resolve {
            portal: portal.portal.clone(),
            entity: *entity,
        }),
        Link::CrmNew { portal, entity, object } => desk.portal(&portal.to_string()).and_then(|portal| {
            let mut bases = bases_of_new(&portal.portal, *entity, object, settings);
            match (bases.len(), bases.pop()) {
                (1, Some(base)) => desk.create(&base, object),
                (_, Some(base)) => {
                    bases.push(base);
                    Ok(Plan::ChooseBase { bases })
                }
                (_, None) => Err(Failure::new(Code::BaseUnmapped).with("portal", &portal.portal)),
            }
        }),
    };
    planned.unwrap_or_else(Plan::Refuse)
}

/// Decides how something new is made in a base that was chosen for it.
pub fn plan_new(base: &str, object: &ObjectType, settings: &Settings, facts: &Facts, wish: &Wish) -> Plan {
    let desk = Desk { settings, facts, wish };
    desk.create(base, object).unwrap_or_else(Plan::Refuse)
}

/// Everything that a decision looks at.
#[derive(Clone, Copy)]
struct Desk<'a> {
    settings: &'a Settings,
    facts: &'a Facts,
    wish: &'a Wish,
}

impl<'a> Desk<'a> {
    fn onec(self, name: Option<&BaseName>, address: Option<&Address>, nav: &NavigationLink) -> Result<Plan, Failure> {
        if let Some(address @ (Address::Server { .. } | Address::File { .. })) = address
            && self.settings.e1c_links
        {
            return e1c::plan(self, address, nav);
        }
        self.open(base::named(self, name, address)?, nav)
    }

    fn portal(self, portal: &str) -> Result<&'a PortalSettings, Failure> {
        self.settings
            .portal(portal)
            .ok_or_else(|| Failure::new(Code::PortalUnknown).with("portal", portal))
    }

    fn create(self, base: &str, object: &ObjectType) -> Result<Plan, Failure> {
        let known = self.settings.base(base);
        let base = known.ok_or_else(|| Failure::new(Code::BaseUnknown).with("base", base))?;
        self.open(base, &NavigationLink::New { of: object.clone() })
    }

    fn open(self, base: &BaseSettings, nav: &NavigationLink) -> Result<Plan, Failure> {
        match self.question(base, nav) {
            Some(question) => Ok(question),
            None => Ok(Plan::Open {
                base: base.alias.clone(),
                ways: way::ways(self, base, nav)?,
            }),
        }
    }

    /// What has to be asked before this place of this base is opened.
    fn question(self, base: &BaseSettings, nav: &NavigationLink) -> Option<Plan> {
        let command = without_query(nav);
        let allowed = &self.settings.allowed;
        let remembered = || {
            allowed
                .iter()
                .any(|known| known.base == base.alias && known.command == command)
        };
        let asks = nav.is_active() && !self.wish.allowed && !remembered();
        asks.then(|| Plan::Ask {
            base: base.alias.clone(),
            command,
        })
    }
}

fn portal_page(portal: &PortalSettings, path: &str, opening: PortalOpening) -> Plan {
    let address = portal.address(path);
    match opening {
        PortalOpening::Browser => Plan::Browser {
            target: portal.portal.clone(),
            address,
        },
        PortalOpening::Window => Plan::PortalWindow {
            portal: portal.portal.clone(),
            home: portal.address("/"),
            address,
        },
    }
}

fn without_query(nav: &NavigationLink) -> String {
    let text = nav.to_string();
    text.split_once('?')
        .map_or(text.clone(), |(before, _)| before.to_owned())
}

fn page_named(name: Option<&str>) -> Page {
    match name {
        Some("bases") => Page::Bases,
        Some("links") => Page::Links,
        Some("inbox") => Page::Inbox,
        Some("journal") => Page::Journal,
        Some("general") => Page::General,
        _ => Page::Portals,
    }
}
