use std::collections::HashSet;

use crate::party::{Party, REDIRECT_URI, parameter};

#[tokio::test]
async fn flow_05_every_request_has_its_own_s256_challenge_and_the_verifier_fits() {
    let party = Party::new().await;
    let mut challenges = HashSet::new();
    for _ in 0..100 {
        let begun = party.begin().await.unwrap();

        assert_eq!(
            parameter(&begun.url, "code_challenge_method").unwrap(),
            "S256"
        );
        assert!(challenges.insert(parameter(&begun.url, "code_challenge").unwrap()));
        assert!(!begun.url.as_str().contains(begun.code_verifier.secret()));
        party.complete(&begun).await.unwrap();
    }
    let requests = party.idp.requests();
    assert!(
        requests
            .token_requests
            .iter()
            .all(|request| request.pkce_matched == Some(true))
    );
}

#[tokio::test]
async fn flow_05_a_wrong_code_verifier_is_a_rejected_code() {
    use belgie_domain::CodeVerifier;
    use belgie_ports::ProviderError;

    let party = Party::new().await;
    let mut begun = party.begin().await.unwrap();
    begun.code_verifier = CodeVerifier::from_random(party.draw());

    let outcome = party.complete(&begun).await;

    assert!(
        matches!(outcome, Err(ProviderError::CodeRejected(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn flow_06_the_request_carries_state_and_nonce_and_asks_for_a_code() {
    let party = Party::new().await;

    let begun = party.begin().await.unwrap();

    let sent = |name| parameter(&begun.url, name).unwrap();
    assert_eq!(sent("response_type"), "code");
    assert_eq!(sent("client_id"), "client");
    assert_eq!(sent("state"), begun.state.secret());
    assert_eq!(sent("nonce"), begun.nonce.secret());
    assert_eq!(begun.parameter("state").unwrap(), begun.state.secret());
}

#[tokio::test]
async fn flow_08_both_requests_carry_the_configured_redirect_uri() {
    let party = Party::new().await;
    let begun = party.begin().await.unwrap();
    party.complete(&begun).await.unwrap();

    let requests = party.idp.requests();
    let exchange = requests.token_requests.back().unwrap();
    assert_eq!(parameter(&begun.url, "redirect_uri").unwrap(), REDIRECT_URI);
    assert_eq!(exchange.form.first("redirect_uri"), Some(REDIRECT_URI));
}

#[tokio::test]
async fn flow_15_only_configured_scopes_are_requested() {
    let default = Party::new().await.begin().await.unwrap();
    assert_eq!(
        parameter(&default.url, "scope").unwrap(),
        "openid email profile"
    );

    let party = Party::with(|config| config.scopes(["email"]).unwrap()).await;
    let begun = party.begin().await.unwrap();
    assert_eq!(parameter(&begun.url, "scope").unwrap(), "openid email");
}

#[tokio::test]
async fn flow_17_the_request_has_each_parameter_once_and_no_others_than_these() {
    let party =
        Party::with(|config| config.authorization_parameter("prompt", "consent").unwrap()).await;
    let begun = party.begin().await.unwrap();

    let mut names: Vec<String> = begun
        .url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "client_id",
            "code_challenge",
            "code_challenge_method",
            "nonce",
            "prompt",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
        ]
    );
}

#[tokio::test]
async fn flow_17_configured_parameters_are_sent_as_they_were_given() {
    let claims = r#"{"id_token":{"email":null}}"#;
    let query = "acr_values=eidas1&hd=example.com&claims={\"id_token\":{\"email\":null}}";
    let parameters = query.parse().unwrap();
    let party = Party::with(|config| config.authorization_parameters(parameters)).await;

    let begun = party.begin().await.unwrap();

    assert_eq!(parameter(&begun.url, "acr_values").unwrap(), "eidas1");
    assert_eq!(parameter(&begun.url, "claims").unwrap(), claims);
    assert_eq!(parameter(&begun.url, "hd").unwrap(), "example.com");
    // A hint restricts nobody.
    assert!(party.complete(&begun).await.is_ok());
}
