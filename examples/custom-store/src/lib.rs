#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod change;
mod error;
mod format;
mod key;
mod reads;
mod record;
mod row;
mod store;
mod tables;
mod transaction;
mod writes;

pub use store::RedbStore;
