//! The store on SQLite.

mod account_tokens;
mod accounts;
mod attempts;
mod codes;
mod column;
mod connection;
mod error;
mod events;
mod failures;
mod group;
mod hooks;
mod job;
mod mailed_tokens;
mod migrations;
mod options;
mod outbox;
mod passwords;
mod pending_sign_ins;
mod query;
mod rate_limits;
mod read_lock;
mod readers;
mod schema;
mod session_row;
mod sessions;
mod signing_keys;
mod store;
mod temporary_data;
mod transaction;
mod used_id_tokens;
mod user_row;
mod users;
mod writer;

#[cfg(test)]
mod tests;

pub use error::SqliteOpenError;
pub use options::{SqliteLocation, SqliteOptions};
pub use store::SqliteStore;
