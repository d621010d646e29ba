//! The one owner of state: requests and events in, effects out through the ports
