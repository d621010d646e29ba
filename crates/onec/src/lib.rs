//! 1C:Enterprise seen from outside: navigation links, references, kinds, publications
