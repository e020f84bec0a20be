//! Creates the parts from the settings.

mod auth;
mod provider;
mod store;
mod web;

pub use auth::auth;
pub use provider::providers;
pub(crate) use store::is_missing;
pub use store::{Opening, check, open};
pub use web::web_config;
