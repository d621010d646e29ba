//! The wiring without a window: joins adapters to the ports
