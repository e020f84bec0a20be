//! What stored values mean, the same for both databases.

use std::str::FromStr;

#[cfg(feature = "postgres")]
use belgie_domain::TokenHash;
use belgie_domain::{EmailStanding, ProviderId};
use belgie_ports::StoreError;
use diesel::result::Error;

/// Reads a text that we wrote. The error names the column, never the value.
pub(crate) fn parse<T: FromStr>(text: &str, column: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// As [`parse`], where there may be none.
pub(crate) fn parse_some<T: FromStr>(
    text: Option<&str>,
    column: &str,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(text, column)).transpose()
}

/// Reads a hash that we wrote.
#[cfg(feature = "postgres")]
pub(crate) fn hash(bytes: &[u8], column: &str) -> Result<TokenHash, StoreError> {
    let bytes = bytes.try_into().map(TokenHash::from_bytes);
    bytes.map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// Reads the standing of an address from its two columns.
pub(crate) fn standing(verified: bool, proved: bool) -> Result<EmailStanding, StoreError> {
    match (verified, proved) {
        (false, false) => Ok(EmailStanding::Unverified),
        (true, false) => Ok(EmailStanding::Asserted),
        (true, true) => Ok(EmailStanding::Proved),
        (false, true) => Err(StoreError::Corrupt("users.email_proved".to_owned())),
    }
}

/// Turns "no such row" into `None`.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    diesel::OptionalExtension::optional(answer)
}

/// Reads a number of rows, which is never negative.
pub(crate) fn count(rows: i64) -> u64 {
    rows.try_into().unwrap_or(0)
}

/// Reads how often something was tried.
pub(crate) fn attempts(stored: i64, column: &str) -> Result<u32, StoreError> {
    let attempts = stored.try_into();
    attempts.map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// Writes a provider into a column of a key, which cannot be NULL.
pub(crate) fn provider_text(provider: Option<&ProviderId>) -> String {
    provider.map_or(String::new(), ToString::to_string)
}

/// Reads what [`provider_text`] wrote.
pub(crate) fn provider(text: &str, column: &str) -> Result<Option<ProviderId>, StoreError> {
    parse_some(Some(text).filter(|text| !text.is_empty()), column)
}
