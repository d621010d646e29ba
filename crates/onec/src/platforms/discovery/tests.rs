use std::collections::BTreeMap;

use super::*;

/// A computer that is only a list of files.
struct Paper(BTreeMap<String, Vec<u8>>);

impl Paper {
    fn new(files: &[&str]) -> Self {
        Self(files.iter().map(|path| ((*path).to_owned(), Vec::new())).collect())
    }

    fn with(mut self, path: &str, head: &[u8]) -> Self {
        self.0.insert(path.to_owned(), head.to_vec());
        self
    }
}

impl Listing for Paper {
    fn folders(&self, path: &str) -> Vec<String> {
        let below = |file: &String| {
            let rest = file.strip_prefix(path)?.strip_prefix(['/', '\\'])?;
            rest.split_once(['/', '\\']).map(|(name, _)| name.to_owned())
        };
        let mut names: Vec<String> = self.0.keys().filter_map(below).collect();
        names.dedup();
        // A disk shows them in any order.
        names.reverse();
        names
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn head(&self, path: &str) -> Vec<u8> {
        self.0.get(path).cloned().unwrap_or_default()
    }
}

fn found(system: System, paper: &Paper) -> Installed {
    discover(&Places::of(system, &[], |_| None), paper)
}

fn versions(installed: &Installed) -> Vec<String> {
    installed.platforms.iter().map(|one| one.version.to_string()).collect()
}

#[test]
fn windows() {
    let mut wide = vec![0; 0x40];
    wide[..2].copy_from_slice(b"MZ");
    wide[0x3c] = 0x40;
    wide.extend(b"PE\0\0\x64\x86");
    let paper = Paper::new(&[
        r"C:\Program Files\1cv8\8.3.9.2033\bin\1cv8c.exe",
        r"C:\Program Files\1cv8\8.3.10.2772\bin\1cv8c.exe",
        r"C:\Program Files\1cv8\8.3.10.2772\bin\1cv8.exe",
        r"C:\Program Files\1cv8\8.3.27.1289\readme.txt",
        r"C:\Program Files\1cv8\8.3.28\bin\1cv8c.exe",
        r"C:\Program Files\1cv8\x86_64\8.3.30.1\bin\1cv8c.exe",
        r"C:\Program Files\1cv8\conf\conf.cfg",
        r"C:\Program Files\1cv8\common\1cestart.exe",
        r"C:\Program Files (x86)\1cv8\8.3.18.1\bin\1cv8.exe",
        r"C:\Program Files (x86)\1cv8\8.3.25.1257\bin\1cv8c.exe",
        r"C:\Program Files (x86)\1cv8\common\1cestart.exe",
    ])
    .with(r"C:\Program Files\1cv8\8.3.25.1257\bin\1cv8c.exe", &wide);
    let installed = found(System::Windows, &paper);
    assert_eq!(
        versions(&installed),
        ["8.3.25.1257", "8.3.25.1257", "8.3.18.1", "8.3.10.2772", "8.3.9.2033"]
    );
    let [first, second, thick_only, both, _] = installed.platforms.as_slice() else {
        panic!("{installed:?}");
    };
    assert_eq!(first.arch, Some(Arch::X86_64));
    assert_eq!(second.arch, None);
    assert_eq!(thick_only.program(Client::Thin), None);
    assert_eq!(
        both.program(Client::Thick),
        Some(r"C:\Program Files\1cv8\8.3.10.2772\bin\1cv8.exe")
    );
    assert_eq!(
        installed.starter.as_deref(),
        Some(r"C:\Program Files\1cv8\common\1cestart.exe")
    );
}

#[test]
fn linux() {
    let paper = Paper::new(&[
        "/opt/1cv8/x86_64/8.3.25.1257/1cv8c",
        "/opt/1cv8/x86_64/8.3.27.1289/bin/1cv8c",
        "/opt/1cv8/i386/8.3.18.1741/1cv8",
        "/opt/1cv8/x86_64/8.3.26.1/ragent",
        "/opt/1cv8/conf/x",
        "/opt/1cv8/common/1cestart",
        "/opt/1C/v8.3/x86_64/1cv8c",
        "/opt/1C/vendor/x86_64/1cv8c",
        "/usr/bin/1cestart",
    ]);
    let installed = found(System::Linux, &paper);
    assert_eq!(
        versions(&installed),
        ["8.3.27.1289", "8.3.25.1257", "8.3.18.1741", "8.3.0.0"]
    );
    let archs: Vec<_> = installed.platforms.iter().map(|one| one.arch).collect();
    assert_eq!(
        archs,
        [
            Some(Arch::X86_64),
            Some(Arch::X86_64),
            Some(Arch::X86),
            Some(Arch::X86_64)
        ]
    );
    assert_eq!(
        installed.platforms[0].program(Client::Thin),
        Some("/opt/1cv8/x86_64/8.3.27.1289/bin/1cv8c")
    );
    assert_eq!(installed.starter.as_deref(), Some("/opt/1cv8/common/1cestart"));
}

#[test]
fn the_wrapper_of_a_package_stands_in_for_the_starter() {
    let installed = found(System::Linux, &Paper::new(&["/usr/bin/1cestart"]));
    assert_eq!(installed.starter.as_deref(), Some("/usr/bin/1cestart"));
    assert!(installed.platforms.is_empty());
}

#[test]
fn macos_with_and_without_a_folder_of_the_architecture() {
    let paper = Paper::new(&[
        "/opt/1cv8/8.3.25.1257/1cv8c",
        "/opt/1cv8/8.3.27.1289/1cv8",
        "/opt/1cv8/common/1cestart",
    ])
    .with("/opt/1cv8/arm64/8.5.1.100/1cv8c", b"\xcf\xfa\xed\xfe\x0c\0\0\x01");
    let installed = found(System::MacOs, &paper);
    assert_eq!(versions(&installed), ["8.5.1.100", "8.3.27.1289", "8.3.25.1257"]);
    assert_eq!(installed.platforms[0].arch, Some(Arch::Arm64));
    assert_eq!(installed.starter.as_deref(), Some("/opt/1cv8/common/1cestart"));
}

#[test]
fn what_the_starter_names_comes_first() {
    let paper = Paper::new(&[
        "/srv/1c/8.3.25.1257/1cv8c",
        "/opt/1cv8/x86_64/8.3.25.1257/1cv8c",
        "/srv/1c/common/1cestart",
    ]);
    let places = Places::of(System::Linux, &["/srv/1c".to_owned()], |_| None);
    let installed = discover(&places, &paper);
    let paths: Vec<_> = installed
        .platforms
        .iter()
        .filter_map(|one| one.program(Client::Thin))
        .collect();
    assert_eq!(
        paths,
        ["/srv/1c/8.3.25.1257/1cv8c", "/opt/1cv8/x86_64/8.3.25.1257/1cv8c"]
    );
    assert_eq!(installed.starter.as_deref(), Some("/srv/1c/common/1cestart"));
}

#[test]
fn nothing_is_installed() {
    for system in [System::Windows, System::Linux, System::MacOs] {
        assert_eq!(found(system, &Paper::new(&[])), Installed::default());
    }
}
