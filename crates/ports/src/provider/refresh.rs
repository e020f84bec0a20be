use std::fmt;

use belgie_domain::{Issuer, Subject};

/// The parameters of a refresh (RFC 6749 §6).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RefreshGrant<'a> {
    /// The refresh token. Never log it.
    pub refresh_token: &'a str,
    /// The issuer of the account that the tokens belong to.
    pub issuer: &'a Issuer,
    /// The subject of that account.
    pub subject: &'a Subject,
}

impl<'a> RefreshGrant<'a> {
    /// Creates the parameters.
    pub fn new(refresh_token: &'a str, issuer: &'a Issuer, subject: &'a Subject) -> Self {
        Self {
            refresh_token,
            issuer,
            subject,
        }
    }
}

impl fmt::Debug for RefreshGrant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshGrant")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
