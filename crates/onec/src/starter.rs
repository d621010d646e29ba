//! Settings of the 1C starter: `1cestart.cfg` and the company's `1cescmn.cfg`.
//!
//! Bytes of a file go through [`text_of`] and come out as [`StarterSettings`]; what several files say is put together
//! with [`StarterSettings::extend`] in the order of the administrator guide (company, computer, user). Paths stay as
//! written: only the desk knows the folders that relative paths and `%VARIABLES%` mean.

use crate::platforms::{ArchWish, VersionMask};

mod text;

pub use text::text_of;

/// What one or more configuration files of the starter say; keys are read in any case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StarterSettings {
    /// `CommonInfoBases`: lists of shared infobases, as written.
    pub common_infobases: Vec<String>,
    /// `CommonCfgLocation`: further configuration files, as written.
    pub common_cfg: Vec<String>,
    /// `InstalledLocation`: folders that hold installed versions, as written.
    pub installed: Vec<String>,
    /// `DefaultVersion`: which version stands for a mask.
    pub default_versions: Vec<DefaultVersion>,
    /// All other keys and values, as written.
    pub extra: Vec<(String, String)>,
}

/// One line `DefaultVersion=<mask>[-<replacement>][;<architecture>]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultVersion {
    /// The version a base asks for; without a replacement, the version for bases that ask for none.
    pub mask: VersionMask,
    /// What it gets instead: a full version or again a mask.
    pub replacement: Option<VersionMask>,
    /// The architecture to prefer.
    pub arch: Option<ArchWish>,
}

impl StarterSettings {
    /// Reads the text of one file. Lines that are no `key=value` are passed over.
    pub fn parse(text: &str) -> Self {
        let mut settings = Self::default();
        for line in text.split(['\r', '\n']).map(str::trim) {
            let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(';')) else {
                continue;
            };
            settings.put(key.trim(), unquoted(value.trim()));
        }
        settings
    }

    /// Adds what a further file says behind what is known.
    pub fn extend(&mut self, other: Self) {
        self.common_infobases.extend(other.common_infobases);
        self.common_cfg.extend(other.common_cfg);
        self.installed.extend(other.installed);
        self.default_versions.extend(other.default_versions);
        self.extra.extend(other.extra);
    }

    fn put(&mut self, key: &str, value: &str) {
        let paths = match key.to_ascii_lowercase().as_str() {
            "commoninfobases" => &mut self.common_infobases,
            "commoncfglocation" => &mut self.common_cfg,
            "installedlocation" => &mut self.installed,
            "defaultversion" => {
                match DefaultVersion::parse(value) {
                    Some(version) => self.default_versions.push(version),
                    None => self.extra.push((key.to_owned(), value.to_owned())),
                }
                return;
            }
            _ => {
                self.extra.push((key.to_owned(), value.to_owned()));
                return;
            }
        };
        paths.extend(paths_of(value).map(str::to_owned));
    }
}

impl DefaultVersion {
    /// Reads `<mask>[-<replacement>][;<architecture>]`; an unknown architecture is passed over, a broken version is not.
    pub fn parse(text: &str) -> Option<Self> {
        let (versions, arch) = text.split_once(';').unwrap_or((text, ""));
        let (mask, replacement) = match versions.split_once('-') {
            Some((mask, replacement)) => (mask, Some(VersionMask::parse(replacement.trim())?)),
            None => (versions, None),
        };
        Some(Self {
            mask: VersionMask::parse(mask.trim())?,
            replacement,
            arch: ArchWish::parse(arch.trim()),
        })
    }
}

/// One path, or several lists on one line as some administrators write them; a comma may also be part of a name.
fn paths_of(value: &str) -> impl Iterator<Item = &str> {
    let is_list = |path: &str| {
        let tail = path.len().saturating_sub(4);
        path.get(tail..).is_some_and(|end| end.eq_ignore_ascii_case(".v8i"))
    };
    let pieces: Vec<&str> = value.split(',').map(|piece| unquoted(piece.trim())).collect();
    let pieces = if pieces.iter().all(|piece| is_list(piece)) {
        pieces
    } else {
        vec![value]
    };
    pieces.into_iter().filter(|path| !path.is_empty())
}

fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_guide() {
        let settings = StarterSettings::parse(
            "DefaultVersion=8.2-8.2.16\r\nDefaultVersion=8.3-8.3.3;x86_64\r\ncommoncfglocation=\\\\Server\\v8\\1cescmn.cfg\r\n\
             CommonInfoBases=\\\\Server\\common\\list.v8i\r\nCommonInfoBases = \"C:\\my lists\\b.v8i\"\r\n; note=x\r\n\r\n\
             InstalledLocation=C:\\Program Files\\1cv8\r\nInstallComponents=DESIGNERALLCLIENTS=1 THINCLIENT=1\r\nUseHwLicenses=0\r\n",
        );
        assert_eq!(
            settings.common_infobases,
            [r"\\Server\common\list.v8i", r"C:\my lists\b.v8i"]
        );
        assert_eq!(settings.common_cfg, [r"\\Server\v8\1cescmn.cfg"]);
        assert_eq!(settings.installed, [r"C:\Program Files\1cv8"]);
        let versions: Vec<_> = settings
            .default_versions
            .iter()
            .map(|line| {
                (
                    line.mask.to_string(),
                    line.replacement.as_ref().map(ToString::to_string),
                    line.arch,
                )
            })
            .collect();
        assert_eq!(
            versions,
            [
                ("8.2".to_owned(), Some("8.2.16".to_owned()), None),
                ("8.3".to_owned(), Some("8.3.3".to_owned()), Some(ArchWish::X86_64)),
            ]
        );
        let extra: Vec<_> = settings.extra.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(extra, ["InstallComponents", "UseHwLicenses"]);
    }

    #[test]
    fn several_lists_on_a_line_and_a_comma_in_a_name() {
        let settings = StarterSettings::parse(
            "CommonInfoBases=%programdata%\\a.v8i, \\\\server\\share\\b.V8I\nCommonInfoBases=D:\\one, two\\c.v8i\nCommonInfoBases=",
        );
        assert_eq!(
            settings.common_infobases,
            [r"%programdata%\a.v8i", r"\\server\share\b.V8I", r"D:\one, two\c.v8i"]
        );
    }

    #[test]
    fn broken_versions_are_kept_aside() {
        let settings =
            StarterSettings::parse("DefaultVersion=8.x\nDefaultVersion=8.3-\nDefaultVersion=8.3.25.1257;arm\n");
        assert_eq!(settings.extra.len(), 2);
        assert_eq!(settings.default_versions.len(), 1);
        assert_eq!(settings.default_versions[0].arch, None);
    }

    #[test]
    fn files_are_put_together_in_order() {
        let mut all = StarterSettings::parse("InstalledLocation=/a\nX=1");
        all.extend(StarterSettings::parse(
            "InstalledLocation=/b\nCommonInfoBases=/l.v8i\nCommonCfgLocation=/c.cfg",
        ));
        assert_eq!(all.installed, ["/a", "/b"]);
        assert_eq!(
            (all.common_infobases.len(), all.common_cfg.len(), all.extra.len()),
            (1, 1, 1)
        );
    }
}
