//! Settings file and SQLite: cursors, inbox, journal, recent objects
