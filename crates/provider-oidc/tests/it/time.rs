use belgie_idp_emulator::Fault;
use belgie_ports::Clock as _;
use serde_json::{Value, json};

use crate::party::Party;

#[tokio::test]
async fn idt_06_an_expired_token_is_refused_beyond_60_seconds() {
    let party = Party::new().await;
    for seconds in [-60, -61, -600, -1_000_000_000] {
        let reason = party.refusal([Fault::claim_at("exp", seconds)]).await;

        assert!(reason.contains("expired"), "{seconds}: {reason}");
    }
    for seconds in [-59, -1, 0, 1, 3600] {
        let outcome = party.outcome([Fault::claim_at("exp", seconds)]).await;

        assert!(outcome.is_ok(), "{seconds}: {outcome:?}");
    }
    party
        .refused_for("`exp`", [Fault::without_claim("exp")])
        .await;
}

#[tokio::test]
async fn idt_07_a_token_is_issued_now() {
    let party = Party::new().await;
    for seconds in [61, 600, 86_400, -600, -604_800] {
        let reason = party.refusal([Fault::claim_at("iat", seconds)]).await;

        assert!(reason.contains("was issued"), "{seconds}: {reason}");
    }
    for seconds in [60, 0, -60, -599] {
        let outcome = party.outcome([Fault::claim_at("iat", seconds)]).await;

        assert!(outcome.is_ok(), "{seconds}: {outcome:?}");
    }
    party
        .refused_for("`iat`", [Fault::without_claim("iat")])
        .await;
}

#[tokio::test]
async fn idt_06_and_idt_07_times_may_have_fractions_and_are_held_to_the_same_limits() {
    let party = Party::new().await;
    let now = f64::from(u32::try_from(party.clock.now().timestamp()).unwrap());
    for (name, seconds, accepted) in [
        ("exp", -61.5, false),
        ("exp", -58.5, true),
        ("exp", 0.5, true),
        ("iat", 62.5, false),
        ("iat", 58.5, true),
        ("iat", -601.5, false),
        ("iat", -598.5, true),
        ("nbf", 62.5, false),
        ("nbf", 58.5, true),
    ] {
        let outcome = party.outcome([Fault::claim(name, now + seconds)]).await;

        assert_eq!(outcome.is_ok(), accepted, "{name} {seconds}: {outcome:?}");
    }
}

#[tokio::test]
async fn idt_06_and_idt_07_times_of_the_wrong_type_or_size_are_refused() {
    let party = Party::new().await;
    let soon = (party.clock.now().timestamp() + 60).to_string();
    for name in ["exp", "iat"] {
        for value in [
            json!(soon),
            json!("2026-11-20T10:00:00Z"),
            json!("tomorrow"),
            json!(""),
            json!(true),
            json!([1]),
            json!({}),
            Value::Null,
            json!(-1),
            json!(-0.5),
            json!(0),
            json!(u64::MAX),
            json!(1e300),
            json!(-1e300),
        ] {
            let reason = party.refusal([Fault::claim(name, value)]).await;
            let words = ["cannot be read", "expired", "was issued", "not valid yet"];
            let is_of_time = words.iter().any(|word| reason.contains(word));
            assert!(is_of_time, "{name}: {reason}");
        }
    }
}

#[tokio::test]
async fn idt_08_nbf_is_honoured() {
    let party = Party::new().await;
    for seconds in [61, 600, 86_400] {
        let reason = party.refusal([Fault::claim_at("nbf", seconds)]).await;

        assert!(reason.contains("nbf"), "{seconds}: {reason}");
    }
    for seconds in [60, 0, -600] {
        let outcome = party.outcome([Fault::claim_at("nbf", seconds)]).await;

        assert!(outcome.is_ok(), "{seconds}: {outcome:?}");
    }
}

#[tokio::test]
async fn idt_14_extreme_times_are_refused_without_a_panic() {
    let party = Party::new().await;
    let (first, last) = (-8_334_601_228_800_i64, 8_210_266_876_799_i64);
    for (name, value) in [
        ("exp", first),
        ("iat", first),
        ("iat", last),
        ("nbf", last),
        ("exp", i64::MAX),
        ("exp", i64::MIN),
        ("iat", i64::MAX),
        ("nbf", i64::MIN),
    ] {
        let reason = party.refusal([Fault::claim(name, value)]).await;
        let words = ["cannot be read", "expired", "was issued", "not valid yet"];
        let is_of_time = words.iter().any(|word| reason.contains(word));
        assert!(is_of_time, "{name}: {reason}");
    }
    for (name, value) in [("exp", last), ("nbf", first)] {
        let outcome = party.outcome([Fault::claim(name, value)]).await;

        assert!(outcome.is_ok(), "{name}={value}: {outcome:?}");
    }
}

#[tokio::test]
async fn rel_07_clocks_may_disagree_by_45_seconds_and_not_by_10_minutes() {
    let party = Party::new().await;
    for (offset, accepted) in [(45, true), (-45, true), (600, false), (-600, false)] {
        party.idp.set_clock_offset(offset);

        let outcome = party.sign_in().await;

        assert_eq!(outcome.is_ok(), accepted, "{offset}: {outcome:?}");
        if let Err(error) = outcome {
            assert!(error.to_string().contains("was issued 600 s"), "{error}");
        }
    }
}
