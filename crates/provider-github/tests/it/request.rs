//! What GitHub is asked.

use belgie_ports::{IdentityProvider as _, ProviderError};
use chrono::TimeDelta;

use crate::party::{JANE, Party, REDIRECT_URI, SECRET, code_verifier, parameter};

#[tokio::test]
async fn flow_05_and_flow_15_the_authorization_request_has_pkce_and_the_scopes() {
    let party = Party::new().await;

    let url = party.begin(None).await;

    let endpoint = format!("{}/login/oauth/authorize?", party.idp.issuer());
    assert!(url.as_str().starts_with(&endpoint), "{url}");
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name).collect();
    let expected =
        "client_id scope response_type redirect_uri state code_challenge code_challenge_method";
    assert_eq!(names.join(" "), expected);
    assert_eq!(parameter(&url, "client_id").unwrap(), "client");
    assert_eq!(parameter(&url, "scope").unwrap(), "read:user user:email");
    let challenge = code_verifier().s256_challenge();
    assert_eq!(parameter(&url, "code_challenge").unwrap(), challenge);
    assert_eq!(parameter(&url, "code_challenge_method").unwrap(), "S256");
}

#[tokio::test]
async fn flow_15_other_scopes_can_be_configured() {
    let party = Party::with(|config| config.scopes(["user:email", "read:org"])).await;

    let url = party.begin(None).await;

    assert_eq!(parameter(&url, "scope").unwrap(), "user:email read:org");
}

#[tokio::test]
async fn flow_08_the_token_request_carries_what_the_authorization_request_did() {
    let party = Party::new().await;

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    assert_eq!(requests.token, 1);
    let sent = &requests.token_requests[0];
    assert_eq!(sent.pkce_matched, Some(true));
    assert_eq!(sent.basic, None);
    assert_eq!(sent.form.first("redirect_uri"), Some(REDIRECT_URI));
    assert_eq!(sent.form.first("client_id"), Some("client"));
    assert_eq!(sent.form.first("client_secret"), Some(SECRET));
}

#[tokio::test]
async fn the_api_is_asked_as_github_wants_it() {
    let party = Party::new().await;

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    assert_eq!((requests.github_user, requests.github_emails), (1, 1));
    assert_eq!(requests.github_headers.len(), 2);
    for headers in requests.github_headers {
        let header = |name| headers.first(name).unwrap_or_default();
        assert!(header("user-agent").starts_with("belgie/"));
        assert_eq!(header("accept"), "application/vnd.github+json");
        assert_eq!(header("x-github-api-version"), "2022-11-28");
        assert!(header("authorization").starts_with("Bearer gho_"));
    }
}

#[tokio::test]
async fn idt_21_re_authentication_is_refused_without_a_word_to_github() {
    let party = Party::new().await;
    let max_age = Some(TimeDelta::minutes(5));

    let url = party.begin(max_age).await;
    assert_eq!(parameter(&url, "prompt").unwrap(), "select_account");
    let callback = party.idp.authorize(&url, JANE).await.unwrap();
    let code = parameter(&callback, "code").unwrap();

    let Err(ProviderError::InvalidIdentity(reason)) = party.exchange(&code, max_age).await else {
        panic!("an authentication of unknown age is accepted");
    };
    let expected = "GitHub does not report when the person authenticated";
    assert_eq!(reason.as_str(), expected);
    assert_eq!(party.idp.requests().token, 0);
}

#[tokio::test]
async fn mix_02_a_response_is_of_this_github_or_says_nothing() {
    let party = Party::new().await;
    let base_url = party.idp.issuer().to_owned();
    let ours = parameter(&party.authorized().await, "iss").unwrap();
    assert_eq!(ours, format!("{base_url}/login/oauth"));

    for issuer in [None, Some(&*ours)] {
        let checked = party.provider.check_response_issuer(issuer).await;
        assert!(checked.is_ok(), "{issuer:?}");
    }
    for other in [
        "",
        &base_url,
        &format!("{ours}/"),
        &ours.to_uppercase(),
        "https://github.com/login/oauth",
    ] {
        let checked = party.provider.check_response_issuer(Some(other)).await;
        assert!(
            matches!(checked, Err(ProviderError::IssuerMismatch)),
            "{other}"
        );
    }
}
