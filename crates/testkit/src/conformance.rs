//! Suites that say of an implementation of a port whether it keeps the port's contract.

pub mod provider;
mod runtime;
pub mod store;

pub use runtime::{on_many_threads, on_one_thread};
