//! Bases of the settings: checked before they are kept, and taken over from the lists of this computer.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::plan::Listed;
use hotstart_core::settings::{BaseSettings, Method, Settings, valid_alias};
use hotstart_core::view::{ListedBase, ListedBases, Page};
use onec::platforms::VersionMask;
use onec::{Connect, Connection, Publication};

use crate::controller::Controller;

/// How many characters of a name become an alias: room is left for a number.
const ALIAS_CHARS: usize = 100;

impl Controller {
    /// What the lists of this computer hold, as far as the page in front shows it.
    pub(crate) fn listed_bases(&self) -> ListedBases {
        let state = &self.state;
        if state.page != Page::Bases {
            return ListedBases::default();
        }
        ListedBases::search(&state.listed_search, &state.onec.listed, &state.settings.bases)
    }

    /// Adds a base, or changes the one that was called `previous`.
    pub(super) fn save_base(&mut self, previous: Option<&str>, mut base: BaseSettings) -> Result<(), Failure> {
        base.alias = base.alias.trim().into();
        if base.name.trim().is_empty() {
            base.name.clone_from(&base.alias);
        }
        check(&mut base)?;
        let alias = base.alias.clone();
        let settings = &mut self.state.settings;
        let taken = settings
            .base(&base.alias)
            .is_some_and(|known| Some(known.alias.as_str()) != previous);
        if taken || !valid_alias(&base.alias) {
            return Err(Failure::new(Code::AliasInvalid).with("alias", base.alias));
        }
        let before = previous.and_then(|alias| settings.bases.iter().find(|known| known.alias == alias));
        // A window of the former place or name would take links that are not its own.
        let moved = before.is_some_and(|known| known.alias != base.alias || known.publication != base.publication);
        // A password belongs to its publication: it must never be sent to another one.
        let left = before.filter(|known| known.publication != base.publication).cloned();
        if left.is_some() {
            base.service_user = None;
        }
        if let Some(previous) = previous.filter(|previous| *previous != base.alias) {
            settings.rename_in_mappings(previous, Some(&base.alias));
        }
        for portal in &mut settings.portals {
            if portal.base.is_some() && portal.base.as_deref() == previous {
                portal.base = Some(base.alias.clone());
            }
        }
        match settings
            .bases
            .iter_mut()
            .find(|known| Some(known.alias.as_str()) == previous)
        {
            Some(known) => *known = base,
            None => settings.bases.push(base),
        }
        if let Some(left) = left {
            self.forget_password(&left);
        }
        if let Some(alias) = previous.filter(|_| moved) {
            self.release_base(alias);
        }
        if let Some(previous) = previous.filter(|previous| *previous != alias) {
            self.rename_in_relay(previous, Some(&alias));
            self.unpair_base(previous, Some(alias), None);
        }
        self.save_settings();
        Ok(())
    }

    /// Forgets a base; its session ends, and no portal names it any more.
    pub(super) fn remove_base(&mut self, alias: &str) {
        self.release_base(alias);
        if let Some(base) = self.state.settings.base(alias).cloned() {
            self.forget_password(&base);
        }
        let settings = &mut self.state.settings;
        settings.bases.retain(|base| base.alias != alias);
        settings.rename_in_mappings(alias, None);
        for portal in &mut settings.portals {
            portal.base.take_if(|base| base == alias);
        }
        self.rename_in_relay(alias, None);
        self.unpair_base(alias, None, None);
        self.save_settings();
    }

    /// Adds a base of the lists under a name that links may use; one that is there already stays as it is.
    pub(super) fn add_listed(&mut self, shown: &ListedBase) -> Result<(), Failure> {
        let gone = || Failure::new(Code::BaseUnlisted).with("base", &shown.name);
        let mut found = self.state.onec.listed.iter().filter(|listed| shown.is(listed));
        let listed = found.next().ok_or_else(gone)?.clone();
        let settings = &mut self.state.settings;
        let one = std::slice::from_ref(&listed);
        let known = ListedBases::search("", one, &settings.bases);
        if known.bases.iter().any(|base| base.known) {
            return Ok(());
        }
        let base = base_of(&listed, settings);
        settings.bases.push(base);
        self.save_settings();
        Ok(())
    }
}

