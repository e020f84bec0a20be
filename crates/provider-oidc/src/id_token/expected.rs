use belgie_domain::Nonce;
use chrono::{DateTime, TimeDelta, Utc};

use crate::issuer_rule::IssuerRule;

/// The values an ID token is validated against.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer_rule: &'a IssuerRule,
    pub(crate) client_id: &'a str,
    pub(crate) trusted_audiences: &'a [String],
    pub(crate) hosted_domain: Option<&'a str>,
    pub(crate) nonce: &'a Nonce,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) max_age: Option<TimeDelta>,
    pub(crate) now: DateTime<Utc>,
}
