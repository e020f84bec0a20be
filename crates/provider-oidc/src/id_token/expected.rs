use belgie_domain::Nonce;
use chrono::{DateTime, TimeDelta, Utc};

use crate::issuer_rule::IssuerRule;

/// The clients to which an ID token may have been issued.
#[derive(Clone, Copy)]
pub(crate) struct Clients<'a> {
    /// The client of our own authorization requests.
    pub(crate) id: &'a str,
    /// The application's other clients, such as its mobile apps; only for tokens that are posted.
    pub(crate) extra: &'a [String],
}

impl Clients<'_> {
    pub(crate) fn include(self, id: &str) -> bool {
        id == self.id || self.extra.iter().any(|extra| extra == id)
    }
}

/// The nonce that an ID token must contain.
#[derive(Clone, Copy)]
pub(crate) enum ExpectedNonce<'a> {
    /// That of our authorization request.
    Own(&'a Nonce),
    /// That of a client, as it is or hashed.
    OfClient(&'a Nonce),
}

/// The values an ID token is validated against.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer_rule: &'a IssuerRule,
    pub(crate) clients: Clients<'a>,
    pub(crate) trusted_audiences: &'a [String],
    pub(crate) hosted_domain: Option<&'a str>,
    /// `None` when tokens are refreshed: the nonce is not known any more.
    pub(crate) nonce: Option<ExpectedNonce<'a>>,
    /// How long ago it may have been issued; `None` when `exp` alone decides.
    pub(crate) oldest: Option<TimeDelta>,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) max_age: Option<TimeDelta>,
    pub(crate) now: DateTime<Utc>,
}
