//! The store on SQLite.

mod accounts;
mod attempts;
mod column;
mod connection;
mod error;
mod events;
mod migrations;
mod options;
mod readers;
mod reads;
mod schema;
mod sessions;
mod store;
mod transaction;
mod users;
mod writer;
mod writes;

#[cfg(test)]
mod tests;

pub use error::SqliteOpenError;
pub use options::{SqliteLocation, SqliteOptions};
pub use store::SqliteStore;
