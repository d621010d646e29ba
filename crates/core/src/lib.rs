//! The decisions of Hotstart, pure: no clock, no disk, no network, no window.
//!
//! Data passes through in one direction. A text becomes a [`link::Link`]; a link, the [`settings::Settings`] and the
//! facts of the moment become a [`plan::Plan`]; a portal event becomes an [`inbox::Note`] by [`notification`] rules;
//! the state becomes a [`tray::Tray`] and a [`view::View`]. The outside is reached only through the traits of
//! [`ports`], which the controller is given. Every failure that a person can see is a [`failure::Failure`] with a
//! stable code whose words stand in [`texts`].
pub mod bridge;
pub mod doctor;
pub mod failure;
pub mod inbox;
pub mod journal;
pub mod link;
pub mod notification;
pub mod plan;
pub mod policy;
pub mod polling;
pub mod pool;
pub mod ports;
pub mod question;
pub mod relay;
pub mod report;
pub mod resolve;
pub mod scopes;
pub mod secret;
pub mod settings;
pub mod sign_in;
pub mod texts;
pub mod tray;
pub mod view;
pub mod way_to_base;
pub mod window;

/// A moment as milliseconds since 1970-01-01 UTC. The clock that makes it is a port.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize, ts_rs::TS,
)]
#[ts(type = "number")]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `earlier` to this moment; zero when the clock went back.
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}
