use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_ports::InvalidIdentity;
use serde::{Deserialize, Deserializer};
use serde_json::Number;

use crate::json;
use crate::unusable::invalid;

/// The times that decide whether a token is accepted. `updated_at` does not: some providers write it as text.
#[expect(dead_code, reason = "that they are numbers is all that is asked")]
#[derive(Deserialize)]
struct Times {
    exp: Number,
    iat: Number,
    #[serde(default, deserialize_with = "present")]
    auth_time: Option<Number>,
}

/// Checks that the times are numbers (OpenID Connect Core §2): openidconnect also takes text in their place, because it
/// has one switch for all times of a token.
pub(super) fn check(token: &str) -> Result<(), InvalidIdentity> {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload);
    let payload = payload.map_err(|_| invalid("the ID token cannot be read: no base64url"))?;
    json::object::<Times>(&payload).map_err(|_| {
        invalid("the ID token cannot be read: exp, iat or auth_time is missing or no number")
    })?;
    Ok(())
}

/// `null` is a value of the wrong type, not an absent one.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Number>, D::Error> {
    Number::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(claims: &str) -> Result<(), InvalidIdentity> {
        super::check(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)))
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
            "[2,1]",
        ] {
            assert!(check(claims).is_err(), "{claims}");
        }
    }
}
