//! hotstart_open
fn main() {}
