//! `HKCU\Software\Classes\<scheme>` ("Registering an Application to a URI Scheme").
use std::io;

use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use super::{Registered, Registration, SchemeError};

pub(super) fn register(wanted: &Registration) -> Result<Registered, SchemeError> {
    let program = wanted.program.to_str().ok_or(SchemeError::BadProgram)?;
    // `--` before `"%1"`: a link can then never be read as an option.
    let command = format!("\"{program}\" -- \"%1\"");
    let mut outcome = Registered::Unchanged;
    for scheme in &wanted.schemes {
        if present(scheme).is_ok_and(|present| present == command) {
            continue;
        }
        let (key, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey(class(scheme))?;
        key.set_value("", &format!("URL:{scheme}"))?;
        key.set_value("URL Protocol", &"")?;
        key.create_subkey("DefaultIcon")?
            .0
            .set_value("", &format!("\"{program}\",0"))?;
        key.create_subkey(r"shell\open\command")?.0.set_value("", &command)?;
        outcome = Registered::Written;
    }
    Ok(outcome)
}

pub(super) fn unregister(registered: &Registration) -> Result<(), SchemeError> {
    let program = registered.program.to_str().ok_or(SchemeError::BadProgram)?;
    for scheme in &registered.schemes {
        match present(scheme) {
            Ok(command) if command.contains(program) => {
                RegKey::predef(HKEY_CURRENT_USER).delete_subkey_all(class(scheme))?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn class(scheme: &str) -> String {
    format!(r"Software\Classes\{scheme}")
}

fn present(scheme: &str) -> io::Result<String> {
    RegKey::predef(HKEY_CURRENT_USER)
        .open_subkey(format!(r"{}\shell\open\command", class(scheme)))?
        .get_value("")
}
