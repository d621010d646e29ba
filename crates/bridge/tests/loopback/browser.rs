use crate::support::Desk;
#[test] fn x(){ let _=Desk::start(); }
