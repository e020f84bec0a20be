//! Conversions of stored values, shared by both databases.

use std::str::FromStr;

#[cfg(feature = "postgres")]
use belgie_domain::TokenHash;
use belgie_domain::{EmailStatus, KeyId, ProviderId};
use belgie_ports::StoreError;
use diesel::result::Error;

/// Parses a stored text. The error names the column, never the value.
pub(crate) fn parse<T: FromStr>(text: &str, column: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// As [`parse`], for nullable columns.
pub(crate) fn parse_some<T: FromStr>(
    text: Option<&str>,
    column: &str,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(text, column)).transpose()
}

/// As [`parse`], for a nullable column that is not NULL in this kind of row.
pub(crate) fn parse_present<T: FromStr>(text: Option<&str>, column: &str) -> Result<T, StoreError> {
    parse(text.unwrap_or_default(), column)
}

/// Converts a stored hash.
#[cfg(feature = "postgres")]
pub(crate) fn hash(bytes: &[u8], column: &str) -> Result<TokenHash, StoreError> {
    let bytes = bytes.try_into().map(TokenHash::from_bytes);
    bytes.map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// Converts the two columns of an address's status; the error names the second one.
pub(crate) fn standing(
    verified: bool,
    proved: bool,
    column: &str,
) -> Result<EmailStatus, StoreError> {
    match (verified, proved) {
        (false, false) => Ok(EmailStatus::Unverified),
        (true, false) => Ok(EmailStatus::Asserted),
        (true, true) => Ok(EmailStatus::Proved),
        (false, true) => Err(StoreError::Corrupt(column.to_owned())),
    }
}

/// Turns "no such row" into `None`.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    diesel::OptionalExtension::optional(answer)
}

/// Converts a number of rows, which is never negative.
pub(crate) fn count(rows: i64) -> u64 {
    rows.try_into().unwrap_or(0)
}

/// Converts a number that was stored as a wider one.
pub(crate) fn number(stored: i64, column: &str) -> Result<u32, StoreError> {
    let number = stored.try_into();
    number.map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// Converts the id of an encryption key.
pub(crate) fn key_id(bytes: &[u8], column: &str) -> Result<KeyId, StoreError> {
    let bytes = bytes.try_into().map(KeyId::from_bytes);
    bytes.map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// Converts the number of a signing key.
pub(crate) fn key_number(stored: i64, column: &str) -> Result<u32, StoreError> {
    let number = stored.try_into();
    number.map_err(|_| StoreError::Corrupt(column.to_owned()))
}

/// Converts a provider to a key column, which cannot be NULL.
pub(crate) fn provider_text(provider: Option<&ProviderId>) -> String {
    provider.map_or(String::new(), ToString::to_string)
}

/// Parses what [`provider_text`] wrote.
pub(crate) fn provider(text: &str, column: &str) -> Result<Option<ProviderId>, StoreError> {
    parse_some(Some(text).filter(|text| !text.is_empty()), column)
}
