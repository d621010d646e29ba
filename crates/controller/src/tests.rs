//! Flows through the real controller, with a desk that records.
mod desk;
mod events;
mod opening;
mod pool;
mod sessions;
mod settings;
mod unsaved;
mod ways;
