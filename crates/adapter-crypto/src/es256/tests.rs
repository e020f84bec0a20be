use belgie_domain::{KeyId, Profile, Role, SealedSecret, SessionId, UserId};
use chrono::{DateTime, Utc};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaSigningAlgorithm};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

/// A key as stores keep it, and its private half.
struct Pair {
    key: SigningKey,
    private_key: Vec<u8>,
}

impl Pair {
    fn generate(number: u8) -> Self {
        let generated = Es256.generate();
        let key = SigningKey::new(
            (SigningKeyId::new(at(0), [number; 10]), number.into()),
            generated.algorithm,
            generated.public_key,
            SealedSecret::new(KeyId::from_bytes([0; 8]), Vec::new()),
            at(0),
        );
        let private_key = generated.private_key.expose_secret().to_vec();
        Self { key, private_key }
    }

    fn header(&self) -> Value {
        json!({ "alg": "ES256", "typ": "at+jwt", "kid": self.key.id.to_string() })
    }

    /// Signs any text with this key.
    fn sign(&self, header: &[u8], payload: &[u8]) -> AccessToken {
        self.sign_by(&ECDSA_P256_SHA256_FIXED_SIGNING, header, payload)
    }

    fn sign_by(
        &self,
        algorithm: &'static EcdsaSigningAlgorithm,
        header: &[u8],
        payload: &[u8],
    ) -> AccessToken {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &self.private_key, &random).unwrap();
        let message = format!("{}.{}", jws::encode(header), jws::encode(payload));
        let signature = pair.sign(&random, message.as_bytes()).unwrap();
        AccessToken::from_signed(&message, &jws::encode(signature))
    }

    fn verify(&self, token: &AccessToken) -> Result<AccessTokenClaims, AccessTokenError> {
        let verified = Es256.verify(token, &[&self.key]);
        verified.map(|(_, claims)| claims)
    }

    fn accepts(&self, header: &Value, payload: &Value) -> bool {
        let token = self.sign(
            header.to_string().as_bytes(),
            payload.to_string().as_bytes(),
        );
        self.verify(&token).is_ok()
    }
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + second, 0).unwrap()
}

fn claims() -> AccessTokenClaims {
    let mut profile = Profile::default();
    profile.email = Some("jane@example.com".to_owned());
    profile.name = Some("Jåne \"D\" Döe".to_owned());
    profile.role = Some(Role::ADMIN);
    AccessTokenClaims::new(
        (
            "https://a.example".to_owned(),
            "https://api.example".to_owned(),
        ),
        (UserId::new(at(0), [1; 10]), SessionId::new(at(0), [2; 10])),
        (at(0), at(600)),
        Uuid::from_u128(7),
    )
    .with_profile(profile)
}

fn payload() -> Value {
    serde_json::to_value(ClaimsJson::from(&claims())).unwrap()
}

#[test]
fn jwt_02_what_was_signed_is_verified_claim_by_claim() {
    let pair = Pair::generate(1);
    let loaded = Es256.load(pair.key.id, &pair.private_key).unwrap();

    let token = loaded.sign(&claims());

    assert_eq!(
        Es256.verify(&token, &[&pair.key]),
        Ok((pair.key.id, claims()))
    );
    assert_eq!(AccessToken::parse(token.secret()), Ok(token.clone()));
    let parts: Vec<_> = token.secret().split('.').collect();
    assert_eq!(jws::header("ES256", pair.key.id), parts[0]);
    assert!(pair.accepts(&pair.header(), &payload()));
}

