//! Links: what `hotstart://` and the other addresses that people click, paste and send mean.
//!
//! Text comes in through [`Link::parse`] (or [`Link::receive`], which also asks whether its [`Source`] may send it) and
//! becomes a value. From there on only the value travels: what a window, a browser or 1C gets is printed from it. Reading
//! a link looks at its text alone; whether base and portal are known is decided when it is opened.

mod base;
mod own;
mod refused;
mod screen;
mod source;
#[cfg(test)]
mod tests;
mod view;

use std::fmt;

use bitrix24::{DesktopAddress, Entity, PagePath, Portal};
use onec::{Address, ExternalLink, NavigationLink, ObjectType};

pub use base::{BaseName, BaseNameRefused};
pub use own::SettingsPage;
pub use refused::LinkRefused;
pub use source::Source;
pub use view::{LinkView, ObjectView};

/// The longest link, in bytes, as given and in canonical form.
pub const MAX_LENGTH: usize = 8 * 1024;

/// A link that has been understood. Equal links lead to the same place, whatever language they name kinds in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Link {
    /// A place in a base.
    Onec {
        /// The base, if the link names it by alias or id.
        base: Option<BaseName>,
        /// The base, if the link names it by address (then `base` is `None`); neither for a bare `e1cib/..`.
        address: Option<Address>,
        /// The place.
        nav: NavigationLink,
    },
    /// The 1C object of an entity.
    Crm {
        /// The portal.
        portal: Portal,
        /// The entity; always of the CRM.
        entity: Entity,
    },
    /// A new 1C object made from an entity.
    CrmNew {
        /// The portal.
        portal: Portal,
        /// The entity; always of the CRM.
        entity: Entity,
        /// What to create; always of a kind whose objects have references.
        object: ObjectType,
    },
    /// A page of a portal.
    B24 {
        /// The portal.
        portal: Portal,
        /// The page.
        path: PagePath,
        /// How the link spelled it.
        spelling: PageSpelling,
    },
    /// The settings window.
    Settings {
        /// The page, if named.
        page: Option<SettingsPage>,
    },
}

/// The spellings of a page of a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageSpelling {
    /// `hotstart://b24/..`.
    Hotstart,
    /// `https://<portal>/..`, or `http://` if not secure.
    Web {
        /// Whether it is `https`.
        secure: bool,
    },
    /// `bx://v2/<host>/openPage/..`.
    Desktop,
}

