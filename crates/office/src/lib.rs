//! The demo office: a simulated portal, push server and 1C publication; also the peer of the tests
