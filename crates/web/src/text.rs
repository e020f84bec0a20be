//! What is said to people, one module per language.

pub(crate) mod en;
