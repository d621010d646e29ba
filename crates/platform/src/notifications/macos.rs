//! Notifications of macOS belong to the bundle the program runs from.
use notify_rust::Notification;

use super::super::Appearance;

pub(super) fn prepare(_appearance: &Appearance) {}

pub(super) fn dress(_notification: &mut Notification, _appearance: &Appearance) {}
