//! Test suites that check whether an implementation of a port keeps the port's contract.

mod password_hasher;
pub mod provider;
mod runtime;
pub mod store;

pub use password_hasher::password_hasher;
pub use runtime::{on_many_threads, on_one_thread};
