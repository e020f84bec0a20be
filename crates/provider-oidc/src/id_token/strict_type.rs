use belgie_ports::InvalidIdentity;
use serde::Deserialize;
use serde_json::Number;

use crate::fault::invalid;
use belgie_provider_http::{json, redacted};

/// The claims that decide whether a token is accepted. `updated_at` is not one of them: some providers send it as text.
#[expect(dead_code, reason = "only their types are checked")]
#[derive(Deserialize)]
struct CheckedClaims {
    exp: Number,
    iat: Number,
    #[serde(default, deserialize_with = "json::present")]
    auth_time: Option<Number>,
    #[serde(default, deserialize_with = "json::present")]
    azp: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    at_hash: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    nonce: Option<String>,
}

/// Checks types on which openidconnect is lenient: it accepts text for any time, because it has a single switch for all
/// times of a token (OpenID Connect Core §2 requires numbers), and `null` for an absent claim.
pub(super) fn check(payload: &[u8]) -> Result<(), InvalidIdentity> {
    json::object::<CheckedClaims>(payload).map_err(|error| {
        let reason = redacted(&error.to_string());
        invalid(format!(
            "the ID token cannot be read: exp, iat, auth_time, azp, at_hash or nonce: {reason}"
        ))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(claims: &str) -> Result<(), InvalidIdentity> {
        super::check(claims.as_bytes())
    }

    #[test]
    fn idt_06_and_idt_07_times_are_there_and_numbers() {
        assert!(check(r#"{"exp":2,"iat":1}"#).is_ok());
        assert!(check(r#"{"exp":2.5,"iat":1,"updated_at":"2026-11-20T10:00:00Z"}"#).is_ok());
        for claims in [
            r#"{"iat":1}"#,
            r#"{"exp":2}"#,
            r#"{"exp":"2026-11-20T10:00:00Z","iat":1}"#,
            r#"{"exp":2,"iat":"1"}"#,
            r#"{"exp":true,"iat":1}"#,
            r#"{"exp":2,"iat":null}"#,
            r#"{"exp":2,"iat":1,"auth_time":"2026-11-20T10:00:00Z"}"#,
            r#"{"exp":2,"iat":1,"auth_time":null}"#,
            r#"{"exp":2,"iat":1,"exp":2}"#,
            "[2,1]",
        ] {
            assert!(check(claims).is_err(), "{claims}");
        }
    }

    #[test]
    fn idt_14_a_claim_that_is_null_is_not_an_absent_one() {
        for name in ["azp", "at_hash", "nonce"] {
            assert!(check(&format!(r#"{{"exp":2,"iat":1,"{name}":"x"}}"#)).is_ok());
            for value in ["null", "7", "[]", r#"["x"]"#, "{}", "true"] {
                let claims = format!(r#"{{"exp":2,"iat":1,"{name}":{value}}}"#);
                assert!(check(&claims).is_err(), "{claims}");
            }
        }
    }
}
