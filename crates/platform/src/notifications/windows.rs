//! Windows drops toasts of an application it does not know: its user model id has to be in the registry.
use notify_rust::Notification;
use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use super::super::Appearance;

pub(super) fn prepare(appearance: &Appearance) {
    let path = format!(r"Software\Classes\AppUserModelId\{}", appearance.application);
    let written = RegKey::predef(HKEY_CURRENT_USER)
        .create_subkey(path)
        .and_then(|(key, _)| key.set_value("DisplayName", &appearance.program));
    if let Err(error) = written {
        tracing::warn!(%error, "the application could not be registered for toasts");
    }
}

pub(super) fn dress(notification: &mut Notification, appearance: &Appearance) {
    notification.app_id(&appearance.application);
}
