use belgie_ports::InvalidIdentity;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::audience::Audiences;
use crate::fault::invalid;
use belgie_provider_http::{json, redacted};

/// The claims that decide whether an ID token is accepted (OpenID Connect Core §2). One of the wrong type, `null`
/// included, is an error and never an absent one.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    #[serde(rename = "iss")]
    pub(super) issuer: String,
    #[serde(rename = "sub")]
    pub(super) subject: String,
    #[serde(rename = "aud")]
    pub(super) audiences: Audiences,
    #[serde(rename = "exp", deserialize_with = "time")]
    pub(super) expires_at: DateTime<Utc>,
    #[serde(rename = "iat", deserialize_with = "time")]
    pub(super) issued_at: DateTime<Utc>,
    /// RFC 7519 §4.1.5
    #[serde(rename = "nbf", default, deserialize_with = "time_if_present")]
    pub(super) not_before: Option<DateTime<Utc>>,
    #[serde(rename = "auth_time", default, deserialize_with = "time_if_present")]
    pub(super) authenticated_at: Option<DateTime<Utc>>,
    #[serde(rename = "azp", default, deserialize_with = "json::present")]
    pub(super) authorized_party: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    pub(super) nonce: Option<String>,
    #[serde(rename = "at_hash", default, deserialize_with = "json::present")]
    pub(super) access_token_hash: Option<String>,
    /// The tenant that the account belongs to, as Microsoft reports it; any value, since others may mean something else.
    #[serde(rename = "tid", default, deserialize_with = "json::present")]
    pub(super) tenant: Option<Value>,
    /// The organisation that the account belongs to, as Google reports it. An unusable one is no organisation.
    #[serde(rename = "hd", default, deserialize_with = "json::usable")]
    pub(super) hosted_domain: Option<String>,
}

impl Claims {
    pub(super) fn read(payload: &[u8]) -> Result<Self, InvalidIdentity> {
        json::object(payload).map_err(|error| unreadable(&error))
    }
}

/// Names the claim, but not its value.
pub(super) fn unreadable(error: &serde_json::Error) -> InvalidIdentity {
    let reason = redacted(&error.to_string());
    invalid(format!("the ID token cannot be read: {reason}"))
}

fn time_if_present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    time(deserializer).map(Some)
}

/// Deserializes a `NumericDate` (RFC 7519 §2).
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let number = Number::deserialize(deserializer)?;
    seconds(&number).ok_or_else(|| serde::de::Error::custom("not a time"))
}

fn seconds(number: &Number) -> Option<DateTime<Utc>> {
    if let Some(seconds) = number.as_i64() {
        return DateTime::from_timestamp(seconds, 0);
    }
    let since = std::time::Duration::try_from_secs_f64(number.as_f64()?).ok()?;
    DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::from_std(since).ok()?)
}

#[cfg(test)]
mod tests;
