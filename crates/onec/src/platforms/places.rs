//! Where the platform is installed (administrator guide, "Structure of the installation directory").

/// An operating system, as far as 1C differs between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
}

/// The folders to search, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The system they belong to.
    pub system: System,
    /// Folders with a folder for each version, or for each architecture with versions in them.
    pub roots: Vec<String>,
    /// Programs that may be the starter.
    pub starters: Vec<String>,
}

impl System {
    /// The system this program runs on; every Unix that is not macOS counts as Linux.
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }

    /// A path below a folder, in the spelling of this system.
    pub(crate) fn join(self, folder: &str, name: &str) -> String {
        let separator = self.separator();
        let folder = folder.trim_end_matches(|c| self.separates(c));
        format!("{folder}{separator}{name}")
    }

    /// The name of a program file.
    pub(crate) fn program(self, name: &str) -> String {
        match self {
            Self::Windows => format!("{name}.exe"),
            Self::Linux | Self::MacOs => name.to_owned(),
        }
    }

    fn separator(self) -> char {
        match self {
            Self::Windows => '\\',
            Self::Linux | Self::MacOs => '/',
        }
    }

    fn separates(self, letter: char) -> bool {
        letter == '/' || letter == self.separator()
    }

    fn same_path(self, one: &str, other: &str) -> bool {
        match self {
            Self::Windows => one.to_lowercase() == other.to_lowercase(),
            Self::Linux | Self::MacOs => one == other,
        }
    }
}

impl Places {
    /// The places of a computer: what `InstalledLocation` names first, then the usual folders. `variable` gives the
    /// values of environment variables; on Windows the usual folders come from them.
    pub fn of(system: System, installed: &[String], variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut places = Self {
            system,
            roots: Vec::new(),
            starters: Vec::new(),
        };
        let below = |name: &str, rest: &str| {
            variable(name)
                .filter(|value| !value.is_empty())
                .map(|value| system.join(&value, rest))
        };
        let usual: Vec<String> = match system {
            System::Windows => {
                let program_files = [
                    below("ProgramW6432", "1cv8"),
                    below("ProgramFiles", "1cv8").or(Some(r"C:\Program Files\1cv8".to_owned())),
                    below("ProgramFiles(x86)", "1cv8").or(Some(r"C:\Program Files (x86)\1cv8".to_owned())),
                ];
                let of_user =
                    ["1cv8", "1cv8_x64", "1cv8_x86"].map(|name| below("LOCALAPPDATA", &format!(r"Programs\{name}")));
                program_files.into_iter().chain(of_user).flatten().collect()
            }
            System::Linux => vec!["/opt/1cv8".to_owned(), "/opt/1C".to_owned()],
            System::MacOs => vec!["/opt/1cv8".to_owned()],
        };
        for root in installed.iter().chain(&usual) {
            places.add_root(root);
        }
        places.starters = match system {
            System::Windows => below("APPDATA", r"1C\1cv8\common\1cestart.exe").into_iter().collect(),
            // A package of ALT Linux puts a wrapper there that the starter needs on that system.
            System::Linux => vec!["/usr/bin/1cestart".to_owned()],
            System::MacOs => Vec::new(),
        };
        let common = places
            .roots
            .iter()
            .map(|root| system.join(&system.join(root, "common"), &system.program("1cestart")));
        places.starters = common.chain(std::mem::take(&mut places.starters)).collect();
        places
    }

    fn add_root(&mut self, root: &str) {
        let system = self.system;
        let trimmed = root.trim().trim_end_matches(|c| system.separates(c));
        if !trimmed.is_empty() && !self.roots.iter().any(|known| system.same_path(known, trimmed)) {
            self.roots.push(trimmed.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(name: &str) -> Option<String> {
        let value = match name {
            "ProgramFiles" | "ProgramW6432" => r"D:\Программы",
            "APPDATA" => r"C:\Users\Анна\AppData\Roaming",
            "LOCALAPPDATA" => r"C:\Users\Анна\AppData\Local\",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn windows_has_folders_of_the_computer_and_of_the_user() {
        let places = Places::of(
            System::Windows,
            &[r"d:\программы\1CV8\".to_owned(), r"E:\1C".to_owned()],
            windows,
        );
        assert_eq!(
            places.roots,
            [
                r"d:\программы\1CV8",
                r"E:\1C",
                r"C:\Program Files (x86)\1cv8",
                r"C:\Users\Анна\AppData\Local\Programs\1cv8",
                r"C:\Users\Анна\AppData\Local\Programs\1cv8_x64",
                r"C:\Users\Анна\AppData\Local\Programs\1cv8_x86",
            ]
        );
        assert_eq!(places.starters[1], r"E:\1C\common\1cestart.exe");
        assert_eq!(
            places.starters.last().unwrap(),
            r"C:\Users\Анна\AppData\Roaming\1C\1cv8\common\1cestart.exe"
        );
    }

    #[test]
    fn without_variables_windows_has_its_usual_folders() {
        let places = Places::of(System::Windows, &[], |_| None);
        assert_eq!(places.roots, [r"C:\Program Files\1cv8", r"C:\Program Files (x86)\1cv8"]);
    }

    #[test]
    fn unix_has_opt() {
        let linux = Places::of(System::Linux, &["/opt/1cv8/".to_owned(), String::new()], |_| None);
        assert_eq!(linux.roots, ["/opt/1cv8", "/opt/1C"]);
        assert_eq!(
            linux.starters,
            [
                "/opt/1cv8/common/1cestart",
                "/opt/1C/common/1cestart",
                "/usr/bin/1cestart"
            ]
        );
        let mac = Places::of(System::MacOs, &[], |_| None);
        assert_eq!(
            (mac.roots, mac.starters),
            (
                vec!["/opt/1cv8".to_owned()],
                vec!["/opt/1cv8/common/1cestart".to_owned()]
            )
        );
    }
}
