//! The compact serialization of a JWS (RFC 7515 §7.1), with the header of an access token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_domain::SigningKeyId;
use belgie_ports::AccessTokenError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// The type of access tokens (RFC 9068 §2.1), which no other JWT has.
const TYPE: &str = "at+jwt";

/// A JWS that has the form of an access token, whose signature is not verified yet.
#[derive(Debug)]
pub(crate) struct Jws<'t> {
    pub(crate) kid: SigningKeyId,
    /// The text that is signed.
    pub(crate) signing_input: &'t str,
    payload: &'t str,
    pub(crate) signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

impl<'t> Jws<'t> {
    /// Reads a token's header. Keys in the header (`jwk`, `jku`, `x5c`, `x5u`) are ignored.
    pub(crate) fn parse(token: &'t str, algorithm: &str) -> Result<Self, AccessTokenError> {
        let invalid = AccessTokenError::Invalid;
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid("does not have three parts"));
        };
        let read: Header = object(header).ok_or(invalid("has a header that cannot be read"))?;
        if read.crit {
            return Err(invalid("has critical header fields"));
        }
        if read.alg != algorithm {
            return Err(invalid("is signed by another algorithm"));
        }
        if read.typ != TYPE {
            return Err(invalid("is not an access token"));
        }
        let kid = read.kid.parse().map_err(|_| AccessTokenError::UnknownKey)?;
        Ok(Self {
            kid,
            signing_input: &token[..header.len() + 1 + payload.len()],
            payload,
            signature: decode(signature).ok_or(invalid("has a signature that cannot be read"))?,
        })
    }

    /// Reads the payload, once the signature is verified.
    pub(crate) fn payload<T: DeserializeOwned>(&self) -> Result<T, AccessTokenError> {
        let unreadable = "has claims that are missing or of the wrong type";
        object(self.payload).ok_or(AccessTokenError::Invalid(unreadable))
    }
}

/// Returns the encoded header of the tokens of a key.
pub(crate) fn header(algorithm: &str, kid: SigningKeyId) -> String {
    encode(format!(
        r#"{{"alg":"{algorithm}","typ":"{TYPE}","kid":"{kid}"}}"#
    ))
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes base64url in canonical form: no padding, and no unused bits set at the end.
fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// Parses a JSON object whose members of `T` occur once. An array, which serde would also accept, is refused.
fn object<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = decode(part)?;
    let is_object = json.trim_ascii_start().starts_with(b"{");
    is_object
        .then(|| serde_json::from_slice(&json).ok())
        .flatten()
}

/// Reads whether a member is present, whatever its value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| true)
}
