//! Bitrix24 Push and Pull client: configuration, wire formats, session, transports
