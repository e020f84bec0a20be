#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod account_tokens;
mod change;
mod error;
mod format;
mod key;
mod look_ups;
mod mailed_tokens;
mod passwords;
mod rate_limit;
mod record;
mod row;
mod signing_key;
mod statements;
mod store;
mod tables;
mod transaction;

pub use store::RedbStore;
