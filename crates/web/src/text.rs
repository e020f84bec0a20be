//! The texts for people, one module per language.

pub(crate) mod en;
