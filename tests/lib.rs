//! This package is its tests, in `it/`, and the program in the README, which must compile.

/// The README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
