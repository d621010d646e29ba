//! Bitrix24 seen from outside.
pub mod address;
pub mod entity;
pub mod portal;
#[cfg(feature = "client")]
pub mod rest;
#[cfg(feature = "client")]
pub mod webhook;
