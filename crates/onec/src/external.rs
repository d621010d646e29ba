//! External links: the address of a base and a place in it, `<address>#<navigation link>`.

use std::fmt;

use crate::encoding::{decode, encode_segment};
use crate::host::host_and_port;
use crate::navigation::{NavRefused, NavigationLink};
use crate::publication::{Publication, PublicationRefused};

/// The address of a base as an external link states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// `e1c://server/<cluster>[:port]/<infobase>`: a base of a cluster of servers.
    Server {
        /// The host of the cluster, in lower case.
        host: String,
        /// The port of the cluster, if the link states one.
        port: Option<u16>,
        /// The name of the infobase in the cluster, as given.
        infobase: String,
    },
    /// `e1c://filev/<drive letter>/<folders>/`: a file base on a drive of Windows.
    File {
        /// The drive letter, in upper case.
        drive: char,
        /// The folders from the root of the drive down to the base.
        folders: Vec<String>,
    },
    /// `https://host/base/`: a publication. Both spellings with and without the slash before `#` are in use and kept.
    Web {
        /// The publication.
        publication: Publication,
        /// A slash stands between the publication and `#`.
        slash: bool,
    },
}

/// A place in a base that is named by its address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExternalLink {
    /// Which base.
    pub address: Address,
    /// Which place in it.
    pub nav: NavigationLink,
}

/// Why a text is no external link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExternalRefused {
    /// Neither `e1c://server/`, `e1c://filev/`, nor an http address; other kinds of `e1c://` are not known well enough.
    #[error("not an address of a base")]
    Scheme,
    /// A user name or a password stands in the address.
    #[error("an address must not hold a user name or a password")]
    User,
    /// The address of the base is not valid.
    #[error("the address of the base is not valid")]
    Address,
    /// The publication is not valid.
    #[error(transparent)]
    Publication(#[from] PublicationRefused),
    /// The place in the base is missing or not valid.
    #[error(transparent)]
    Nav(#[from] NavRefused),
}

impl ExternalLink {
    /// Reads `<address>#<navigation link>`; the address alone is refused.
    pub fn parse(text: &str) -> Result<Self, ExternalRefused> {
        let (address, nav) = text.split_once('#').unwrap_or((text, ""));
        let address = Address::parse(address)?;
        Ok(Self {
            address,
            nav: NavigationLink::parse(nav)?,
        })
    }
}

impl Address {
    /// Reads an address without the part behind `#`.
    pub fn parse(text: &str) -> Result<Self, ExternalRefused> {
        let Some(rest) = strip_e1c(text) else {
            let slash = text.ends_with('/');
            return match Publication::parse(text) {
                Ok(publication) => Ok(Self::Web { publication, slash }),
                Err(PublicationRefused::Scheme) => Err(ExternalRefused::Scheme),
                Err(PublicationRefused::User) => Err(ExternalRefused::User),
                Err(why) => Err(why.into()),
            };
        };
        let mut parts = Vec::new();
        for part in rest.split('/') {
            parts.push(decode(part).map_err(|_| ExternalRefused::Address)?);
        }
        // A slash at the end is usual for folders and harmless elsewhere.
        if parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        let (kind, rest) = parts.split_first().ok_or(ExternalRefused::Scheme)?;
        if kind.eq_ignore_ascii_case("server") {
            server(rest)
        } else if kind.eq_ignore_ascii_case("filev") {
            file(rest)
        } else {
            Err(ExternalRefused::Scheme)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server { host, port, infobase } => {
                write!(f, "e1c://server/{host}")?;
                if let Some(port) = port {
                    write!(f, ":{port}")?;
                }
                write!(f, "/{}", encode_segment(infobase))
            }
            Self::File { drive, folders } => {
                write!(f, "e1c://filev/{drive}/")?;
                folders
                    .iter()
                    .try_for_each(|folder| write!(f, "{}/", encode_segment(folder)))
            }
            Self::Web { publication, slash } => write!(f, "{publication}{}", if *slash { "/" } else { "" }),
        }
    }
}

impl fmt::Display for ExternalLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.address, self.nav)
    }
}

fn strip_e1c(text: &str) -> Option<&str> {
    text.get(..6)
        .filter(|head| head.eq_ignore_ascii_case("e1c://"))
        .map(|_| &text[6..])
}

