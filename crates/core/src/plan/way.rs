//! The ways to a place of a base, in their order.

use onec::{Launch, NavigationLink};

use super::facts::Facts;
use super::place::{Place, place, place_in};
use super::{Desk, native};
use crate::failure::{Code, Failure};
use crate::settings::{BaseSettings, Method, default_methods};

/// One way to a place of a base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A native client that is attached to the bridge goes there.
    Running {
        /// The canonical navigation link.
        nav: String,
    },
    /// The warm window goes there; one is made if there is none.
    Hot {
        /// Where.
        place: Place,
    },
    /// A window is made for this link.
    Cold {
        /// Where.
        place: Place,
    },
    /// A program of 1C is started.
    Native {
        /// Which, with its arguments.
        launch: Launch,
    },
    /// The default browser opens an address.
    Browser {
        /// The address.
        address: String,
    },
}

impl Way {
    /// The word for it in reports and in the journal.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Running { .. } => "running",
            Self::Hot { .. } => "hot",
            Self::Cold { .. } => "cold",
            Self::Native { .. } => "native",
            Self::Browser { .. } => "browser",
        }
    }
}

/// The ways that can be gone from here: one at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// The choice.
    pub first: Way,
    /// What is tried next, in this order.
    pub rest: Vec<Way>,
}

impl Ways {
    /// The ways of a list, if there is any.
    pub(super) fn of(ways: impl IntoIterator<Item = Way>) -> Option<Self> {
        let mut ways = ways.into_iter();
        let first = ways.next()?;
        Some(Self {
            first,
            rest: ways.collect(),
        })
    }

    /// All of them in order.
    pub fn all(self) -> impl Iterator<Item = Way> {
        std::iter::once(self.first).chain(self.rest)
    }
}

/// The ways to the start page of a base: a window that stays and the native client, in the order of its methods. Fails
/// for the reason of the first choice if there is none.
pub fn start(base: &BaseSettings, facts: &Facts) -> Result<Ways, Failure> {
    let mut failure = None;
    let mut found = Vec::new();
    for method in methods(None, base) {
        let way = match method {
            // A client that is open already has a start page; nobody wants it thrown there.
            Method::Running => continue,
            Method::Native => native::launch(base, None, facts, None).map(|launch| Way::Native { launch }),
            Method::Hot | Method::Cold | Method::Browser => place(base, None).map(|place| Way::Hot { place }),
        };
        match way {
            Ok(way) if found.contains(&way) => {}
            Ok(way) => found.push(way),
            Err(why) => failure = failure.or(Some(why)),
        }
    }
    one_at_least(found, failure, base)
}

/// The ways of a base; fails for the reason of the first choice if there is none.
pub(super) fn ways(desk: Desk<'_>, base: &BaseSettings, nav: &NavigationLink) -> Result<Ways, Failure> {
    let mut failure = None;
    let mut found = Vec::new();
    for method in methods(desk.wish.method, base) {
        let open = method == Method::Native && desk.facts.running.contains(&base.alias);
        let before = open.then(|| Way::Running { nav: nav.to_string() });
        found.extend(before.filter(|way| !found.contains(way)));
        match way(desk, base, nav, method) {
            Ok(way) if found.contains(&way) => {}
            Ok(way) => found.push(way),
            Err(why) => failure = failure.or(Some(why)),
        }
    }
    one_at_least(found, failure, base)
}

fn one_at_least(found: Vec<Way>, failure: Option<Failure>, base: &BaseSettings) -> Result<Ways, Failure> {
    let none = || failure.unwrap_or_else(|| Failure::new(Code::BaseUnpublished).with("base", &base.name));
    Ways::of(found).ok_or_else(none)
}

pub(super) fn way(desk: Desk<'_>, base: &BaseSettings, nav: &NavigationLink, method: Method) -> Result<Way, Failure> {
    let mode = desk.wish.mode;
    Ok(match method {
        Method::Running if desk.facts.running.contains(&base.alias) => Way::Running { nav: nav.to_string() },
        Method::Running => return Err(Failure::new(Code::ClientMissing).with("base", &base.name)),
        Method::Hot => Way::Hot {
            place: place_in(base, Some(nav), mode.unwrap_or(base.window_mode))?,
        },
        Method::Cold => Way::Cold {
            place: place_in(base, Some(nav), mode.unwrap_or(base.cold_window_mode))?,
        },
        Method::Native => Way::Native {
            launch: native::launch(base, Some(nav), desk.facts, mode)?,
        },
        Method::Browser => Way::Browser {
            address: place_in(base, Some(nav), mode.unwrap_or(base.window_mode))?.address,
        },
    })
}

/// The wished method, then those of the base, each once.
fn methods(wished: Option<Method>, base: &BaseSettings) -> Vec<Method> {
    let usual = if base.methods.is_empty() {
        default_methods()
    } else {
        base.methods.clone()
    };
    let mut methods = Vec::new();
    for method in wished.into_iter().chain(usual) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods
}
