use serde_json::{Value, json};

use super::*;

/// Claims with this one added or replaced.
fn with(name: &str, value: Value) -> Result<Claims, InvalidIdentity> {
    let mut claims = json!({
        "iss": "https://id.example.com",
        "aud": "client",
        "sub": "1",
        "exp": 2,
        "iat": 1,
    });
    claims[name] = value;
    Claims::read(claims.to_string().as_bytes())
}

#[test]
fn a_time_is_a_number_of_seconds_with_or_without_a_fraction() {
    let expected = DateTime::from_timestamp(1_700_000_000, 0);
    let not_before = |number: Value| with("nbf", number).unwrap().not_before;

    assert_eq!(not_before(json!(1_700_000_000)), expected);
    assert_eq!(
        not_before(json!(1_700_000_000.5)),
        expected.map(|time| time + TimeDelta::milliseconds(500))
    );
}

#[test]
fn idt_14_a_time_of_the_wrong_type_is_not_an_absent_one() {
    for name in ["exp", "iat", "nbf", "auth_time"] {
        for value in [
            json!("99"),
            json!("2026-11-20T10:00:00Z"),
            json!(true),
            json!(null),
            json!([]),
            json!({}),
            json!(1e300),
            json!(-1.5),
            json!(i64::MAX),
            json!(u64::MAX),
        ] {
            let error = with(name, value.clone()).unwrap_err();
            assert!(error.as_str().contains(name), "{name} {value}: {error}");
        }
    }
}

#[test]
fn idt_14_a_text_of_the_wrong_type_is_not_an_absent_one() {
    for name in ["iss", "sub", "azp", "nonce", "at_hash"] {
        assert!(with(name, json!("x")).is_ok());
        for value in [
            json!(null),
            json!(7),
            json!([]),
            json!(["x"]),
            json!({}),
            json!(true),
        ] {
            let error = with(name, value.clone()).unwrap_err();
            assert!(error.as_str().contains(name), "{name} {value}: {error}");
        }
    }
}

#[test]
fn idt_14_an_audience_is_a_text_or_a_list_of_texts() {
    for value in [
        json!("client"),
        json!(["client"]),
        json!(["other", "client"]),
        json!([]),
    ] {
        assert!(with("aud", value).is_ok());
    }
    for value in [
        json!(null),
        json!(7),
        json!([["client"]]),
        json!(["client", null]),
        json!({}),
    ] {
        let error = with("aud", value.clone()).unwrap_err();
        assert!(error.as_str().contains("aud"), "{value}: {error}");
    }
}

#[test]
fn idt_14_a_claim_that_decides_may_not_be_missing_or_repeated() {
    let claims = [
        r#""iss":"https://id.example.com""#,
        r#""aud":"client""#,
        r#""sub":"1""#,
        r#""exp":2"#,
        r#""iat":1"#,
    ];
    let read = |claims: &[&str]| Claims::read(format!("{{{}}}", claims.join(",")).as_bytes());
    assert!(read(&claims).is_ok());
    for index in 0..claims.len() {
        let mut without = claims.to_vec();
        without.remove(index);
        assert!(read(&without).is_err(), "{}", claims[index]);
        let twice = [&claims[..], &[claims[index]]].concat();
        assert!(read(&twice).is_err(), "{}", claims[index]);
    }
    for claim in [
        r#""nbf":1"#,
        r#""auth_time":1"#,
        r#""nonce":"1""#,
        r#""azp":"1""#,
        r#""at_hash":"1""#,
        r#""hd":"1""#,
    ] {
        assert!(read(&[&claims[..], &[claim]].concat()).is_ok(), "{claim}");
        let twice = [&claims[..], &[claim, claim]].concat();
        assert!(read(&twice).is_err(), "{claim}");
    }
}

#[test]
fn idt_14_claims_that_nobody_uses_are_not_read() {
    for (name, value) in [
        ("phone_number_verified", json!("false")),
        ("address", json!("1 Main Street")),
        ("updated_at", json!("2024-01-02 03:04:05")),
        ("gender", json!([])),
        ("locale", json!(7)),
        ("acr", json!(0)),
        ("amr", json!("pwd")),
        ("c_hash", json!(null)),
    ] {
        assert!(with(name, value).is_ok(), "{name}");
    }
}

#[test]
fn an_unusable_organisation_is_none() {
    let hosted_domain = |value: Value| with("hd", value).unwrap().hosted_domain;

    assert_eq!(
        hosted_domain(json!("example.com")).as_deref(),
        Some("example.com")
    );
    for value in [json!(null), json!(["example.com"]), json!(true)] {
        assert_eq!(hosted_domain(value), None);
    }
}
