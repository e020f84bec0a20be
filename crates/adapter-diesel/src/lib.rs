#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
compile_error!("a store needs a database: choose the feature `sqlite`, `postgres` or both");

mod column;
#[cfg(feature = "database")]
mod database;
mod error;
mod migration;
#[cfg(feature = "postgres")]
mod postgres;
mod sealed;
#[cfg(feature = "sqlite")]
mod sqlite;
mod update_row;
mod users_table;
mod value;

pub use column::{Id, Moment, sql_types};
#[cfg(feature = "database")]
pub use database::{Database, DatabaseError};
pub use migration::{MigrationError, SchemaStatus};
#[cfg(feature = "postgres")]
pub use postgres::{InvalidPgUrl, PgOpenError, PgOptions, PgStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteLocation, SqliteOpenError, SqliteOptions, SqliteStore};
