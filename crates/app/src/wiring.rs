//! Creates the parts from the settings.

mod auth;
mod mailer;
mod provider;
mod store;
mod web;

pub use auth::auth;
pub use mailer::mailer;
pub use provider::providers;
pub use store::open_or_create;
pub(crate) use store::{check, is_missing, open_existing};
pub use web::web_config;
