use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{AdditionalClaims, IdToken, IdTokenClaims};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;

/// The claims of an ID token, with the known ones correctly typed.
pub(crate) type Claims = IdTokenClaims<ExtraClaims, CoreGenderClaim>;

pub(super) type Token = IdToken<
    ExtraClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The claims not covered by openidconnect.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct ExtraClaims {
    /// The time before which the token must not be accepted (RFC 7519 §4.1.5).
    #[serde(default, deserialize_with = "time", skip_serializing)]
    pub(crate) nbf: Option<DateTime<Utc>>,
    /// The organisation that the account belongs to, as Google reports it.
    pub(crate) hd: Option<String>,
}

impl AdditionalClaims for ExtraClaims {}

/// Deserializes a `NumericDate` (RFC 7519 §2). A value of the wrong type is an error, never an absent claim.
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
        let claims: ExtraClaims = serde_json::from_str(&format!("{{\"nbf\":{json}}}"))?;
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

    fn token(claims: &str) -> Result<Token, serde_json::Error> {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
        format!("{header}.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)).parse()
    }

    #[test]
    fn idt_14_a_repeated_claim_is_refused() {
        let claims = r#""iss":"https://id.example.com","aud":"client","exp":2,"iat":1,"sub":"1""#;
        assert!(token(&format!("{{{claims}}}")).is_ok());
        for twice in [
            r#""iss":"https://id.example.com""#,
            r#""aud":"client""#,
            r#""exp":2"#,
            r#""iat":1"#,
            r#""sub":"1""#,
            r#""nonce":"1","nonce":"1""#,
            r#""azp":"1","azp":"1""#,
            r#""at_hash":"1","at_hash":"1""#,
            r#""nbf":1,"nbf":1"#,
            r#""hd":"1","hd":"1""#,
            r#""email":"1","email":"1""#,
            r#""email_verified":true,"email_verified":true"#,
        ] {
            assert!(token(&format!("{{{claims},{twice}}}")).is_err(), "{twice}");
        }
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
