//! ID tokens that are wrong on purpose (security rows IDT-01 to IDT-16, IDT-19).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use belgie_idp_emulator::{Emulator, Fault, IdTokenFault, JwksFault, OddKey, Signature};
use serde_json::{Value, json};

use crate::client::{CLIENT_SECRET, get_json, id_token, part, sign_in, start};
use crate::verify::{verifies, verifies_hmac, verifies_with};

/// Returns the ID token of a sign-in under a fault, and ends the fault.
async fn under(idp: &Emulator, fault: Fault) -> String {
    idp.fault(fault);
    let token = id_token(idp).await;
    idp.clear_faults();
    token
}

fn header(token: &str) -> Value {
    part(token, 0)
}

fn claims(token: &str) -> Value {
    part(token, 1)
}

#[tokio::test]
async fn a_right_token_verifies() {
    let idp = start().await;

    let token = id_token(&idp).await;

    assert!(verifies(&idp, &token).await);
    assert_eq!(header(&token)["alg"], "RS256");
    assert_eq!(header(&token)["typ"], "JWT");
}

#[tokio::test]
async fn signatures_are_bad_though_the_kid_is_right() {
    let idp = start().await;
    let kid = &get_json(&idp, "/jwks").await["keys"][0]["kid"];

    for signature in [Signature::BitFlipped, Signature::OtherKey] {
        let token = under(&idp, Fault::signature(signature)).await;

        assert_eq!(header(&token)["kid"], *kid, "{signature:?}");
        assert!(!verifies(&idp, &token).await, "{signature:?}");
    }
}

#[tokio::test]
async fn alg_none_comes_with_and_without_a_signature() {
    let idp = start().await;

    let bare = under(&idp, Fault::signature(Signature::None)).await;
    let signed = under(&idp, Fault::signature(Signature::NoneButSigned)).await;

    assert_eq!(header(&bare)["alg"], "none");
    assert!(bare.ends_with('.'));
    assert_eq!(header(&signed)["alg"], "none");
    assert!(verifies(&idp, &signed).await);
}

#[tokio::test]
async fn hs256_is_keyed_with_the_client_secret() {
    let idp = start().await;

    let token = under(&idp, Fault::signature(Signature::ClientSecret)).await;

    assert_eq!(header(&token)["alg"], "HS256");
    assert!(verifies_hmac(CLIENT_SECRET.as_bytes(), &token));
}

#[tokio::test]
async fn hs256_is_keyed_with_the_public_key() {
    let idp = start().await;
    let right = id_token(&idp).await;

    for signature in [
        Signature::PublicKeyPem,
        Signature::PublicKeyDer,
        Signature::PublicKeyModulus,
    ] {
        let token = under(&idp, Fault::signature(signature)).await;

        assert_eq!(header(&token)["alg"], "HS256");
        assert_eq!(header(&token)["kid"], header(&right)["kid"]);
        assert!(!verifies_hmac(CLIENT_SECRET.as_bytes(), &token));
        assert!(!verifies(&idp, &token).await);
    }
    let keys = get_json(&idp, "/jwks").await;
    let modulus = URL_SAFE_NO_PAD.decode(keys["keys"][0]["n"].as_str().unwrap());
    let token = under(&idp, Fault::signature(Signature::PublicKeyModulus)).await;
    assert!(verifies_hmac(&modulus.unwrap(), &token));
}

#[tokio::test]
async fn a_key_that_was_withdrawn_still_signs() {
    let idp = start().await;
    let (before, keys) = (id_token(&idp).await, get_json(&idp, "/jwks").await);
    idp.rotate_keys();

    let token = under(&idp, Fault::signature(Signature::RetiredKey)).await;

    assert_eq!(header(&token)["kid"], header(&before)["kid"]);
    assert!(verifies_with(&keys["keys"][0], &token));
    assert!(!verifies(&idp, &token).await);
}

#[tokio::test]
async fn the_header_brings_its_own_key() {
    let idp = start().await;

    let token = under(&idp, Fault::signature(Signature::EmbeddedKey)).await;

    assert!(verifies_with(&header(&token)["jwk"], &token));
    assert!(!verifies(&idp, &token).await);
}

#[tokio::test]
async fn odd_keys_sign_and_are_published() {
    let idp = start().await;

    for (key, alg, kty) in [
        (OddKey::Rsa1024, "RS256", "RSA"),
        (OddKey::EcP256, "ES256", "EC"),
        (OddKey::EcWrongCurve, "ES256", "EC"),
        (OddKey::Ed25519, "EdDSA", "OKP"),
        (OddKey::ClientSecret, "HS256", "oct"),
    ] {
        idp.fault(Fault::signature(Signature::Odd(key)));
        idp.fault(Fault::Jwks(JwksFault::Replace(key)));

        let token = id_token(&idp).await;
        let keys = get_json(&idp, "/jwks").await;

        assert_eq!(header(&token)["alg"], alg, "{key:?}");
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1, "{key:?}");
        assert_eq!(keys["keys"][0]["kty"], kty, "{key:?}");
        assert!(verifies(&idp, &token).await, "{key:?}");
        idp.clear_faults();
    }
}

