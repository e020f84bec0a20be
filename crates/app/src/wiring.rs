//! Creates the parts from the settings.

mod auth;
mod provider;
mod store;
mod web;

pub use auth::auth;
pub use provider::providers;
pub(crate) use store::{Opening, check, is_missing, open};
pub use web::web_config;
