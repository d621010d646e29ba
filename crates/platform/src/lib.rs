//! The operating system: folders, instance lock, hand-off, keyring, notifications, scheme registration, browser
