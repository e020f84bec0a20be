//! The use cases behind the routes, one resource per file.

pub(crate) mod account_token;
pub(crate) mod accounts;
pub(crate) mod asset;
pub(crate) mod callback;
mod credentials;
pub(crate) mod delete_me;
pub(crate) mod edit_me;
pub(crate) mod email;
mod email_change_form;
pub(crate) mod exchange;
pub(crate) mod export_me;
pub(crate) mod forgotten;
pub(crate) mod health;
pub(crate) mod jwks;
pub(crate) mod link;
pub(crate) mod login;
pub(crate) mod me;
pub(crate) mod password;
mod password_form;
pub(crate) mod pending;
pub(crate) mod posted_callback;
pub(crate) mod providers;
mod reauthentication_form;
pub(crate) mod register;
pub(crate) mod revoke;
pub(crate) mod revoke_others;
mod sent;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod token;
pub(crate) mod unlink;

/// The content type of JSON responses.
const JSON: &str = "application/json";
