//! Where conversations are kept: in the same database as Belgie's users, SQLite or PostgreSQL.

mod conversations;
mod database;
mod messages;
mod people;
mod welcome;

pub use database::{Repository, RepositoryError, Result};
pub use messages::Sent;
