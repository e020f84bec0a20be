use serde::Deserialize;
use serde_json::Value;

use super::error::JwtError;
use crate::SigningAlgorithm;
use belgie_provider_http::{json, redacted};

/// The header of a JWT, checked before anything else is parsed (RFC 8725 §3.1).
///
/// Keys embedded in the header (`jwk`, `jku`, `x5u`, `x5c`) are ignored.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: SigningAlgorithm,
    pub(super) kid: Option<String>,
}

#[derive(Deserialize)]
struct Fields {
    alg: String,
    #[serde(default, deserialize_with = "json::present")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    typ: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    crit: Option<Value>,
    #[serde(default, deserialize_with = "json::present")]
    enc: Option<Value>,
}

impl Header {
    /// Parses the decoded header of a token.
    pub(super) fn read(json: &[u8], allowed: &[SigningAlgorithm]) -> Result<Self, JwtError> {
        let fields: Fields =
            json::object(json).map_err(|error| JwtError::Header(redacted(&error.to_string())))?;
        if fields.enc.is_some() {
            return Err(JwtError::Encrypted);
        }
        if fields.crit.is_some() {
            return Err(JwtError::Critical);
        }
        if let Some(typ) = fields.typ.filter(|typ| !is_jwt(typ)) {
            return Err(JwtError::Type(typ));
        }
        let algorithm = SigningAlgorithm::find(&fields.alg)
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or(JwtError::Algorithm(fields.alg))?;
        Ok(Self {
            algorithm,
            kid: fields.kid,
        })
    }
}

fn is_jwt(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("application/jwt")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(header: &Value) -> Result<Header, JwtError> {
        Header::read(header.to_string().as_bytes(), &[SigningAlgorithm::Rs256])
    }

    #[test]
    fn an_ordinary_header_passes() {
        let header = read(&json!({ "alg": "RS256", "kid": "1", "typ": "JWT" })).unwrap();

        assert_eq!(header.algorithm, SigningAlgorithm::Rs256);
        assert_eq!(header.kid.as_deref(), Some("1"));
        assert!(read(&json!({ "alg": "RS256", "typ": "application/JWT" })).is_ok());
    }

    #[test]
    fn idt_02_only_allowed_algorithms_pass() {
        for alg in [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "ES256", "rs256",
            "RS256 ", " RS256", "RS256\0", "RSA", "dir", "null",
        ] {
            assert!(read(&json!({ "alg": alg })).is_err(), "{alg}");
        }
        for alg in [Value::Null, json!(["RS256"]), json!(256)] {
            assert!(read(&json!({ "alg": alg })).is_err(), "{alg}");
        }
        assert!(read(&json!({})).is_err());
        assert!(read(&json!({ "Alg": "RS256", "algorithm": "RS256" })).is_err());
    }

    #[test]
    fn idt_02_a_repeated_algorithm_is_refused() {
        for header in [
            r#"{"alg":"RS256","alg":"none"}"#,
            r#"{"alg":"none","alg":"RS256"}"#,
            r#"{"alg":"RS256","\u0061lg":"RS256"}"#,
            r#"{"alg":"RS256","kid":"1","kid":"2"}"#,
            r#"{"alg":"RS256","crit":["x"],"crit":[]}"#,
            r#"{"alg":"RS256"}{}"#,
        ] {
            let refused = Header::read(header.as_bytes(), &[SigningAlgorithm::Rs256]);

            assert!(refused.is_err(), "{header}");
        }
    }

    #[test]
    fn idt_13_any_crit_is_refused() {
        for crit in [json!(["x"]), json!([]), json!("b64"), Value::Null] {
            assert!(
                read(&json!({ "alg": "RS256", "crit": crit })).is_err(),
                "{crit}"
            );
        }
    }

    #[test]
    fn idt_14_tokens_of_other_types_and_fields_of_wrong_types_are_refused() {
        for typ in ["at+jwt", "logout+jwt", "JOSE+JSON", ""] {
            assert!(
                read(&json!({ "alg": "RS256", "typ": typ })).is_err(),
                "{typ}"
            );
        }
        for header in [
            json!({ "alg": "RS256", "typ": null }),
            json!({ "alg": "RS256", "kid": 7 }),
            json!({ "alg": "RS256", "kid": null }),
            json!(["RS256"]),
            json!("RS256"),
        ] {
            assert!(read(&header).is_err(), "{header}");
        }
    }

    #[test]
    fn idt_19_an_encrypted_token_is_refused_as_such() {
        let error = read(&json!({ "alg": "RSA-OAEP", "enc": "A256GCM" })).unwrap_err();

        assert_eq!(error, JwtError::Encrypted);
    }
}
