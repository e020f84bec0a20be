//! Checks signatures as a client would that knows only the key set.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_idp_emulator::Emulator;
use ring::hmac;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

use crate::client::{get_json, part};

/// Says whether the key that the token's `kid` names has signed it.
pub(crate) async fn verifies(idp: &Emulator, token: &str) -> bool {
    let kid = &part(token, 0)["kid"];
    let keys = get_json(idp, "/jwks").await;
    let keys = keys["keys"].as_array().expect("keys is an array");
    keys.iter()
        .find(|key| key["kid"] == *kid)
        .is_some_and(|key| verifies_with(key, token))
}

/// Says whether this key has signed the token.
pub(crate) fn verifies_with(key: &Value, token: &str) -> bool {
    let (message, signature) = split(token);
    let field = |name: &str| decode(key[name].as_str().expect("the key has that field"));
    let message = message.as_bytes();
    match key["kty"].as_str() {
        Some("RSA") => RsaPublicKeyComponents {
            n: field("n"),
            e: field("e"),
        }
        .verify(
            &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            message,
            &signature,
        )
        .is_ok(),
        Some("EC") => {
            let point = [vec![4], field("x"), field("y")].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            key.verify(message, &signature).is_ok()
        }
        Some("OKP") => UnparsedPublicKey::new(&ED25519, field("x"))
            .verify(message, &signature)
            .is_ok(),
        Some("oct") => verifies_hmac(&field("k"), token),
        other => panic!("no such kty: {other:?}"),
    }
}

pub(crate) fn verifies_hmac(secret: &[u8], token: &str) -> bool {
    let (message, signature) = split(token);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, message.as_bytes(), &signature).is_ok()
}

fn split(token: &str) -> (&str, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').expect("the token has a signature");
    (message, decode(signature))
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("it is base64url")
}
