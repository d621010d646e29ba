//! The decisions of Hotstart, pure.
pub mod link;