#[tokio::test]
async fn any_claim_is_set_to_anything_or_removed() {
    let idp = start().await;
    let cases = [
        ("iss", json!("https://evil.example")),
        ("aud", json!(["client id", "another"])),
        ("azp", json!("another")),
        ("exp", json!("tomorrow")),
        ("iat", json!(true)),
        ("nbf", json!("99")),
        ("sub", json!("")),
        ("nonce", json!("another")),
        ("at_hash", json!("another")),
        ("hd", json!("evil.example")),
        ("email_verified", json!("true")),
    ];

    for (name, value) in cases {
        let set = under(&idp, Fault::claim(name, value.clone())).await;
        let removed = under(&idp, Fault::without_claim(name)).await;

        assert_eq!(claims(&set)[name], value);
        assert!(!claims(&removed).as_object().unwrap().contains_key(name));
        assert!(verifies(&idp, &set).await, "only {name} is wrong");
    }
}

#[tokio::test]
async fn times_are_moved_from_the_moment_of_issue() {
    let idp = start().await;

    let token = under(&idp, Fault::claim_at("exp", -61)).await;

    let claims = claims(&token);
    assert_eq!(
        claims["exp"].as_i64().unwrap(),
        claims["iat"].as_i64().unwrap() - 61
    );
}

#[tokio::test]
async fn any_header_field_is_set_or_removed() {
    let idp = start().await;
    let trap = idp.trap_url();
    let cases = [
        ("kid", json!("unknown")),
        ("jku", json!(trap)),
        ("x5u", json!(trap)),
        ("crit", json!(["x"])),
        ("typ", json!("at+jwt")),
        ("alg", json!("None")),
    ];

    for (name, value) in cases {
        let set = under(&idp, Fault::header(name, value.clone())).await;
        let removed = under(&idp, Fault::without_header(name)).await;

        assert_eq!(header(&set)[name], value);
        assert_eq!(header(&removed)[name], Value::Null);
    }
}

#[tokio::test]
async fn a_random_kid_is_another_each_time() {
    let idp = start().await;
    idp.fault(Fault::IdToken(IdTokenFault::RandomKid));

    let (one, other) = (id_token(&idp).await, id_token(&idp).await);

    assert_ne!(header(&one)["kid"], header(&other)["kid"]);
}

#[tokio::test]
async fn tokens_are_malformed() {
    let idp = start().await;

    let two = under(&idp, Fault::IdToken(IdTokenFault::TwoParts)).await;
    let five = under(&idp, Fault::IdToken(IdTokenFault::Encrypted)).await;
    let list = under(&idp, Fault::IdToken(IdTokenFault::Payload(json!([])))).await;
    let text = under(&idp, Fault::IdToken(IdTokenFault::Text("a b".to_owned()))).await;

    assert_eq!(two.split('.').count(), 2);
    assert_eq!(five.split('.').count(), 5);
    assert_eq!(header(&five)["enc"], "A256GCM");
    assert_eq!(claims(&list), json!([]));
    assert!(verifies(&idp, &list).await);
    assert_eq!(text, "a b");
}

#[tokio::test]
async fn a_payload_is_any_text_and_signed() {
    let idp = start().await;
    let twice = r#"{"sub":"1","sub":"2"}"#.to_owned();

    let token = under(
        &idp,
        Fault::IdToken(IdTokenFault::PayloadText(twice.clone())),
    )
    .await;

    let payload = token.split('.').nth(1).unwrap();
    assert_eq!(URL_SAFE_NO_PAD.decode(payload).unwrap(), twice.as_bytes());
    assert!(verifies(&idp, &token).await);
}

#[tokio::test]
async fn a_token_is_in_plain_base64() {
    let idp = start().await;

    let token = under(&idp, Fault::IdToken(IdTokenFault::PlainBase64)).await;

    assert!(token.ends_with("=="));
    assert!(token.split('.').all(|part| STANDARD.decode(part).is_ok()));
}

#[tokio::test]
async fn a_token_is_too_long_and_otherwise_right() {
    let idp = start().await;

    let token = under(
        &idp,
        Fault::IdToken(IdTokenFault::Oversized { bytes: 40_960 }),
    )
    .await;

    assert!((40_960..43_000).contains(&token.len()), "{}", token.len());
    assert!(verifies(&idp, &token).await);
}

#[tokio::test]
async fn the_token_is_missing() {
    let idp = start().await;
    idp.fault(Fault::IdToken(IdTokenFault::Missing));

    let reply = sign_in(&idp).await;

    assert!(reply["access_token"].is_string());
    assert_eq!(reply["id_token"], Value::Null);
}

#[tokio::test]
async fn faults_combine_and_those_that_come_once_do_not_come_again() {
    let idp = start().await;
    idp.fault(Fault::claim("azp", "another"));
    idp.fault_once(Fault::without_claim("nonce"));

    let (first, second) = (id_token(&idp).await, id_token(&idp).await);

    assert_eq!(claims(&first)["azp"], "another");
    assert_eq!(claims(&first)["nonce"], Value::Null);
    assert_eq!(claims(&second)["azp"], "another");
    assert_eq!(claims(&second)["nonce"], "nonce-1");
}