/// The settings of a listed base. An address that is no publication leaves the native client, which may know better.
fn base_of(listed: &Listed, settings: &Settings) -> BaseSettings {
    let mut base = listed.base();
    base.alias = free_alias(&base.name, settings);
    if let Some(Ok(publication)) = base.publication.as_deref().map(Publication::parse) {
        base.intranet = base.intranet && !publication.is_secure() && !publication.is_loopback();
        base.publication = Some(publication.to_string());
    } else {
        (base.publication, base.intranet) = (None, false);
        base.methods = vec![Method::Native];
    }
    base
}

/// A name for links that is near to `name` and not taken.
fn free_alias(name: &str, settings: &Settings) -> String {
    let allowed = |c: char| c.is_alphanumeric() || "_(«№ -.,+)»".contains(c);
    let replaced: String = name.chars().map(|c| if allowed(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = replaced.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(ALIAS_CHARS).collect();
    let near = short
        .trim_start_matches(|c: char| !valid_alias(c.encode_utf8(&mut [0; 4])))
        .trim_end();
    let near = if near.is_empty() { "base" } else { near };
    let numbered = (2..).map(|number| format!("{near} {number}"));
    let free = |alias: &String| settings.base(alias).is_none();
    std::iter::once(near.to_owned())
        .chain(numbered)
        .find(free)
        .unwrap_or_default()
}

/// Brings a base into the form in which it is kept, or says what does not fit.
fn check(base: &mut BaseSettings) -> Result<(), Failure> {
    base.publication = match given(base.publication.as_ref()) {
        Some(address) => Some(publication(address, base.intranet)?),
        None => None,
    };
    base.connect = match given(base.connect.as_ref()) {
        Some(text) => Some(connect(text)?),
        None => None,
    };
    base.platform = match given(base.platform.as_ref()) {
        Some(text) => {
            let mask = VersionMask::parse(text).ok_or_else(|| Failure::new(Code::PlatformInvalid))?;
            Some(mask.to_string())
        }
        None => None,
    };
    if base.publication.is_some() {
        return Ok(());
    }
    if base
        .methods
        .iter()
        .any(|method| !matches!(method, Method::Native | Method::Running))
    {
        return Err(Failure::new(Code::BaseUnpublished).with("base", &base.name));
    }
    if base.connect.is_none() && base.id.is_none() {
        return Err(Failure::new(Code::BaseUnlisted).with("base", &base.name));
    }
    Ok(())
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn publication(address: &str, intranet: bool) -> Result<String, Failure> {
    let publication = Publication::parse(address).map_err(|_| Failure::new(Code::PublicationInvalid))?;
    if !publication.is_secure() && !intranet && !publication.is_loopback() {
        return Err(Failure::new(Code::AddressInsecure).with("address", publication.origin()));
    }
    Ok(publication.to_string())
}

/// The address out of a connection string. Its other parts change nothing here and are not kept, for some are secret.
fn connect(text: &str) -> Result<String, Failure> {
    let invalid = || Failure::new(Code::ConnectInvalid);
    let connection = Connection::parse(text).map_err(|_| invalid())?;
    if connection.other.iter().any(|(key, _)| is_login(key)) {
        return Err(Failure::new(Code::ConnectLogin));
    }
    if let Connect::Web { ws } = &connection.connect {
        use onec::PublicationRefused::{Encoding, Host, Path, Query, Scheme, User};
        Publication::parse(ws).map_err(|why| match why {
            User | Query => Failure::new(Code::ConnectLogin),
            Scheme | Host | Path | Encoding => invalid(),
        })?;
    }
    Ok(connection.connect.to_string())
}

/// User names and passwords: of the base, of its web server, of a proxy.
fn is_login(key: &str) -> bool {
    ["Usr", "Pwd", "wsn", "wsp", "wspuser", "wsppwd"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(key))
}
