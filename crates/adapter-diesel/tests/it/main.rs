//! The stores from outside. Those on PostgreSQL need a server: `scripts/with-postgres cargo test`.

mod conformance;
#[cfg(feature = "postgres")]
mod database;
mod migrations;
#[cfg(feature = "sqlite")]
mod sqlite;
