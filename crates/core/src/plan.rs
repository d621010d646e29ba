//! What becomes of a link: a pure function of the link and the settings.
use bitrix24::Entity;
use onec::{Address, NavigationLink, Publication};

use crate::failure::{Code, Failure};
use crate::link::{BaseName, Link, SettingsPage};
use crate::settings::{BaseSettings, Method, PortalOpening, PortalSettings, Settings, WindowMode};
use crate::view::Page;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Show the settings window.
    Settings(Page),
    /// Show a place of a base in a window of ours.
    Window {
        /// The alias of the base.
        base: String,
        /// Whether the warm window is used or one is made for this link.
        hot: bool,
        /// Where.
        place: Place,
    },
    /// Open an address in the default browser.
    Browser {
        /// The base or portal it belongs to.
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
    /// Do nothing and say why.
    Refuse(Failure),
}

/// A place of a base, in the forms that a window needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address of the publication, where the window stays.
    pub home: String,
    /// The whole address for a fresh window.
    pub address: String,
    /// The fragment for a loaded one, without `#`, percent-encoded.
    pub fragment: String,
}

/// Decides. `allowed` says that the user has just agreed to this very link.
pub fn plan(link: &Link, settings: &Settings, allowed: bool) -> Plan {
    match link {
        Link::Settings { page } => Plan::Settings(page_named(page.as_ref().map(SettingsPage::as_str))),
        Link::Onec { base, address, nav } => match base_of(base.as_ref(), address.as_ref(), settings) {
            Ok(base) => open(base, nav, settings, allowed),
            Err(failure) => Plan::Refuse(failure),
        },
        Link::B24 { portal, path, .. } => match known_portal(&portal.to_string(), settings) {
            Ok(portal) => portal_page(portal, path.as_str(), settings.portal_opening),
            Err(failure) => Plan::Refuse(failure),
        },
        Link::Crm { portal, entity } => match known_portal(&portal.to_string(), settings) {
            Ok(portal) => Plan::Resolve {
                portal: portal.portal.clone(),
                entity: *entity,
            },
            Err(failure) => Plan::Refuse(failure),
        },
        Link::CrmNew { portal, object, .. } => {
            let portal = match known_portal(&portal.to_string(), settings) {
                Ok(portal) => portal,
                Err(failure) => return Plan::Refuse(failure),
            };
            match base_of_portal(portal, settings) {
                Some(base) => open(base, &NavigationLink::New { of: object.clone() }, settings, allowed),
                None => Plan::Refuse(Failure::new(Code::BaseUnmapped).with("portal", &portal.portal)),
            }
        }
    }
}

/// The place of a base that a navigation link names; fails for a base without a publication.
pub fn place(base: &BaseSettings, nav: Option<&NavigationLink>) -> Result<Place, Failure> {
    let unpublished = || Failure::new(Code::BaseUnpublished).with("base", &base.name);
    let publication = base.publication.as_deref().ok_or_else(unpublished)?;
    let publication =
        Publication::parse(publication).map_err(|_| Failure::new(Code::PublicationInvalid).with("base", &base.name))?;
    let plain = publication.browser_url(None, nav);
    let (page, fragment) = plain.split_once('#').unwrap_or((&plain, ""));
    let mode = match base.window_mode {
        WindowMode::Normal => "",
        WindowMode::Workplace => "?MainWindowMode=Workplace",
    };
    let hash = if fragment.is_empty() { "" } else { "#" };
    Ok(Place {
        home: publication.to_string(),
        address: format!("{page}{mode}{hash}{fragment}"),
        fragment: fragment.to_owned(),
    })
}

/// The base for links of a portal that name none: the one of the settings, else the only one there is.
pub fn base_of_portal<'a>(portal: &PortalSettings, settings: &'a Settings) -> Option<&'a BaseSettings> {
    match (&portal.base, settings.bases.as_slice()) {
        (Some(alias), _) => settings.base(alias),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn open(base: &BaseSettings, nav: &NavigationLink, settings: &Settings, allowed: bool) -> Plan {
    let command = without_query(nav);
    let remembered = settings
        .allowed
        .iter()
        .any(|known| known.base == base.alias && known.command == command);
    if nav.is_active() && !allowed && !remembered {
        return Plan::Ask {
            base: base.alias.clone(),
            command,
        };
    }
    let place = match place(base, Some(nav)) {
        Ok(place) => place,
        Err(failure) => return Plan::Refuse(failure),
    };
    let mut methods = base.methods.iter().copied();
    match methods.find(|method| *method != Method::Native).unwrap_or(Method::Hot) {
        Method::Hot | Method::Native => Plan::Window {
            base: base.alias.clone(),
            hot: true,
            place,
        },
        Method::Cold => Plan::Window {
            base: base.alias.clone(),
            hot: false,
            place,
        },
        Method::Browser => Plan::Browser {
            target: base.alias.clone(),
            address: place.address,
        },
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

/// The base that a link names by alias, by the address of its publication, or by being the only one there is.
fn base_of<'a>(
    name: Option<&BaseName>,
    address: Option<&Address>,
    settings: &'a Settings,
) -> Result<&'a BaseSettings, Failure> {
    let unknown = |base: &str| Failure::new(Code::BaseUnknown).with("base", base);
    match (name, address) {
        (Some(name), _) => settings.base(name.as_str()).ok_or_else(|| unknown(name.as_str())),
        (None, Some(address)) => base_at(address, settings).ok_or_else(|| unknown(&address.to_string())),
        (None, None) => match settings.bases.as_slice() {
            [only] => Ok(only),
            _ => Err(Failure::new(Code::BaseUnmapped).with("portal", "")),
        },
    }
}

/// The known base at an address; so far only publications are known by address.
pub fn base_at<'a>(address: &Address, settings: &'a Settings) -> Option<&'a BaseSettings> {
    let address = address.to_string();
    let address = address.trim_end_matches('/');
    settings
        .bases
        .iter()
        .find(|base| base.publication.as_deref() == Some(address))
}

fn known_portal<'a>(portal: &str, settings: &'a Settings) -> Result<&'a PortalSettings, Failure> {
    settings
        .portal(portal)
        .ok_or_else(|| Failure::new(Code::PortalUnknown).with("portal", portal))
}

fn without_query(nav: &NavigationLink) -> String {
    let text = nav.to_string();
    text.split_once('?')
        .map_or(text.clone(), |(before, _)| before.to_owned())
}

fn page_named(name: Option<&str>) -> Page {
    match name {
        Some("bases") => Page::Bases,
        Some("inbox") => Page::Inbox,
        Some("journal") => Page::Journal,
        Some("general") => Page::General,
        _ => Page::Portals,
    }
}
