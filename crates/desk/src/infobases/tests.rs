use super::*;

/// A user's folder in a temporary one.
fn desk() -> (tempfile::TempDir, StarterFolders) {
    let home = tempfile::tempdir().unwrap();
    let user = home.path().join("user");
    let computer = home.path().join("computer");
    fs_err::create_dir(&user).unwrap();
    fs_err::create_dir(&computer).unwrap();
    let folders = StarterFolders {
        user: Some(user),
        computer: Some(computer),
    };
    (home, folders)
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn settings_of_company_computer_and_user_are_put_together() {
    let (home, folders) = desk();
    let write = |name: &str, text: &str| fs_err::write(home.path().join(name), utf16(text)).unwrap();
    write(
        "user/1cestart.cfg",
        "CommonInfoBases=mine.v8i\r\nInstalledLocation=/opt/user\r\nCommonCfgLocation=../company.cfg\r\n",
    );
    write(
        "computer/1CEStart.cfg",
        "CommonInfoBases=/lists/all.v8i\r\nInstalledLocation=/opt/computer\r\n",
    );
    // It names itself and the user's folder again: each file counts once.
    write(
        "company.cfg",
        "CommonInfoBases=/lists/all.v8i\r\nInstalledLocation=/opt/company\r\nCommonCfgLocation=company.cfg\r\nDefaultVersion=8.3-8.3.25\r\n",
    );
    let sources = folders.sources();
    let installed: Vec<&str> = sources.settings.installed.iter().map(String::as_str).collect();
    assert_eq!(installed.first(), Some(&"/opt/company"));
    assert_eq!(&installed[installed.len() - 2..], ["/opt/computer", "/opt/user"]);
    let user = folders.user.unwrap();
    assert_eq!(sources.own, Some(user.join("ibases.v8i")));
    assert_eq!(sources.shared, [PathBuf::from("/lists/all.v8i"), user.join("mine.v8i")]);
}

#[test]
fn settings_that_name_each_other_end() {
    let (home, folders) = desk();
    let path = |name: &str| home.path().join(name);
    let text = (0..40).map(|at| format!("CommonCfgLocation={}\n", path(&format!("{at}.cfg")).display()));
    let text: String = text.collect();
    fs_err::write(path("user/1cestart.cfg"), &text).unwrap();
    for at in 0..40 {
        fs_err::write(path(&format!("{at}.cfg")), format!("{text}X={at}\n")).unwrap();
    }
    let sources = folders.sources();
    assert_eq!(sources.settings.extra.len(), MOST_SETTINGS);
}

#[test]
fn a_desk_without_files() {
    let (_home, folders) = desk();
    let sources = folders.sources();
    assert_eq!(sources.settings, StarterSettings::default());
    assert!(sources.shared.is_empty());
    let none = StarterFolders {
        user: None,
        computer: None,
    };
    assert_eq!(none.sources(), Sources::default());
}

#[test]
fn variables_in_paths() {
    let variable = |name: &str| (name == "SHARE").then(|| "/mnt/1c".to_owned());
    for (text, expected) in [
        ("%SHARE%/a.v8i", "/mnt/1c/a.v8i"),
        ("%SHARE%%SHARE%", "/mnt/1c/mnt/1c"),
        ("%NONE%/a", "%NONE%/a"),
        ("100%/%SHARE%", "100%//mnt/1c"),
        ("%%", "%%"),
        ("%", "%"),
        ("", ""),
    ] {
        assert_eq!(expanded(text, variable), expected, "{text}");
    }
}

#[test]
fn what_is_no_list_is_an_error() {
    let (home, _) = desk();
    assert!(read_list(&home.path().join("none.v8i")).is_err());
    assert!(read_list(home.path()).is_err());
    let large = home.path().join("large.v8i");
    fs_err::File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
    assert_eq!(read_list(&large).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
}

#[test]
fn versions_on_a_disk() {
    let home = tempfile::tempdir().unwrap();
    let bin = home.path().join("8.3.25.1257").join("bin");
    fs_err::create_dir_all(&bin).unwrap();
    fs_err::create_dir(home.path().join("8.3.26.1")).unwrap();
    for name in ["1cv8c", "1cv8c.exe"] {
        fs_err::write(bin.join(name), b"\x7fELF").unwrap();
    }
    let settings = StarterSettings {
        installed: vec![home.path().to_str().unwrap().to_owned()],
        ..StarterSettings::default()
    };
    let found = installed(&settings);
    let ours: Vec<_> = found
        .platforms
        .iter()
        .filter(|one| {
            one.thin
                .as_deref()
                .is_some_and(|path| path.starts_with(home.path().to_str().unwrap()))
        })
        .collect();
    assert_eq!(ours.len(), 1);
    assert_eq!(ours[0].version.to_string(), "8.3.25.1257");
}
