//! Flows through the real controller, with a desk that records.
mod desk;
mod opening;
mod unsaved;