#[test]
fn jwt_01_only_es256_is_accepted() {
    let pair = Pair::generate(1);
    for alg in [
        "none", "None", "HS256", "RS256", "ES384", "ES256K", "EdDSA", "es256", "ES256 ", "",
    ] {
        let mut header = pair.header();
        header["alg"] = json!(alg);
        assert!(!pair.accepts(&header, &payload()), "{alg}");
    }
    for alg in [Value::Null, json!(["ES256"]), json!(256)] {
        let mut header = pair.header();
        header["alg"] = alg;
        assert!(!pair.accepts(&header, &payload()), "{header}");
    }
    for signature in ["", "AA"] {
        let (header, payload) = (pair.header().to_string(), payload().to_string());
        let message = format!("{}.{}", jws::encode(header), jws::encode(payload));
        let unsigned = AccessToken::from_signed(&message, signature);
        assert!(pair.verify(&unsigned).is_err());
    }
}

#[test]
fn jwt_01_the_public_key_is_no_secret_of_hs256() {
    let pair = Pair::generate(1);
    let mut header = pair.header();
    header["alg"] = json!("HS256");
    let message = [header, payload()]
        .map(|part| jws::encode(part.to_string()))
        .join(".");
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &pair.key.public_key);
    let signature = ring::hmac::sign(&secret, message.as_bytes());

    let forged = AccessToken::from_signed(&message, &jws::encode(signature));

    let refused = Err(AccessTokenError::Invalid("is signed by another algorithm"));
    assert_eq!(pair.verify(&forged), refused);
}

#[test]
fn jwt_01_the_key_is_the_one_that_the_kid_names() {
    let [own, other] = [1, 2].map(Pair::generate);
    let (header, payload) = (own.header().to_string(), payload().to_string());
    let token = own.sign(header.as_bytes(), payload.as_bytes());
    let forged = other.sign(header.as_bytes(), payload.as_bytes());

    let verify = |token, keys: &[&SigningKey]| Es256.verify(token, keys).map(|(id, _)| id);
    assert_eq!(verify(&token, &[&other.key, &own.key]), Ok(own.key.id));
    assert_eq!(
        verify(&token, &[&other.key]),
        Err(AccessTokenError::UnknownKey)
    );
    assert_eq!(verify(&token, &[]), Err(AccessTokenError::UnknownKey));
    let wrong = Err(AccessTokenError::Invalid("has a wrong signature"));
    assert_eq!(verify(&forged, &[&other.key, &own.key]), wrong);
}

#[test]
fn jwt_01_a_foreign_or_missing_kid_is_refused() {
    let pair = Pair::generate(1);
    let foreign = SigningKeyId::new(at(0), [9; 10]).to_string();
    for kid in [
        json!(foreign),
        json!("1"),
        json!(""),
        json!("../key"),
        json!(1),
        Value::Null,
    ] {
        let mut header = pair.header();
        header["kid"] = kid;
        assert!(!pair.accepts(&header, &payload()), "{header}");
    }
    let mut header = pair.header();
    header.as_object_mut().unwrap().remove("kid");
    assert!(!pair.accepts(&header, &payload()));
}

#[test]
fn jwt_01_keys_in_the_header_are_never_used_and_crit_is_refused() {
    let [own, attacker] = [1, 2].map(Pair::generate);
    let jwk = attacker.key.jwk().unwrap();
    let mut header = own.header();
    header["jwk"] = json!({ "kty": "EC", "crv": "P-256", "x": jwk.x, "y": jwk.y });
    let (text, payload) = (header.to_string(), payload());
    let token = attacker.sign(text.as_bytes(), payload.to_string().as_bytes());
    assert!(own.verify(&token).is_err());

    for crit in [json!(["exp"]), json!([]), json!(false), Value::Null] {
        let mut header = own.header();
        header["crit"] = crit;
        assert!(!own.accepts(&header, &payload), "{header}");
    }
}

#[test]
fn jwt_01_each_changed_bit_of_a_token_is_refused() {
    let pair = Pair::generate(1);
    let (header, payload) = (pair.header().to_string(), payload().to_string());
    let token = pair.sign(header.as_bytes(), payload.as_bytes());
    for position in 0..token.secret().len() {
        let mut changed = token.secret().as_bytes().to_vec();
        changed[position] ^= 1;
        let Ok(changed) = AccessToken::parse(&String::from_utf8(changed).unwrap()) else {
            continue;
        };
        assert!(pair.verify(&changed).is_err(), "{position}");
    }
}

