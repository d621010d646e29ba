//! A link to an object that a person has pasted: which base it means.
use super::candidates::place_in;
use crate::failure::{Code, Failure};
use crate::link::{Link, LinkRefused};
use crate::plan::{base_at, base_of_portal};
use crate::settings::{BaseSettings, Settings};

/// The base of a pasted link and the link as candidates have it. One that names no base means that of the portal it is
/// pasted for, else the only one there is.
pub fn pasted<'a>(
    text: &str,
    portal: Option<&str>,
    settings: &'a Settings,
) -> Result<(&'a BaseSettings, Link), Failure> {
    let refused = |why: LinkRefused| Failure::new(Code::LinkRefused).finer(why.code());
    let unknown = |base: &str| Failure::new(Code::BaseUnknown).with("base", base);
    let Link::Onec { base, address, nav } = Link::parse(text).map_err(refused)? else {
        return Err(refused(LinkRefused::Scheme));
    };
    let found = match (&base, &address, portal) {
        (Some(alias), ..) => settings.base(alias.as_str()).ok_or_else(|| unknown(alias.as_str()))?,
        (None, Some(address), _) => base_at(address, settings).ok_or_else(|| unknown(&address.to_string()))?,
        (None, None, portal) => {
            let of_portal = match (portal, settings.bases.as_slice()) {
                (Some(portal), _) => settings
                    .portal(portal)
                    .and_then(|portal| base_of_portal(portal, settings)),
                (None, [only]) => Some(only),
                (None, _) => None,
            };
            let unmapped = || Failure::new(Code::BaseUnmapped).with("portal", portal.unwrap_or_default());
            of_portal.ok_or_else(unmapped)?
        }
    };
    let link = place_in(found, nav).ok_or_else(|| unknown(&found.alias))?;
    Ok((found, link))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::PortalSettings;

    const PLACE: &str = "e1cib/list/Документ.Заказ";

    fn settings(bases: &[&str]) -> Settings {
        let base = |alias: &&str| BaseSettings {
            alias: (*alias).to_owned(),
            publication: Some(format!("https://1c.example.ru/{alias}")),
            ..BaseSettings::default()
        };
        Settings {
            bases: bases.iter().map(base).collect(),
            portals: vec![PortalSettings {
                portal: "p.example".to_owned(),
                base: Some("ut".to_owned()),
                ..PortalSettings::default()
            }],
            ..Settings::default()
        }
    }

    #[test]
    fn a_link_means_the_base_that_it_names_or_the_one_of_its_portal() {
        let two = settings(&["ut", "bp"]);
        let at = |address: &str| format!("{address}#{PLACE}");
        for (text, portal, expected) in [
            (format!("hotstart://onec/bp/{PLACE}"), Some("p.example"), Ok("bp")),
            (at("https://1c.example.ru/bp/"), None, Ok("bp")),
            (PLACE.to_owned(), Some("p.example"), Ok("ut")),
            (PLACE.to_owned(), None, Err("base.unmapped")),
            (PLACE.to_owned(), Some("other.example"), Err("base.unmapped")),
            (format!("hotstart://onec/erp/{PLACE}"), None, Err("base.unknown")),
            (at("https://1c.example.ru/erp/"), None, Err("base.unknown")),
            ("hotstart://settings".to_owned(), None, Err("link.refused.scheme")),
        ] {
            let found = pasted(&text, portal, &two).map(|(base, link)| {
                assert_eq!(link.canonical(), format!("hotstart://onec/{}/{PLACE}", base.alias));
                base.alias.as_str()
            });
            assert_eq!(
                found.map_err(|failure| failure.code_text()),
                expected,
                "{text} {portal:?}"
            );
        }
        assert_eq!(pasted(PLACE, None, &settings(&["ut"])).unwrap().0.alias, "ut");
    }
}
