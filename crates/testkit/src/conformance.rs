//! Test suites that check whether an implementation of a port keeps the port's contract.

pub mod provider;
mod runtime;
pub mod store;

pub use runtime::{on_many_threads, on_one_thread};
