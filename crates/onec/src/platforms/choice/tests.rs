use super::*;
use crate::platforms::{Arch, Version};
use crate::starter::StarterSettings;

fn platform(version: &str, arch: Arch) -> Platform {
    Platform {
        version: Version::parse(version).unwrap(),
        arch: Some(arch),
        thin: Some(format!("/{version}/1cv8c")),
        thick: None,
    }
}

fn installed() -> Vec<Platform> {
    let versions = [
        "8.5.1.100",
        "8.3.250.1",
        "8.3.27.1289",
        "8.3.25.1257",
        "8.3.25.1100",
        "8.3.10.2772",
        "8.3.9.2033",
    ];
    versions.map(|version| platform(version, Arch::X86_64)).to_vec()
}

fn wish(version: &str, default_version: &str) -> Wish {
    Wish {
        version: VersionMask::parse(version),
        default_version: VersionMask::parse(default_version),
        arch: None,
        client: Client::Thin,
    }
}

fn chosen(wish: &Wish, cfg: &str) -> Option<(String, bool)> {
    let table = StarterSettings::parse(cfg).default_versions;
    choose(&installed(), wish, &table).map(|one| (one.platform.version.to_string(), one.as_wished))
}

#[test]
fn the_rules_of_the_starter() {
    for (version, default_version, cfg, expected, as_wished) in [
        // Nothing asked for: the highest.
        ("", "", "", "8.5.1.100", true),
        // A full version wins.
        (
            "8.3.25.1100",
            "8.3.27.1289",
            "DefaultVersion=8.3.25.1100-8.3.9",
            "8.3.25.1100",
            true,
        ),
        // DefaultVersion, also outside of the mask.
        ("8.3", "8.3.10.2772", "", "8.3.10.2772", true),
        ("8.3.25", "8.3.10.2772", "", "8.3.10.2772", true),
        ("", "8.3.10.2772", "", "8.3.10.2772", true),
        // A mask alone: the highest with this prefix.
        ("8.3", "", "", "8.3.250.1", true),
        ("8.3.25", "", "", "8.3.25.1257", true),
        ("8.3.9", "", "", "8.3.9.2033", true),
        // The table of the starter.
        ("8.3", "", "DefaultVersion=8.3-8.3.25.1100", "8.3.25.1100", true),
        ("8.3", "", "DefaultVersion=8.3-8.3.25", "8.3.25.1257", true),
        ("8.3.25", "", "DefaultVersion=8.3-8.3.10.2772", "8.3.25.1257", true),
        ("8.3", "8.3.9.2033", "DefaultVersion=8.3-8.3.25", "8.3.9.2033", true),
        ("", "", "DefaultVersion=8.3.27", "8.3.27.1289", true),
        ("", "", "DefaultVersion=8.3-8.3.27", "8.5.1.100", true),
        // Not installed: the highest, and it is said.
        ("8.3.25.9999", "", "", "8.5.1.100", false),
        ("8.2", "", "", "8.5.1.100", false),
        ("8.3.25", "8.3.25.9999", "", "8.3.25.1257", false),
        ("8.3", "", "DefaultVersion=8.3-8.3.26", "8.3.250.1", false),
    ] {
        let found = chosen(&wish(version, default_version), cfg);
        let expected = Some((expected.to_owned(), as_wished));
        assert_eq!(found, expected, "{version} {default_version} {cfg}");
    }
}

#[test]
fn an_architecture_is_demanded_or_preferred() {
    let both = [
        platform("8.3.27.1289", Arch::X86_64),
        platform("8.3.25.1257", Arch::X86_64),
        platform("8.3.25.1257", Arch::X86),
    ];
    for (version, arch, cfg, expected) in [
        ("8.3.25", None, "", ("8.3.25.1257", Some(Arch::X86), true)),
        (
            "8.3.25",
            Some(ArchWish::X86_64Rather),
            "",
            ("8.3.25.1257", Some(Arch::X86_64), true),
        ),
        (
            "8.3",
            Some(ArchWish::X86Rather),
            "",
            ("8.3.27.1289", Some(Arch::X86_64), true),
        ),
        ("8.3", Some(ArchWish::X86), "", ("8.3.25.1257", Some(Arch::X86), true)),
        (
            "8.3.27.1289",
            Some(ArchWish::X86),
            "",
            ("8.3.25.1257", Some(Arch::X86), false),
        ),
        (
            "8.3",
            None,
            "DefaultVersion=8.3-8.3.25;x86_64",
            ("8.3.25.1257", Some(Arch::X86_64), true),
        ),
    ] {
        let wish = Wish {
            arch,
            ..wish(version, "")
        };
        let table = StarterSettings::parse(cfg).default_versions;
        let found = choose(&both, &wish, &table).unwrap();
        let found = (found.platform.version.to_string(), found.platform.arch, found.as_wished);
        assert_eq!(
            found,
            (expected.0.to_owned(), expected.1, expected.2),
            "{version} {arch:?} {cfg}"
        );
    }
    let wide = [platform("8.3.27.1289", Arch::X86_64)];
    let wish = Wish {
        arch: Some(ArchWish::X86),
        ..wish("", "")
    };
    let found = choose(&wide, &wish, &[]).unwrap();
    assert!(
        !found.as_wished,
        "better another architecture than no client, but it is said"
    );
}

#[test]
fn a_version_without_the_client_is_passed_over() {
    let mut platforms = installed();
    platforms[0].thin = None;
    assert_eq!(
        choose(&platforms, &wish("", ""), &[])
            .unwrap()
            .platform
            .version
            .to_string(),
        "8.3.250.1"
    );
    let thick = Wish {
        client: Client::Thick,
        ..wish("", "")
    };
    assert_eq!(choose(&platforms, &thick, &[]), None);
    assert_eq!(choose(&[], &wish("", ""), &[]), None);
}
