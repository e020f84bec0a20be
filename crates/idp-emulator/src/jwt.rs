//! JSON Web Signatures in compact form (RFC 7515 §3.1).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Signs any header and payload.
pub(crate) fn compact(
    header: &str,
    payload: &str,
    encode: fn(&[u8]) -> String,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> String {
    let (header, payload) = (encode(header.as_bytes()), encode(payload.as_bytes()));
    let message = format!("{header}.{payload}");
    let signature = encode(&sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// Encodes bytes as base64url without padding (RFC 7515 §2).
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes bytes as standard base64, which must not be used in a token (RFC 4648 §4).
pub(crate) fn encode_plain(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
