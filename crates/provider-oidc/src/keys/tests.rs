use serde_json::{Value, json};

use super::*;

fn parse(document: &Value) -> Result<Keys, ProviderFault> {
    let source = Url::parse("https://id.example.com/keys").unwrap();
    Keys::parse(&source, document.to_string().as_bytes())
}

fn count(key: &Value) -> usize {
    parse(&json!({ "keys": [key] })).unwrap().keys.len()
}

fn rsa(bits: usize) -> Value {
    // Only the length of the modulus matters here.
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] >>= (8 - bits % 8) % 8;
    json!({ "kty": "RSA", "kid": "1", "n": encode(&modulus), "e": "AQAB" })
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

#[test]
fn idt_16_rsa_keys_below_2048_bits_are_not_used() {
    assert_eq!(count(&rsa(2048)), 1);
    assert_eq!(count(&rsa(4096)), 1);
    for bits in [512, 1024, 2040, 2047] {
        assert_eq!(count(&rsa(bits)), 0, "{bits}");
    }
    let mut padded = vec![0; 128];
    padded.extend([0xff; 128]);
    assert_eq!(count(&with(rsa(2048), "n", encode(&padded).into())), 0);
}

#[test]
fn idt_16_keys_for_other_purposes_are_not_used() {
    assert_eq!(count(&with(rsa(2048), "use", "sig".into())), 1);
    assert_eq!(count(&with(rsa(2048), "use", "enc".into())), 0);
    assert_eq!(count(&with(rsa(2048), "use", 7.into())), 0);
    assert_eq!(count(&with(rsa(2048), "key_ops", json!(["verify"]))), 1);
    assert_eq!(count(&with(rsa(2048), "key_ops", json!(["encrypt"]))), 0);
    assert_eq!(count(&with(rsa(2048), "alg", "RS256".into())), 1);
    assert_eq!(count(&with(rsa(2048), "alg", "RSA-OAEP".into())), 0);
}

#[test]
fn idt_16_symmetric_keys_unknown_types_and_unknown_curves_are_not_used() {
    let point = encode(&[1; 32]);
    for key in [
        json!({ "kty": "oct", "k": point }),
        json!({ "kty": "RSA", "e": "AQAB" }),
        json!({ "kty": "EC", "crv": "P-521", "x": point, "y": point }),
        json!({ "kty": "EC", "crv": "secp256k1", "x": point, "y": point }),
        json!({ "kty": "EC", "x": point, "y": point }),
        json!({ "kty": "OKP", "crv": "X25519", "x": point }),
        json!({ "kty": "OKP", "x": point }),
        json!({ "kty": "AKP" }),
        json!({ "kid": "1" }),
        json!("key"),
        json!(["RSA", "sig", ["verify"], "P-256", "AQAB"]),
        Value::Null,
    ] {
        assert_eq!(count(&key), 0, "{key}");
    }
    assert_eq!(
        count(&json!({ "kty": "EC", "crv": "P-256", "x": point, "y": point })),
        1
    );
}

#[test]
fn idt_14_a_key_with_a_repeated_member_is_not_used_and_the_others_are() {
    let (good, modulus) = (rsa(2048).to_string(), encode(&[0xff; 256]));
    for members in [
        format!(r#""kty":"RSA","e":"AQAB","n":"{modulus}","n":"{modulus}""#),
        format!(r#""kty":"RSA","kty":"RSA","e":"AQAB","n":"{modulus}""#),
        format!(r#""kty":"RSA","e":"AQAB","n":"{modulus}","use":"enc","use":"sig""#),
        format!(r#""kty":"RSA","e":"AQAB","n":"{modulus}","kid":"1","kid":"2""#),
        format!(r#""kty":"RSA","e":"AQAB","n":"{modulus}","x":1,"x":1"#),
    ] {
        let source = Url::parse("https://id.example.com/keys").unwrap();
        let document = format!(r#"{{"keys":[{{{members}}},{good}]}}"#);

        let keys = Keys::parse(&source, document.as_bytes()).unwrap();

        let ids = keys.keys.iter().map(VerifyingKey::id);
        assert_eq!(ids.collect::<Vec<_>>(), [Some("1")], "{members}");
        assert_eq!(keys.count(), 1, "{members}");
    }
}

#[test]
fn idt_15_a_key_set_has_at_most_100_keys() {
    let keys = |count: usize| json!({ "keys": vec![rsa(2048); count] });

    assert_eq!(parse(&keys(100)).unwrap().keys.len(), 100);
    assert!(parse(&keys(101)).is_err());
}

#[test]
fn idt_14_a_key_set_is_an_object_with_an_array() {
    for document in [
        json!([]),
        json!([[rsa(2048)]]),
        json!({}),
        json!({ "keys": {} }),
        json!({ "keys": null }),
        Value::Null,
    ] {
        assert!(parse(&document).is_err(), "{document}");
    }
}

#[test]
fn idt_11_a_token_with_a_kid_is_only_tried_with_keys_of_that_kid() {
    let keys = parse(&json!({ "keys": [
        rsa(2048),
        with(rsa(2048), "kid", "2".into()),
        { "kty": "OKP", "crv": "Ed25519", "x": encode(&[1; 32]) },
    ] }))
    .unwrap();

    let count = |algorithm, kid| keys.candidates(algorithm, kid).count();
    assert_eq!(count(SigningAlgorithm::Rs256, Some("2")), 1);
    assert_eq!(count(SigningAlgorithm::Rs256, Some("3")), 0);
    assert_eq!(count(SigningAlgorithm::EdDsa, Some("2")), 0);
    assert_eq!(count(SigningAlgorithm::Rs256, None), 2);
    assert_eq!(count(SigningAlgorithm::EdDsa, None), 1);
}

#[test]
fn idt_15_a_token_is_tried_with_at_most_10_keys() {
    let keys = parse(&json!({ "keys": vec![rsa(2048); 100] })).unwrap();

    assert_eq!(keys.candidates(SigningAlgorithm::Rs256, None).count(), 10);
    let named = keys.candidates(SigningAlgorithm::Ps512, Some("1"));
    assert_eq!(named.count(), 10);
}
