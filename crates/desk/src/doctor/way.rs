//! Which way leads best into a base, by what the other checks have seen.
use hotstart_core::doctor::{Check, Finding};
use hotstart_core::journal::JournalRecord;
use hotstart_core::settings::BaseSettings;
use hotstart_core::way_to_base::{BaseFacts, Fact, advise};

/// What the checks of the desk itself tell of every base.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DeskFacts {
    client_here: Fact,
    running: Fact,
    terminal: Fact,
}

impl DeskFacts {
    /// Reads them; `session` is what the system calls this session, where it does.
    pub(super) fn of(checks: &[Check], session: Option<&str>) -> Self {
        let has = |finding| checks.iter().any(|check| check.finding == finding);
        Self {
            client_here: if has(Finding::PlatformsFound) {
                Fact::Yes
            } else if has(Finding::PlatformsNone) {
                Fact::No
            } else {
                Fact::NotChecked
            },
            // Who polls is known only to the program that is polled.
            running: if has(Finding::InstanceStopped) {
                Fact::No
            } else {
                Fact::NotChecked
            },
            terminal: match session {
                Some(name) if name.starts_with("RDP-") || name.starts_with("ICA-") => Fact::Yes,
                Some(name) if name.eq_ignore_ascii_case("console") => Fact::No,
                Some(_) | None => Fact::NotChecked,
            },
        }
    }

    /// The same of this desk.
    pub(super) fn of_desk(checks: &[Check]) -> Self {
        Self::of(checks, std::env::var("SESSIONNAME").ok().as_deref())
    }
}

/// The advice for one base; `checks` are those of its publication.
pub(super) fn way_check(base: &BaseSettings, checks: &[Check], desk: DeskFacts, journal: &[JournalRecord]) -> Check {
    let facts = BaseFacts {
        client_here: desk.client_here,
        running: desk.running,
        terminal: desk.terminal,
        ..BaseFacts::gathered(base, checks, journal)
    };
    advise(&facts).check()
}

#[cfg(test)]
mod tests {
    use hotstart_core::texts::Language;

    use super::*;

    fn base() -> BaseSettings {
        BaseSettings {
            alias: "ut".to_owned(),
            connect: Some("File=\"C:\\Bases\\UT\";".to_owned()),
            ..BaseSettings::default()
        }
    }

    #[test]
    fn the_desk_tells_of_clients_and_of_its_session() {
        let checks = [Finding::PlatformsFound, Finding::InstanceStopped].map(Check::new);
        let desk = DeskFacts::of(&checks, Some("RDP-Tcp#3"));
        assert_eq!(
            (desk.client_here, desk.running, desk.terminal),
            (Fact::Yes, Fact::No, Fact::Yes)
        );
        let desk = DeskFacts::of(&[Check::new(Finding::PlatformsNone)], None);
        assert_eq!(
            (desk.client_here, desk.running, desk.terminal),
            (Fact::No, Fact::NotChecked, Fact::NotChecked)
        );
    }

    #[test]
    fn a_file_base_on_a_terminal_server_is_told_to_poll() {
        let desk = DeskFacts::of(&[Check::new(Finding::PlatformsFound)], Some("RDP-Tcp#3"));
        let check = way_check(&base(), &[Check::new(Finding::AddressNone)], desk, &[]);
        assert_eq!(check.finding, Finding::WayPolling);
        let view = check.view(Language::Ru);
        assert!(view.evidence.contains("терминального сервера"), "{}", view.evidence);
        assert!(view.evidence.contains("отсюда не видно"), "{}", view.evidence);
    }
}
