//! Access tokens: JWTs that prove a session to whoever knows our public keys (RFC 9068).

mod access_tokens;
mod key_ring;
mod keys;
mod parts;
mod tools;
mod verified;

pub use access_tokens::{AccessTokens, IssuedAccessToken};
pub use keys::Rotation;
pub use verified::VerifiedAccessToken;

pub(crate) use parts::AccessTokenParts;
