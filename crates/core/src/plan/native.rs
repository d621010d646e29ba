//! The native client: which program, and how it is told the base.

use onec::launch::{Program, Target};
use onec::platforms::{Client, VersionMask, Wish, choose};
use onec::starter::DefaultVersion;
use onec::{Connect, ExternalLink, Launch, LaunchRefused, NavigationLink, System};

use super::base::{connect, same};
use super::facts::{Facts, Listed};
use crate::failure::{Code, Failure};
use crate::settings::{BaseSettings, WindowMode};

/// The line that opens a place of a base; its start page without a link.
pub(super) fn launch(
    base: &BaseSettings,
    nav: Option<&NavigationLink>,
    facts: &Facts,
    mode: Option<WindowMode>,
) -> Result<Launch, Failure> {
    let refused = |detail: String| {
        Failure::new(Code::LaunchRefused)
            .with("base", &base.name)
            .with("detail", detail)
    };
    let published = || base.publication.clone().map(|ws| Connect::Web { ws });
    let connect = connect(base, facts)
        .map_err(|why| refused(why.to_string()))?
        .or_else(published)
        .ok_or_else(|| Failure::new(Code::BaseUnlisted).with("base", &base.name))?;
    line(&connect, base.id.as_deref(), base.platform.as_deref(), nav, facts, mode)
        .map_err(|why| why.map_or_else(missing, |why| refused(why.to_string())))
}

/// The line for a base that only a link names: the handler of such links where the system has one, else a client.
pub(super) fn handed_over(link: &ExternalLink, facts: &Facts) -> Result<Launch, Failure> {
    let starter = facts.installed.starter.as_deref();
    let made = match starter {
        Some(starter) if facts.system == System::Windows => Launch::handler(facts.system, starter, link).map_err(Some),
        Some(_) | None => line(&Connect::from(&link.address), None, None, Some(&link.nav), facts, None),
    };
    made.map_err(|why| {
        why.map_or_else(missing, |why| {
            Failure::new(Code::LaunchRefused)
                .with("base", link.address.to_string())
                .with("detail", why.to_string())
        })
    })
}

/// Fails with `None` when there is no program of 1C.
fn line(
    connect: &Connect,
    id: Option<&str>,
    version: Option<&str>,
    nav: Option<&NavigationLink>,
    facts: &Facts,
    mode: Option<WindowMode>,
) -> Result<Launch, Option<LaunchRefused>> {
    // The base of this id comes first: two entries of the list may lead to one base.
    let leads_here = |listed: &&Listed| same(&listed.connect, connect);
    let mut entries = facts.listed.iter().filter(leads_here);
    let by_id = |listed: &&Listed| id.is_some() && listed.id.as_deref() == id;
    let entry = entries.clone().find(by_id).or_else(|| entries.next());
    let names = facts.listed.iter().map(|listed| listed.name.as_str());
    let target = match entry {
        Some(entry) => Target::choose(&entry.name, names, connect),
        None => Target::Connect(connect),
    };
    let program = program(version, entry, facts).ok_or(None)?;
    let mode = mode.map(|mode| match mode {
        WindowMode::Normal => onec::launch::WindowMode::Normal,
        WindowMode::Workplace => onec::launch::WindowMode::Workplace,
    });
    Launch::client(facts.system, &program, &target, nav, mode).map_err(Some)
}

/// The client of the version that the settings name, where it is installed; else the starter, which has its own rules;
/// else the client that the starter would choose.
fn program(version: Option<&str>, entry: Option<&Listed>, facts: &Facts) -> Option<Program> {
    let installed = &facts.installed;
    let usual = Wish {
        version: None,
        default_version: None,
        arch: None,
        client: Client::Thin,
    };
    let listed = entry.map_or(usual, |entry| entry.wish.clone());
    let client = |wish: &Wish, table: &[DefaultVersion]| {
        let chosen = choose(&installed.platforms, wish, table)?;
        let path = chosen.platform.program(wish.client)?.to_owned();
        Some((path, chosen.as_wished))
    };
    let pinned = version.and_then(VersionMask::parse).map(|mask| Wish {
        version: Some(mask),
        default_version: None,
        ..listed.clone()
    });
    if let Some(wish) = pinned
        && let Some((path, true)) = client(&wish, &[])
    {
        return Some(Program::Client { path, pinned: true });
    }
    let starter = installed.starter.clone().map(Program::Starter);
    let unpinned = || client(&listed, &facts.default_versions).map(|(path, _)| Program::Client { path, pinned: false });
    starter.or_else(unpinned)
}

fn missing() -> Failure {
    Failure::new(Code::PlatformMissing)
}