fn server(parts: &[String]) -> Result<Address, ExternalRefused> {
    let [cluster, infobase] = parts else {
        return Err(ExternalRefused::Address);
    };
    if cluster.contains('@') {
        return Err(ExternalRefused::User);
    }
    let (host, port) = host_and_port(cluster).ok_or(ExternalRefused::Address)?;
    let fits = infobase.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && infobase.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if !fits {
        return Err(ExternalRefused::Address);
    }
    Ok(Address::Server {
        host,
        port,
        infobase: infobase.clone(),
    })
}

fn file(parts: &[String]) -> Result<Address, ExternalRefused> {
    let (drive, folders) = parts.split_first().ok_or(ExternalRefused::Address)?;
    let drive = match drive.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => char::from(letter.to_ascii_uppercase()),
        _ => return Err(ExternalRefused::Address),
    };
    if !folders.iter().all(|folder| is_folder(folder)) {
        return Err(ExternalRefused::Address);
    }
    Ok(Address::File {
        drive,
        folders: folders.to_vec(),
    })
}

/// What may stand in the name of a folder and is safe wherever the path is printed later.
fn is_folder(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with([' ', '-'])
        && !name.ends_with([' ', '.'])
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.,()[]{}!+=@#№ ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAV: &str = "e1cib/list/Справочник.Контрагенты";

    fn canonical(address: &str) -> Result<String, ExternalRefused> {
        let link = ExternalLink::parse(&format!("{address}#{NAV}"))?;
        Ok(link.to_string().replace(&format!("#{NAV}"), ""))
    }

    #[test]
    fn addresses_have_one_spelling() {
        for (given, expected) in [
            ("e1c://server/srv-1c:3541/ERP_MES1", "e1c://server/srv-1c:3541/ERP_MES1"),
            ("E1C://Server/10.8.10.7/УТ", "e1c://server/10.8.10.7/УТ"),
            (
                "e1c://server/S2016.Forma.Local/forma/",
                "e1c://server/s2016.forma.local/forma",
            ),
            ("e1c://server/localhost/%D0%A3%D0%A2", "e1c://server/localhost/УТ"),
            ("e1c://filev/e/Bases/Моя%20база/", "e1c://filev/E/Bases/Моя%20база/"),
            ("e1c://filev/E/Bases/Моя база", "e1c://filev/E/Bases/Моя%20база/"),
            ("e1c://filev/D/", "e1c://filev/D/"),
            ("HTTPS://Host/Base/ru_RU/", "https://host/Base/"),
            ("https://host/base", "https://host/base"),
        ] {
            assert_eq!(canonical(given).as_deref(), Ok(expected), "{given}");
            assert_eq!(canonical(expected).as_deref(), Ok(expected), "again: {expected}");
        }
    }

    #[test]
    fn refuses() {
        for (given, why) in [
            ("e1c://ws/host/base", ExternalRefused::Scheme),
            ("e1c://file/C/base", ExternalRefused::Scheme),
            ("e1c://", ExternalRefused::Scheme),
            ("e1c:/server/a/b", ExternalRefused::Scheme),
            ("e1c://server", ExternalRefused::Address),
            ("e1c://server/host", ExternalRefused::Address),
            ("e1c://server/host/base/e1cib", ExternalRefused::Address),
            ("e1c://server/host/base\" /N admin", ExternalRefused::Address),
            ("e1c://server/host/base%20%2FExecute", ExternalRefused::Address),
            ("e1c://server/host/-base", ExternalRefused::Address),
            ("e1c://server/user:pw@host/base", ExternalRefused::User),
            ("e1c://server/srv;backup/base", ExternalRefused::Address),
            ("e1c://filev/CC/base", ExternalRefused::Address),
            ("e1c://filev//host/share", ExternalRefused::Address),
            ("e1c://filev/C/../Windows", ExternalRefused::Address),
            ("e1c://filev/C/a%5Cb", ExternalRefused::Address),
            ("e1c://filev/C/a\\b", ExternalRefused::Address),
            ("https://u:p@host/base", ExternalRefused::User),
            (
                "https://host/base?P=x",
                ExternalRefused::Publication(PublicationRefused::Query),
            ),
        ] {
            assert_eq!(canonical(given), Err(why), "{given}");
        }
        assert_eq!(
            ExternalLink::parse("e1c://server/host/base"),
            Err(ExternalRefused::Nav(NavRefused::Empty))
        );
        assert_eq!(
            ExternalLink::parse("https://host/base#"),
            Err(ExternalRefused::Nav(NavRefused::Empty))
        );
    }
}
