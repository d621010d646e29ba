//! The `hotstart://` grammar.