#[test]
fn jwt_01_a_signature_in_another_form_is_refused() {
    let pair = Pair::generate(1);
    let (header, payload) = (pair.header().to_string(), payload().to_string());

    let asn1 = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let token = pair.sign_by(asn1, header.as_bytes(), payload.as_bytes());

    assert!(pair.verify(&token).is_err());
}

#[test]
fn jwt_02_the_type_is_at_jwt() {
    let pair = Pair::generate(1);
    for typ in [
        json!("JWT"),
        json!("jwt"),
        json!("logout+jwt"),
        json!(""),
        json!(null),
        json!(1),
    ] {
        let mut header = pair.header();
        header["typ"] = typ;
        assert!(!pair.accepts(&header, &payload()), "{header}");
    }
    let mut header = pair.header();
    header.as_object_mut().unwrap().remove("typ");
    assert!(!pair.accepts(&header, &payload()));
}

#[test]
fn jwt_02_every_claim_that_decides_is_required_with_its_type() {
    let pair = Pair::generate(1);
    for claim in ["iss", "aud", "sub", "exp", "iat", "jti", "sid"] {
        let mut without = payload();
        without.as_object_mut().unwrap().remove(claim);
        assert!(!pair.accepts(&pair.header(), &without), "without {claim}");
        let text = payload()[claim].to_string();
        for value in [
            json!(null),
            json!(true),
            json!([payload()[claim]]),
            json!({}),
            json!(text),
        ] {
            // The text of a text is another text, which no rule here refuses.
            if value.is_string() && ["iss", "aud"].contains(&claim) {
                continue;
            }
            let mut wrong = payload();
            wrong[claim] = value;
            assert!(!pair.accepts(&pair.header(), &wrong), "{claim} {wrong}");
        }
    }
    for time in [
        json!(1.5),
        json!(1e300),
        json!("1767225600"),
        json!(i64::MAX),
        json!(u64::MAX),
    ] {
        let mut wrong = payload();
        wrong["exp"] = time;
        assert!(!pair.accepts(&pair.header(), &wrong), "{wrong}");
    }
}

#[test]
fn jwt_02_header_and_payload_are_one_object_each_without_repeated_members() {
    let pair = Pair::generate(1);
    let (header, payload) = (pair.header().to_string(), payload().to_string());
    let repeated = payload.replacen('{', r#"{"sub":"x","#, 1);
    let twice = format!("{payload}{payload}");
    let array = r#"["a","b","c"]"#;
    for other in [
        repeated.as_str(),
        &twice,
        array,
        "[]",
        "null",
        "",
        "{",
        "\u{feff}{}",
    ] {
        let token = pair.sign(header.as_bytes(), other.as_bytes());
        assert!(pair.verify(&token).is_err(), "{other}");
        let token = pair.sign(other.as_bytes(), payload.as_bytes());
        assert!(pair.verify(&token).is_err(), "{other}");
    }
    let repeated = header.replacen('{', r#"{"alg":"none","#, 1);
    let token = pair.sign(repeated.as_bytes(), payload.as_bytes());
    assert!(pair.verify(&token).is_err());
}

#[test]
fn what_is_no_private_key_cannot_be_loaded() {
    let pair = Pair::generate(1);

    for key in [&[][..], b"key", &pair.private_key[1..]] {
        let loaded = Es256.load(pair.key.id, key);
        assert_eq!(loaded.err(), Some(UnusableKey));
    }
}

#[test]
fn ses_01_every_generated_key_is_another() {
    let [one, other] = [1, 2].map(Pair::generate);

    assert_ne!(one.key.public_key, other.key.public_key);
    assert!(one.key.jwk().is_some());
}
