//! The bases of this computer's lists as the settings window shows them: found by words, a page at most.
use std::collections::HashSet;

use onec::{Connect, Connection, Publication};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::plan::Listed;
use crate::settings::BaseSettings;

/// How many bases are shown at most: lists of ten thousand exist, and nobody scrolls through one.
pub const SHOWN: usize = 200;

/// What a search in the lists has found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListedBases {
    /// What was searched.
    pub text: String,
    /// The first [`SHOWN`] bases that were found, in the order of the lists.
    pub bases: Vec<ListedBase>,
    /// How many were found.
    pub found: u32,
    /// How many there are.
    pub total: u32,
}

/// One base of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListedBase {
    /// Its name in the list.
    pub name: String,
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Where it lives.
    pub kind: ListedKind,
    /// The folder, the servers with the name of the base, or the web address.
    pub address: String,
    /// It is in the settings already.
    pub known: bool,
}

/// Where a base lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ListedKind {
    /// In a folder.
    File,
    /// On a cluster of servers.
    Server,
    /// At a web address.
    Web,
}

impl ListedBases {
    /// The bases with all words of `text` in their names or addresses, in any case of letters.
    pub fn search(text: &str, listed: &[Listed], bases: &[BaseSettings]) -> Self {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let matches = |listed: &&Listed| {
            words.is_empty() || {
                let seen = format!("{}\n{}", listed.name, address(&listed.connect)).to_lowercase();
                words.iter().all(|word| seen.contains(word))
            }
        };
        let known = Known::of(bases);
        let mut found = listed.iter().filter(matches);
        let shown = found.by_ref().take(SHOWN).map(|listed| known.view(listed)).collect();
        let mut of = Self {
            text: text.to_owned(),
            bases: shown,
            found: 0,
            total: count(listed.len()),
        };
        of.found = count(of.bases.len() + found.count());
        of
    }
}

impl ListedBase {
    /// Whether this is how `listed` is shown.
    pub fn is(&self, listed: &Listed) -> bool {
        self.name == listed.name && self.id == listed.id && self.address == address(&listed.connect)
    }
}

/// What tells whether a base is in the settings: its id, or where it is.
struct Known {
    ids: HashSet<String>,
    places: HashSet<String>,
}

impl Known {
    fn of(bases: &[BaseSettings]) -> Self {
        let connected = |base: &BaseSettings| {
            let connection = Connection::parse(base.connect.as_deref()?).ok()?;
            Some(place(&connection.connect))
        };
        let published = |base: &BaseSettings| {
            Some(place(&Connect::Web {
                ws: base.publication.clone()?,
            }))
        };
        Self {
            ids: bases.iter().filter_map(|base| base.id.clone()).collect(),
            places: bases
                .iter()
                .flat_map(|base| [connected(base), published(base)])
                .flatten()
                .collect(),
        }
    }

    fn view(&self, listed: &Listed) -> ListedBase {
        let by_id = listed.id.as_ref().is_some_and(|id| self.ids.contains(id));
        ListedBase {
            name: listed.name.clone(),
            id: listed.id.clone(),
            kind: match listed.connect {
                Connect::File { .. } => ListedKind::File,
                Connect::Server { .. } => ListedKind::Server,
                Connect::Web { .. } => ListedKind::Web,
            },
            address: address(&listed.connect),
            known: by_id || self.places.contains(&place(&listed.connect)),
        }
    }
}

/// A place as people read it.
fn address(connect: &Connect) -> String {
    match connect {
        Connect::File { path } => path.clone(),
        Connect::Server { srvr, reference } => format!("{srvr}/{reference}"),
        Connect::Web { ws } => ws.clone(),
    }
}

/// A place as it is compared.
fn place(connect: &Connect) -> String {
    let Connect::Web { ws } = connect else {
        return connect.to_string().to_lowercase();
    };
    Publication::parse(ws).map_or_else(|_| ws.clone(), |publication| publication.to_string())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use onec::infobases::App;
    use onec::platforms::{Client, Wish};

    use super::*;

    fn listed(name: &str, id: Option<&str>, connect: &str) -> Listed {
        Listed {
            name: name.to_owned(),
            id: id.map(str::to_owned),
            connect: Connection::parse(connect).unwrap().connect,
            app: App::Auto,
            wish: Wish {
                version: None,
                default_version: None,
                arch: None,
                client: Client::Thin,
            },
        }
    }

    #[test]
    fn words_are_found_in_names_and_addresses() {
        let list = [
            listed("Бухгалтерия Север", None, r#"Srvr="srv-1c:1541";Ref="buh_north";"#),
            listed("Торговля", None, r#"File="C:\Bases\UT";"#),
            listed("Портал", None, r#"ws="https://1c.example.ru/ut";"#),
        ];
        let names = |text: &str| -> Vec<String> {
            let found = ListedBases::search(text, &list, &[]);
            assert_eq!(found.found as usize, found.bases.len());
            found.bases.into_iter().map(|base| base.name).collect()
        };
        assert_eq!(names(" "), ["Бухгалтерия Север", "Торговля", "Портал"]);
        assert_eq!(names("север БУХ"), ["Бухгалтерия Север"]);
        assert_eq!(names("srv-1c"), ["Бухгалтерия Север"]);
        assert_eq!(names("ut"), ["Торговля", "Портал"]);
        assert_eq!(names("ut bases"), ["Торговля"]);
        assert!(names("зарплата").is_empty());
    }

    #[test]
    fn a_base_of_the_settings_is_known_by_id_or_by_place() {
        let list = [
            listed(
                "по номеру",
                Some("5f2c1e0a-7d3b-4a53-9c64-6a2d7f0b1c11"),
                r#"File="/bases/1";"#,
            ),
            listed("по серверу", None, r#"Srvr="SRV";Ref="Buh";"#),
            listed("по адресу", None, r#"ws="https://1c.example.ru/ut/ru_RU/";"#),
            listed(
                "чужая",
                Some("00000000-7d3b-4a53-9c64-6a2d7f0b1c11"),
                r#"File="/bases/2";"#,
            ),
        ];
        let bases = [
            BaseSettings {
                id: list[0].id.clone(),
                ..BaseSettings::default()
            },
            BaseSettings {
                connect: Some(r#"Srvr="srv";Ref="buh";"#.to_owned()),
                publication: Some("https://1c.example.ru/ut".to_owned()),
                ..BaseSettings::default()
            },
        ];
        let found = ListedBases::search("", &list, &bases);
        let known: Vec<bool> = found.bases.iter().map(|base| base.known).collect();
        assert_eq!(known, [true, true, true, false]);
        let kinds: Vec<ListedKind> = found.bases.iter().map(|base| base.kind).collect();
        assert_eq!(
            kinds,
            [ListedKind::File, ListedKind::Server, ListedKind::Web, ListedKind::File]
        );
        assert_eq!(found.bases[1].address, "SRV/Buh");
    }

    #[test]
    fn of_a_long_list_a_page_is_shown_and_all_are_counted() {
        let list: Vec<Listed> = (0..10_000)
            .map(|number| listed(&format!("База {number}"), None, &format!(r#"File="/bases/{number}";"#)))
            .collect();
        let all = ListedBases::search("", &list, &[]);
        assert_eq!((all.bases.len(), all.found, all.total), (SHOWN, 10_000, 10_000));
        let some = ListedBases::search("база 99", &list, &[]);
        assert_eq!((some.bases.len(), some.found, some.total), (SHOWN, 280, 10_000));
        assert_eq!(some.bases[0].name, "База 99");
        assert!(all.bases[0].is(&list[0]) && !all.bases[0].is(&list[1]));
    }
}
