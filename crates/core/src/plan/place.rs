//! A place of a base in the web client.

use onec::{NavigationLink, Publication};

use crate::failure::{Code, Failure};
use crate::settings::{BaseSettings, WindowMode};

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

/// The place of a base that a navigation link names, as the warm window and the browser show it; fails for a base
/// without a publication.
pub fn place(base: &BaseSettings, nav: Option<&NavigationLink>) -> Result<Place, Failure> {
    place_in(base, nav, base.window_mode)
}

/// The place in a window of this mode.
pub(super) fn place_in(base: &BaseSettings, nav: Option<&NavigationLink>, mode: WindowMode) -> Result<Place, Failure> {
    let unpublished = || Failure::new(Code::BaseUnpublished).with("base", &base.name);
    let publication = base.publication.as_deref().ok_or_else(unpublished)?;
    let publication =
        Publication::parse(publication).map_err(|_| Failure::new(Code::PublicationInvalid).with("base", &base.name))?;
    if !publication.is_secure() && !publication.is_loopback() && !base.intranet {
        return Err(Failure::new(Code::AddressInsecure).with("address", publication.origin()));
    }
    let plain = publication.browser_url(None, nav);
    let (page, fragment) = plain.split_once('#').unwrap_or((&plain, ""));
    let mode = match mode {
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
