//! Who is started for `hotstart://` links: registered for the user, without administrator rights.
//!
//! Everything here blocks for a moment (files, on Linux also `xdg-mime`): call it off the runtime.
use std::io;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
#[path = "scheme/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "scheme/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "scheme/windows.rs"]
mod system;

/// What is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The program that takes a link as its argument: `hotstart-open`, with its whole path.
    pub program: PathBuf,
    /// Schemes, in lower case: `hotstart`, and others the user wants.
    pub schemes: Vec<String>,
    /// The desktop entry on Linux: one of its own for everything that is taken and given back on its own, so that what
    /// was the default before is it again.
    entry: &'static str,
}

/// What registering did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// Everything was as it should be.
    Unchanged,
    /// Written, and made the default.
    Written,
    /// Written, but a tool of the desktop that makes it the default is missing or failed; most desktops then take it
    /// as the only program for the scheme.
    WrittenOnly,
    /// This system registers schemes by the installed package only.
    ByPackage,
}

/// Why a scheme cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum SchemeError {
    /// Not a scheme by RFC 3986 in lower case; on Windows it would write elsewhere in the registry.
    #[error("not a scheme that can be registered")]
    BadScheme,
    /// The path of the program is not absolute, not Unicode or has control characters.
    #[error("the program's path cannot be registered")]
    BadProgram,
    /// Writing failed.
    #[error("the scheme could not be registered: {0}")]
    Io(#[from] io::Error),
}

impl Registration {
    /// The scheme `hotstart` for this program.
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            schemes: vec!["hotstart".to_owned()],
            entry: "hotstart-open.desktop",
        }
    }

    /// The scheme `e1c` of 1C's own links for this program.
    pub fn e1c(program: PathBuf) -> Self {
        Self {
            program,
            schemes: vec!["e1c".to_owned()],
            entry: "hotstart-open-e1c.desktop",
        }
    }

    /// Registers for the user; writes only what differs.
    pub fn register(&self) -> Result<Registered, SchemeError> {
        self.check()?;
        system::register(self)
    }

    /// Takes the registration back. What is not ours is left alone.
    pub fn unregister(&self) -> Result<(), SchemeError> {
        self.check()?;
        system::unregister(self)
    }

    fn check(&self) -> Result<(), SchemeError> {
        if !self.schemes.iter().all(|scheme| is_scheme(scheme)) {
            return Err(SchemeError::BadScheme);
        }
        let named = self.program.to_str().filter(|path| !path.chars().any(char::is_control));
        if named.is_none() || !self.program.is_absolute() {
            return Err(SchemeError::BadProgram);
        }
        Ok(())
    }
}

fn is_scheme(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
    first && text.len() <= 32 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_schemes_of_the_rfc_pass() {
        assert!(is_scheme("hotstart"));
        assert!(is_scheme("e1c"));
        for bad in ["", "Hotstart", "1c", r"a\b", "a/b", "a b", "http:", "схема"] {
            assert!(!is_scheme(bad), "{bad}");
        }
    }

    #[test]
    fn the_program_needs_a_plain_absolute_path() {
        assert!(Registration::new("hotstart-open".into()).check().is_err());
        assert!(Registration::new(std::env::temp_dir().join("a\nb")).check().is_err());
        assert!(
            Registration::new(std::env::temp_dir().join("hotstart-open"))
                .check()
                .is_ok()
        );
    }
}
