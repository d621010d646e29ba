//! Loopback HTTP for 1C
