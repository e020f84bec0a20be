use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::{IdentityProvider as _, ProviderError};
use belgie_provider_oidc::UnusableProvider;
use serde_json::{Value, json};

use crate::party::{Party, config, provider};

#[tokio::test]
async fn idt_20_another_issuer_in_discovery_makes_this_provider_unusable_and_no_other() {
    let (party, other) = (Party::new().await, Party::new().await);
    let issuer = party.idp.issuer().to_owned();
    for named in [
        format!("{issuer}/"),
        issuer.replace("http", "https"),
        issuer.replace("127.0.0.1", "localhost"),
        "https://evil.example".to_owned(),
        issuer.replace("http", "HTTP"),
        issuer.replace("127.0.0.1", "127.1"),
        issuer.replace("127.0.0.1", "user@127.0.0.1"),
        format!("{issuer}/."),
        format!("{issuer}/.well-known/openid-configuration"),
        format!("{issuer}?"),
        format!("{issuer}#"),
        format!(" {issuer}"),
        format!("{issuer}\0"),
        issuer[..issuer.len() - 1].to_owned(),
        String::new(),
    ] {
        let reason = party
            .unusable([Fault::discovery("issuer", named.clone())])
            .await;

        assert!(reason.contains("has the issuer"), "{named}: {reason}");
    }
    assert_eq!(party.idp.requests().authorization, 0);
    assert_eq!(party.idp.requests().jwks, 0);
    assert!(other.sign_in().await.is_ok());
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_20_a_configured_issuer_is_not_normalised() {
    let party = Party::new().await;
    let slash = format!("{}/", party.idp.issuer());
    let provider = provider(config(&slash, "client", "secret"), &party.clock);

    let outcome = provider.probe().await;

    assert!(matches!(outcome, Err(ProviderError::Unavailable(_))));
}

#[tokio::test]
async fn idt_20_missing_and_malformed_fields_make_the_provider_unusable() {
    let party = Party::new().await;
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "id_token_signing_alg_values_supported",
    ] {
        party.unusable([Fault::without_discovery(name)]).await;
        for value in [Value::Null, json!(7), json!({})] {
            party.unusable([Fault::discovery(name, value)]).await;
        }
    }
    for answer in [
        Answer::Status(404),
        Answer::Status(500),
        Answer::html(),
        Answer::json("null"),
        Answer::json("[]"),
        Answer::json("{\""),
        Answer::json(""),
        Answer::json("[".repeat(100_000)),
        Answer::json("{\"issuer\":".repeat(10_000)),
        Answer::Status(201),
        Answer::Status(204),
        Answer::Status(429),
        Answer::HangUp,
        Answer::Garbage,
        Answer::Truncated,
        Answer::CutOff,
    ] {
        party
            .unusable([Fault::answer(Endpoint::Discovery, answer)])
            .await;
    }
}

#[tokio::test]
async fn idt_20_endpoints_that_are_neither_https_nor_loopback_make_the_provider_unusable() {
    let party = Party::new().await;
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
    ] {
        for url in [
            "http://id.example.com/x",
            "ftp://127.0.0.1/x",
            "javascript:alert(1)",
            "http://127.0.0.1.example.com/x",
            "http://localhost.example.com/x",
            "http://127.0.0.1@evil.example/x",
            "https://user:secret@127.0.0.1/x",
            "https://127.0.0.1/x#fragment",
            "file:///etc/passwd",
            "//evil.example",
            "/x",
            "",
        ] {
            party.unusable([Fault::discovery(name, url)]).await;
        }
    }
}

#[tokio::test]
async fn discovery_is_read_at_the_first_sign_in_and_again_after_10_minutes() {
    let party = Party::new().await;
    assert_eq!(party.idp.requests().discovery, 0);

    for _ in 0..3 {
        party.sign_in().await.unwrap();
    }
    assert_eq!(party.idp.requests().discovery, 1);
    party.advance(601);
    party.sign_in().await.unwrap();

    assert_eq!(party.idp.requests().discovery, 2);
}

#[tokio::test]
async fn rel_23_a_provider_that_was_gone_is_usable_as_soon_as_it_is_back() {
    let party = Party::new().await;
    let gone = Fault::answer(Endpoint::Discovery, Answer::Status(503));

    party.unusable([gone]).await;

    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn rel_23_cached_metadata_is_used_while_discovery_fails() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();
    party.advance(3600);
    let gone = Fault::answer(Endpoint::Discovery, Answer::Status(503));

    let outcome = party.outcome([gone]).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn rel_23_cached_metadata_and_keys_are_used_while_the_provider_fails() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();
    party.advance(3600);
    let silent = [Endpoint::Discovery, Endpoint::Jwks]
        .map(|endpoint| Fault::answer(endpoint, Answer::Silent));

    let outcome = party.outcome(silent).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_probe_asks_for_metadata_and_keys_every_time() {
    let party = Party::new().await;

    party.provider.probe().await.unwrap();
    party.provider.probe().await.unwrap();
    assert_eq!(party.idp.requests().discovery, 2);
    assert_eq!(party.idp.requests().jwks, 2);

    party
        .idp
        .fault_once(Fault::answer(Endpoint::Jwks, Answer::Status(500)));
    let outcome = party.provider.probe().await;
    assert!(matches!(outcome, Err(ProviderError::Unavailable(_))));
}

#[tokio::test]
async fn a_provider_that_refuses_connections_is_unavailable() {
    let party = Party::new().await;
    let provider = provider(config(party.idp.issuer(), "client", "secret"), &party.clock);
    party.idp.stop().await;

    let outcome = provider.probe().await;

    assert!(matches!(outcome, Err(ProviderError::Unavailable(_))));
}

#[tokio::test]
async fn what_makes_every_sign_in_impossible_is_named_by_a_probe_and_when_one_begins() {
    let party = Party::new().await;
    for (name, value, expected) in [
        (
            "issuer",
            json!("https://id.example.com"),
            UnusableProvider::OtherIssuer {
                found: "https://id.example.com".to_owned(),
            },
        ),
        (
            "id_token_signing_alg_values_supported",
            json!(["HS256"]),
            UnusableProvider::NoCommonAlgorithm {
                announced: "HS256".to_owned(),
            },
        ),
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
            UnusableProvider::NoCommonTokenAuthMethod {
                announced: "private_key_jwt".to_owned(),
            },
        ),
        (
            "require_pushed_authorization_requests",
            json!(true),
            UnusableProvider::PushedRequestsRequired,
        ),
        (
            "require_signed_request_object",
            json!(true),
            UnusableProvider::SignedRequestsRequired,
        ),
    ] {
        party.idp.fault(Fault::discovery(name, value));
        let (probed, begun) = (party.provider.probe().await, party.begin().await.map(drop));
        party.idp.clear_faults();

        for outcome in [probed, begun] {
            let Err(ProviderError::Unavailable(source)) = outcome else {
                panic!("{name}: {outcome:?}");
            };
            assert_eq!(source.downcast_ref(), Some(&expected), "{name}");
        }
    }
    assert_eq!(party.idp.requests().authorization, 0);
    assert!(party.sign_in().await.is_ok());
}
