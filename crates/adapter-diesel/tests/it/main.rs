//! The stores from outside. Those on PostgreSQL need a server: `scripts/with-postgres cargo test`.

mod columns;
mod conformance;
#[cfg(feature = "postgres")]
mod contention;
#[cfg(feature = "postgres")]
mod database;
#[cfg(feature = "postgres")]
mod encryption;
mod hooks;
mod host_application;
#[cfg(feature = "postgres")]
mod look_ups;
mod migrations;
#[cfg(feature = "postgres")]
mod outage;
#[cfg(feature = "database")]
mod own_tables;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod proxy;
#[cfg(all(feature = "sqlite", feature = "postgres"))]
mod schemas;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "postgres")]
mod sweep;
