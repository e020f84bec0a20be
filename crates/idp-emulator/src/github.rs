//! GitHub's endpoints: OAuth 2.0 without ID tokens, and the part of its API that identifies the user.

mod access_token;
mod account;
mod api;
mod revocation;

pub(crate) use access_token::post as access_token;
pub(crate) use api::{emails, root, user};
pub(crate) use revocation::delete as revoke;
