#![doc = include_str!("../README.md")]

mod timed;
mod timings;

pub use timed::TimedStore;
pub use timings::{Timing, Timings};
