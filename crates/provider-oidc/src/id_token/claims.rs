use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{AdditionalClaims, IdToken, IdTokenClaims};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;

/// The claims of an ID token, every known one of its right type.
pub(crate) type Claims = IdTokenClaims<MoreClaims, CoreGenderClaim>;

pub(super) type Token = IdToken<
    MoreClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The claims that openidconnect does not know.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct MoreClaims {
    /// The time before which the token must not be accepted (RFC 7519 §4.1.5).
    #[serde(default, deserialize_with = "time", skip_serializing)]
    pub(crate) nbf: Option<DateTime<Utc>>,
    /// The organisation that the account belongs to, as Google says it.
    pub(crate) hd: Option<String>,
}

impl AdditionalClaims for MoreClaims {}

/// Reads a `NumericDate` (RFC 7519 §2). What is there but no time is an error, never an absent claim.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let number = Number::deserialize(deserializer)?;
    seconds(&number)
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom("not a time"))
}

fn seconds(number: &Number) -> Option<DateTime<Utc>> {
    if let Some(seconds) = number.as_i64() {
        return DateTime::from_timestamp(seconds, 0);
    }
    let since = std::time::Duration::try_from_secs_f64(number.as_f64()?).ok()?;
    DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::from_std(since).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nbf(json: &str) -> Result<Option<DateTime<Utc>>, serde_json::Error> {
        let claims: MoreClaims = serde_json::from_str(&format!("{{\"nbf\":{json}}}"))?;
        Ok(claims.nbf)
    }

    #[test]
    fn a_time_is_a_number_of_seconds_with_or_without_a_fraction() {
        let expected = DateTime::from_timestamp(1_700_000_000, 0);
        assert_eq!(nbf("1700000000").unwrap(), expected);
        assert_eq!(
            nbf("1700000000.5").unwrap(),
            expected.map(|time| time + TimeDelta::milliseconds(500))
        );
    }

    #[test]
    fn idt_14_a_time_of_the_wrong_type_is_not_an_absent_one() {
        for json in [
            "\"99\"",
            "true",
            "null",
            "[]",
            "{}",
            "1e300",
            "-1.5",
            "9223372036854775807",
            "18446744073709551615",
        ] {
            assert!(nbf(json).is_err(), "{json}");
        }
    }
}
