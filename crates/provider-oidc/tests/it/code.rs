use belgie_domain::AuthorizationCode;
use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::{CodeGrant, IdentityProvider as _, ProviderError};

use crate::party::{JANE, Party, redirect_uri};

#[tokio::test]
async fn a_good_code_gives_the_whole_identity() {
    let party = Party::new().await;

    let identity = party.sign_in().await.unwrap();

    assert_eq!(identity.issuer.as_str(), party.idp.issuer());
    assert_eq!(identity.subject.as_str(), JANE);
    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
    assert!(identity.email_verified);
    assert!(!identity.email_trusted);
    assert_eq!(identity.name.as_deref(), Some("Jane Doe"));
    assert_eq!(
        identity.picture.as_deref(),
        Some("https://example.com/jane.png")
    );
    assert_eq!(identity.hosted_domain, None);
    assert_eq!(identity.scope.as_deref(), Some("openid email profile"));
}

#[tokio::test]
async fn a_code_is_rejected_the_second_time() {
    let party = Party::new().await;
    let begun = party.begin().await.unwrap();
    party.complete(&begun).await.unwrap();

    let again = party.complete(&begun).await;

    assert!(
        matches!(again, Err(ProviderError::CodeRejected(_))),
        "{again:?}"
    );
}

#[tokio::test]
async fn an_unknown_code_is_rejected_whatever_it_contains() {
    let party = Party::new().await;
    let begun = party.begin().await.unwrap();
    let redirect_uri = redirect_uri();
    for code in ["unknown", "a&redirect_uri=x", " ", "%00", &"a".repeat(8192)] {
        let parsed = AuthorizationCode::parse(code).unwrap();
        let (verifier, nonce) = (&begun.code_verifier, &begun.nonce);
        let grant = CodeGrant::new(&parsed, verifier, nonce, &redirect_uri);

        let outcome = party.provider.exchange(grant).await;

        match outcome {
            Err(ProviderError::CodeRejected(_) | ProviderError::Unavailable(_)) => {}
            outcome => panic!("{code:?}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn net_06_a_code_is_sent_once_whatever_comes_of_it() {
    for answer in [
        Answer::Status(503),
        Answer::Status(429),
        Answer::HangUp,
        Answer::CutOff,
        Answer::Truncated,
        Answer::html(),
        Answer::Garbage,
    ] {
        let party = Party::new().await;
        let fault = Fault::answer(Endpoint::Token, answer.clone());
        party.idp.fault_once(fault);

        let outcome = party.sign_in().await;

        assert!(
            matches!(outcome, Err(ProviderError::Unavailable(_))),
            "{answer:?}: {outcome:?}"
        );
        assert_eq!(party.idp.requests().token, 1, "{answer:?}");
    }
}

#[tokio::test]
async fn net_06_a_code_is_sent_once_though_no_answer_comes_in_time() {
    let party = Party::new().await;
    party
        .idp
        .fault_once(Fault::answer(Endpoint::Token, Answer::Silent));

    let outcome = party.sign_in().await;

    assert!(
        matches!(outcome, Err(ProviderError::TimedOut)),
        "{outcome:?}"
    );
    assert_eq!(party.idp.requests().token, 1);
}
