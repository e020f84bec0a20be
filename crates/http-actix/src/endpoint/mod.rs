//! The routes, one per file.

pub(crate) mod asset;
pub(crate) mod callback;
pub(crate) mod fallback;
pub(crate) mod health;
pub(crate) mod me;
pub(crate) mod providers;
pub(crate) mod revoke;
pub(crate) mod revoke_others;
pub(crate) mod sender;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use actix_web::HttpResponse;

use crate::error::ApiError;

/// What a handler answers.
pub(crate) type Answer = Result<HttpResponse, ApiError>;
