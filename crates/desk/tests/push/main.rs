//! The pull client over real sockets against the office's push servers: every version, both transports, faults, and an
//! office that is restarted again and again.
mod faults;
mod peer;
mod restarts;
mod versions;
