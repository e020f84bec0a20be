#![doc = include_str!("../README.md")]

mod changed;
mod clock;
pub mod conformance;
mod entropy;
mod mailer;
mod password;
mod provider;

pub use changed::changed;
pub use clock::TestClock;
pub use entropy::SeededEntropy;
pub use mailer::FakeMailer;
pub use password::FakeHasher;
pub use provider::{FakeProvider, identity};
