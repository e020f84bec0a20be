//! The store on PostgreSQL.

mod accounts;
mod address;
mod attempts;
mod connection;
mod events;
mod lease;
mod migrations;
mod options;
mod reads;
mod schema;
mod sessions;
mod store;
mod tls;
mod transaction;
mod users;
mod writes;

pub use address::InvalidPgUrl;
pub use options::{PgOpenError, PgOptions};
pub use store::PgStore;