impl Link {
    /// Understands a link by its text alone. Raw white space around it is trimmed, nothing else is repaired.
    pub fn parse(text: &str) -> Result<Self, LinkRefused> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LinkRefused::Empty);
        }
        if text.len() > MAX_LENGTH {
            return Err(LinkRefused::Length);
        }
        let decoded = screen::screen(text)?;
        let link = Self::of_screened(text, &decoded)?;
        // Escapes may make the canonical form longer than the text was; it must be a link as well.
        if link.canonical().len() > MAX_LENGTH {
            return Err(LinkRefused::Length);
        }
        Ok(link)
    }

    /// Understands a link and asks whether it may come from there.
    pub fn receive(text: &str, source: Source) -> Result<Self, LinkRefused> {
        let link = Self::parse(text)?;
        source.admits(&link)?;
        Ok(link)
    }

    /// The one spelling of this link: understanding it gives the same link again.
    pub fn canonical(&self) -> String {
        self.to_string()
    }

    /// The user is asked once per base and command before this link is followed, because any web page can hold it: it
    /// runs a command, starts a report or a data processor, or begins something new.
    pub fn asks_first(&self) -> bool {
        match self {
            Self::Onec { nav, .. } => nav.is_active(),
            Self::CrmNew { .. } => true,
            Self::Crm { .. } | Self::B24 { .. } | Self::Settings { .. } => false,
        }
    }

    /// The entity that the link names, also by the path of its page.
    pub fn entity(&self) -> Option<Entity> {
        match self {
            Self::Crm { entity, .. } | Self::CrmNew { entity, .. } => Some(*entity),
            Self::B24 { path, .. } => path.entity(),
            Self::Onec { .. } | Self::Settings { .. } => None,
        }
    }

    /// The link may come from a click: the operating system is only ever registered for `hotstart://` and `e1c://`.
    pub fn may_be_clicked(&self) -> bool {
        match self {
            Self::Onec { base, address, .. } => match address {
                Some(Address::Server { .. } | Address::File { .. }) => true,
                Some(Address::Web { .. }) => false,
                None => base.is_some(),
            },
            Self::B24 { spelling, .. } => *spelling == PageSpelling::Hotstart,
            Self::Crm { .. } | Self::CrmNew { .. } | Self::Settings { .. } => true,
        }
    }

    fn of_screened(text: &str, decoded: &str) -> Result<Self, LinkRefused> {
        let scheme = text
            .split_once("://")
            .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        match scheme.as_ref().map(|(scheme, rest)| (scheme.as_str(), *rest)) {
            Some(("hotstart", rest)) => own::parse(rest),
            Some(("e1c", _)) => Self::external(text),
            Some((scheme @ ("http" | "https"), rest)) => {
                let place = decoded
                    .split_once('#')
                    .is_some_and(|(_, fragment)| is_internal(fragment));
                if place {
                    Self::external(text)
                } else {
                    Self::page(rest, scheme == "https")
                }
            }
            Some(("bx", _)) => {
                let DesktopAddress { portal, path } = DesktopAddress::parse(text)?;
                Ok(Self::B24 {
                    portal,
                    path,
                    spelling: PageSpelling::Desktop,
                })
            }
            Some(_) | None if is_internal(decoded) => Ok(Self::Onec {
                base: None,
                address: None,
                nav: NavigationLink::parse(text)?,
            }),
            Some(_) | None => Err(LinkRefused::Scheme),
        }
    }

    fn external(text: &str) -> Result<Self, LinkRefused> {
        let ExternalLink { address, nav } = ExternalLink::parse(text)?;
        Ok(Self::Onec {
            base: None,
            address: Some(address),
            nav,
        })
    }

    /// A portal address: nothing but its path tells that it is one.
    fn page(rest: &str, secure: bool) -> Result<Self, LinkRefused> {
        let at = rest.find(['/', '?', '#', '\\']).ok_or(LinkRefused::Address)?;
        let (authority, path) = rest.split_at(at);
        let portal = own::portal(authority)?;
        let portal = if secure {
            portal
        } else {
            without_port_of_http(authority, portal)?
        };
        let path = PagePath::parse(path)?;
        if !path.is_portal_page() {
            return Err(LinkRefused::Address);
        }
        Ok(Self::B24 {
            portal,
            path,
            spelling: PageSpelling::Web { secure },
        })
    }
}

/// The canonical link to the 1C object of an entity.
pub fn entity_link(portal: impl fmt::Display, entity: Entity) -> String {
    format!("hotstart://crm/{portal}/{}/{}", entity.entity_type, entity.id)
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Onec {
                base: Some(base), nav, ..
            } => write!(f, "hotstart://onec/{}/{nav}", base.encoded()),
            Self::Onec {
                base: None,
                address: Some(address),
                nav,
            } => write!(f, "{address}#{nav}"),
            Self::Onec {
                base: None,
                address: None,
                nav,
            } => write!(f, "{nav}"),
            Self::Crm { portal, entity } => f.write_str(&entity_link(portal, *entity)),
            Self::CrmNew { portal, entity, object } => write!(f, "{}/new/{object}", entity_link(portal, *entity)),
            Self::B24 { portal, path, spelling } => match spelling {
                PageSpelling::Hotstart => write!(f, "hotstart://b24/{portal}{path}"),
                PageSpelling::Web { secure } => write!(f, "{}{path}", portal.origin(*secure)),
                PageSpelling::Desktop => {
                    write!(
                        f,
                        "{}",
                        DesktopAddress {
                            portal: portal.clone(),
                            path: path.clone()
                        }
                    )
                }
            },
            Self::Settings { page: None } => f.write_str("hotstart://settings"),
            Self::Settings { page: Some(page) } => write!(f, "hotstart://settings/{page}"),
        }
    }
}

fn is_internal(decoded: &str) -> bool {
    decoded.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("e1cib/"))
}

/// A portal names its port if it is not 443; an http address leaves out 80, and 443 there is nobody's portal.
fn without_port_of_http(authority: &str, portal: Portal) -> Result<Portal, LinkRefused> {
    let port = authority
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse::<u16>().ok());
    match port {
        Some(443) => Err(LinkRefused::Portal),
        Some(80) => own::portal(portal.host()),
        Some(_) | None => Ok(portal),
    }
}
