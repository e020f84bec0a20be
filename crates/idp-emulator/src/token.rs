//! The token endpoint (RFC 6749 §3.2, OpenID Connect Core §3.1.3).

mod client_authentication;
mod code_exchange;
mod endpoint;
mod error;
mod issue;
mod refresh;
mod revocation;

pub(crate) use client_authentication::{authenticate, basic_credentials};
pub(crate) use code_exchange::redeem;
pub(crate) use endpoint::{post, record};
pub(crate) use error::TokenError;
pub(crate) use issue::{change, remember};
pub(crate) use revocation::post as revoke;
