//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2).

mod decision;
mod endpoint;
mod request;
mod response;

pub use decision::AuthorizeError;
pub(crate) use decision::{authorize_by_url, deny_by_url};
pub(crate) use endpoint::{get, post};
pub(crate) use request::AuthorizationRequest;
