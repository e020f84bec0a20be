#![doc = include_str!("../README.md")]

mod clock;
pub mod conformance;
mod entropy;
mod provider;

pub use clock::TestClock;
pub use entropy::SeededEntropy;
pub use provider::{FakeProvider, identity};
