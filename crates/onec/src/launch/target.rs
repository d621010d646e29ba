//! How a launch line names its base.

use super::value;
use crate::connection::Connect;

/// The base of a launch line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// By its name in the starter's list; only for a name that [`is_named_once`].
    Named(&'a str),
    /// By its connection string.
    Connect(&'a Connect),
}

impl<'a> Target<'a> {
    /// The name where the starter finds this base by it, else the connection string.
    pub fn choose<'n>(name: &'a str, listed: impl IntoIterator<Item = &'n str>, connect: &'a Connect) -> Self {
        if is_named_once(name, listed) {
            Self::Named(name)
        } else {
            Self::Connect(connect)
        }
    }
}

/// Whether `/IBName` finds exactly this base in the list: a name that is not there opens the window of choice, one that
/// is there twice (case does not count) stops with a message, and one with a slash is taken for a path.
pub fn is_named_once<'n>(name: &str, listed: impl IntoIterator<Item = &'n str>) -> bool {
    let wanted = name.to_lowercase();
    let mut same = listed.into_iter().filter(|known| known.to_lowercase() == wanted);
    value::name(name).is_ok() && same.next().is_some() && same.next().is_none()
}
