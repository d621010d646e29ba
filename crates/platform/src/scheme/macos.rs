//! On macOS the bundle's `CFBundleURLTypes` is the only way.
use super::{Registered, Registration, SchemeError};

pub(super) fn register(_wanted: &Registration) -> Result<Registered, SchemeError> {
    Ok(Registered::ByPackage)
}

pub(super) fn unregister(_registered: &Registration) -> Result<(), SchemeError> {
    Ok(())
}
