//! JSON Web Signatures in compact form (RFC 7515 §3.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Returns `BASE64URL(header).BASE64URL(payload)`.
pub(crate) fn signing_input(header: &Value, payload: &Value) -> String {
    format!("{}.{}", encode_json(header), encode_json(payload))
}

/// Appends a signature to its signing input.
pub(crate) fn with_signature(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", encode(signature))
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn encode_json(value: &Value) -> String {
    encode(value.to_string().as_bytes())
}
