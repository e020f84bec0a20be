//! Signed JSON Web Tokens (RFC 7515, RFC 7519 §7.2).

mod compact;
mod error;
mod header;

use serde_json::Value;

use crate::SigningAlgorithm;
use crate::keys::Keys;

pub(crate) use error::JwtError;

use compact::Compact;
use header::Header;

/// A JWT that the provider has signed. Nothing is known yet about its claims.
#[derive(Debug)]
pub(crate) struct VerifiedJwt {
    pub(crate) algorithm: SigningAlgorithm,
    pub(crate) payload: Vec<u8>,
    /// The `issuer` member of the key, if it has one.
    pub(crate) key_issuer: Option<Value>,
}

/// Verifies the form, the header and the signature of a JWT.
///
/// All keys that may have signed it are tried, since several may share a `kid` or have none (OpenID Connect Core §10.1).
pub(crate) fn verify(
    token: &str,
    keys: &Keys,
    allowed: &[SigningAlgorithm],
) -> Result<VerifiedJwt, JwtError> {
    let compact = Compact::parse(token)?;
    let header = Header::read(&compact.header, allowed)?;
    let (algorithm, kid) = (header.algorithm, header.kid.as_deref());
    let (message, signature) = (compact.signing_input.as_bytes(), &compact.signature);
    let mut error = JwtError::UnknownKey;
    for key in keys.candidates(algorithm, kid) {
        if key.verifies(algorithm, message, signature) {
            return Ok(VerifiedJwt {
                algorithm,
                payload: compact.payload,
                key_issuer: key.issuer().cloned(),
            });
        }
        if kid.is_some() {
            error = JwtError::WrongSignature;
        }
    }
    Err(error)
}
