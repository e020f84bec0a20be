#![doc = include_str!("../README.md")]

mod clock;
mod entropy;
mod provider;

pub use clock::TestClock;
pub use entropy::SeededEntropy;
pub use provider::{FakeProvider, identity};
