//! The store on PostgreSQL.

mod account_tokens;
mod accounts;
mod address;
mod attempts;
mod background;
mod codes;
mod connection;
mod contention;
mod events;
mod failures;
mod hooks;
mod lease;
mod look_ups;
mod mailed_tokens;
mod migrations;
mod options;
mod outbox;
mod passwords;
mod pending_sign_ins;
mod query;
mod rate_limits;
mod rerun;
mod schema;
mod session_row;
mod sessions;
mod signing_keys;
mod store;
mod tls;
mod transaction;
mod used_id_tokens;
mod user_row;
mod users;

pub use address::InvalidPgUrl;
pub use options::{PgOpenError, PgOptions};
pub use store::PgStore;
