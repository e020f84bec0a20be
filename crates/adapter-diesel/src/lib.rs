#![doc = include_str!("../README.md")]

mod migration;
#[cfg(feature = "sqlite")]
mod sqlite;
mod value;

pub use migration::{MigrationError, SchemaStatus};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteLocation, SqliteOpenError, SqliteOptions, SqliteStore};
