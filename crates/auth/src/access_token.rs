//! Access tokens: JWTs that prove a session to any service with our public keys (RFC 9068).

mod access_tokens;
mod key_ring;
mod keys;
mod signing;
mod state;
mod verified;

pub use access_tokens::{AccessTokens, IssuedAccessToken};
pub use keys::Rotation;
pub use verified::VerifiedAccessToken;

pub(crate) use state::AccessTokenState;
