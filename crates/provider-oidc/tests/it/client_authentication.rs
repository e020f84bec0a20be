use belgie_idp_emulator::Fault;
use belgie_ports::ProviderError;
use belgie_provider_oidc::{ClientCredentials, OidcConfig, TokenAuthMethod};
use belgie_testkit::TestClock;

use crate::party::{Party, REDIRECT_URI, config, emulator, provider};

const ID: &str = "a:b c";
const SECRET: &str = "p%+é/=&?\"";

async fn party() -> Party {
    party_with(|config| config).await
}

async fn party_with(change: impl FnOnce(OidcConfig) -> OidcConfig) -> Party {
    let clock = TestClock::default();
    let idp = emulator(&clock).client(ID, SECRET, [REDIRECT_URI]);
    let idp = idp.start().await.unwrap();
    let provider = provider(change(config(idp.issuer(), ID, SECRET)), &clock);
    Party::of(idp, clock, provider)
}

/// A client without a secret.
async fn public_party() -> Party {
    let clock = TestClock::default();
    let idp = emulator(&clock).public_client(ID, [REDIRECT_URI]);
    let idp = idp.start().await.unwrap();
    let client = ClientCredentials::public(ID);
    let config = OidcConfig::new("sso".parse().unwrap(), idp.issuer(), client).unwrap();
    let provider = provider(config, &clock);
    Party::of(idp, clock, provider)
}

fn announced(methods: &[&str]) -> Fault {
    Fault::discovery("token_endpoint_auth_methods_supported", methods)
}

#[tokio::test]
async fn flow_16_basic_credentials_are_form_encoded_first() {
    let party = party().await;

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    let request = requests.token_requests.back().unwrap();
    let basic = request.basic.as_ref().unwrap();
    assert_eq!((basic.id.as_str(), basic.secret.as_str()), (ID, SECRET));
    assert_eq!(request.form.first("client_secret"), None);
}

#[tokio::test]
async fn flow_16_the_secret_goes_into_the_body_when_only_that_is_offered() {
    let party = party().await;
    party.idp.fault(announced(&["client_secret_post"]));

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    let request = requests.token_requests.back().unwrap();
    assert_eq!(request.basic, None);
    assert_eq!(request.form.first("client_id"), Some(ID));
    assert_eq!(request.form.first("client_secret"), Some(SECRET));
}

#[tokio::test]
async fn flow_16_the_configured_method_is_used_though_another_is_preferred_or_announced() {
    let (basic, post) = (
        TokenAuthMethod::ClientSecretBasic,
        TokenAuthMethod::ClientSecretPost,
    );
    for (method, only_announced) in [(post, "client_secret_basic"), (basic, "client_secret_post")] {
        let party = party_with(|config| config.token_auth_method(method).unwrap()).await;
        party.idp.fault(announced(&[only_announced]));

        party.sign_in().await.unwrap();

        let requests = party.idp.requests();
        let request = requests.token_requests.back().unwrap();
        assert_eq!(request.basic.is_some(), method == basic);
        assert_eq!(
            request.form.first("client_secret").is_some(),
            method == post
        );
    }
}

#[tokio::test]
async fn flow_16_a_refused_method_is_not_followed_by_another() {
    for method in [
        TokenAuthMethod::ClientSecretBasic,
        TokenAuthMethod::ClientSecretPost,
    ] {
        let party = party_with(|config| config.token_auth_method(method).unwrap()).await;
        party.idp.fault(Fault::token_error("invalid_client"));

        let outcome = party.sign_in().await;

        assert!(matches!(outcome, Err(ProviderError::Unavailable(_))));
        assert_eq!(party.idp.requests().token, 1);
    }
}

#[tokio::test]
async fn flow_16_a_public_client_names_itself_in_the_body_and_has_no_secret() {
    let party = public_party().await;
    for methods in [
        &["client_secret_basic"][..],
        &["none"],
        &["private_key_jwt"],
    ] {
        party.outcome([announced(methods)]).await.unwrap();

        let requests = party.idp.requests();
        let request = requests.token_requests.back().unwrap();
        assert_eq!(request.basic, None);
        assert_eq!(request.form.first("client_id"), Some(ID));
        assert_eq!(request.form.first("client_secret"), None);
        assert_eq!(request.pkce_matched, Some(true));
    }
}

#[tokio::test]
async fn flow_16_the_secret_is_in_no_url() {
    let clock = TestClock::default();
    let idp = emulator(&clock).client("client", "c4nary", [REDIRECT_URI]);
    let idp = idp.start().await.unwrap();
    let provider = provider(config(idp.issuer(), "client", "c4nary"), &clock);
    let party = Party::of(idp, clock, provider);

    let begun = party.begin().await.unwrap();

    assert!(!begun.url.as_str().contains("c4nary"));
}
