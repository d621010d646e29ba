//! hotstartctl
fn main() {}
