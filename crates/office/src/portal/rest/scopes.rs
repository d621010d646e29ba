//! Which scope a method needs. A method without an entry does not exist.

use crate::portal::{crm, messenger, offline};

/// Methods that every authorised caller may call.
const BASIC: [&str; 13] = [
    "profile",
    "app.info",
    "server.time",
    "scope",
    "methods",
    "method.get",
    "batch",
    "feature.get",
    "events",
    "event.bind",
    "event.unbind",
    "event.get",
    "user.admin",
];

/// What a method needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing.
    Basic,
    /// One of these.
    AnyOf(&'static [&'static str]),
}

impl Scope {
    /// Whether these scopes are enough.
    pub(crate) fn within(self, granted: &[String]) -> bool {
        match self {
            Self::Basic => true,
            Self::AnyOf(names) => names.iter().any(|name| granted.iter().any(|scope| scope == name)),
        }
    }
}

/// The scope of a method that exists.
pub(crate) fn scope_of(method: &str) -> Option<Scope> {
    if BASIC.contains(&method) || offline::METHODS.contains(&method) {
        return Some(Scope::Basic);
    }
    match method {
        "user.current" | "user.get" => Some(Scope::AnyOf(&["user", "user_brief", "user_basic"])),
        "pull.config.get" | "pull.channel.public.get" | "pull.channel.public.list" => {
            Some(Scope::AnyOf(&["pull_channel"]))
        }
        "pull.application.config.get" | "pull.application.event.add" | "pull.watch.extend" => {
            Some(Scope::AnyOf(&["pull"]))
        }
        _ if method.starts_with("userfieldconfig.") && crm::exists(method) => Some(Scope::AnyOf(&["userfieldconfig"])),
        _ if messenger::METHODS.contains(&method) => Some(Scope::AnyOf(&["im"])),
        _ if crm::exists(method) => Some(Scope::AnyOf(&["crm"])),
        _ => None,
    }
}
