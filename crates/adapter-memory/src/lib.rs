#![doc = include_str!("../README.md")]

mod reads;
mod state;
mod store;
mod transaction;
mod writes;

pub use store::MemoryStore;
