use belgie_idp_emulator::Fault;
use belgie_ports::{IdentityProvider as _, ProviderError};

use crate::party::Party;

#[tokio::test]
async fn mix_02_the_issuer_of_the_response_is_the_providers() {
    let party = Party::new().await;
    let issuer = party.idp.issuer();

    assert!(
        party
            .provider
            .check_response_issuer(Some(issuer))
            .await
            .is_ok()
    );
    for other in [
        "https://evil.example",
        "",
        &format!("{issuer}/"),
        &issuer.to_uppercase(),
        &issuer.replace("127.0.0.1", "localhost"),
        &issuer.replace(':', "%3A"),
    ] {
        let outcome = party.provider.check_response_issuer(Some(other)).await;

        assert!(
            matches!(outcome, Err(ProviderError::IssuerMismatch)),
            "{other}"
        );
    }
    // None of this needs the provider, so none of it can be held up by it.
    assert_eq!(party.idp.requests().discovery, 0);
}

#[tokio::test]
async fn mix_02_a_promised_issuer_must_be_there() {
    let party = Party::new().await;

    let outcome = party.provider.check_response_issuer(None).await;

    assert!(matches!(outcome, Err(ProviderError::IssuerMismatch)));
}

#[tokio::test]
async fn mix_02_an_issuer_that_was_not_promised_may_be_missing_but_not_another() {
    for fault in [
        Fault::without_discovery("authorization_response_iss_parameter_supported"),
        Fault::discovery("authorization_response_iss_parameter_supported", false),
    ] {
        let party = Party::new().await;
        party.idp.fault(fault);

        assert!(party.provider.check_response_issuer(None).await.is_ok());
        let other = party
            .provider
            .check_response_issuer(Some("https://evil.example"));
        assert!(matches!(other.await, Err(ProviderError::IssuerMismatch)));
    }
}

#[tokio::test]
async fn mix_02_the_response_names_the_issuer() {
    let party = Party::new().await;
    let begun = party.begin().await.unwrap();

    let issuer = begun.parameter("iss");

    assert!(
        party
            .provider
            .check_response_issuer(issuer.as_deref())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn mix_03_a_code_goes_to_its_own_provider_only() {
    let (honest, evil) = (Party::new().await, Party::new().await);
    let begun = honest.begin().await.unwrap();
    evil.begin().await.unwrap();

    honest.complete(&begun).await.unwrap();

    assert_eq!(honest.idp.requests().token, 1);
    assert_eq!(evil.idp.requests().token, 0);
}

#[tokio::test]
async fn mix_03_a_code_of_another_provider_gives_nothing() {
    let (honest, evil) = (Party::new().await, Party::new().await);
    let begun = honest.begin().await.unwrap();

    let outcome = evil.complete(&begun).await;

    assert!(matches!(outcome, Err(ProviderError::CodeRejected(_))));
}

#[tokio::test]
async fn mix_06_an_identity_is_of_the_configured_issuer() {
    let (one, other) = (Party::new().await, Party::new().await);

    let (ours, theirs) = (one.sign_in().await.unwrap(), other.sign_in().await.unwrap());

    assert_eq!(ours.subject, theirs.subject);
    assert_ne!(ours.issuer, theirs.issuer);
    assert_eq!(ours.issuer.as_str(), one.idp.issuer());
}
