//! Signing in with Google, as the emulator plays it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::time::SystemTime;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, ProviderIdentity, State};
use belgie_idp_emulator::{Emulator, Fault, JwksFault, OddKey, Person, Signature};
use belgie_ports::{AuthorizationRequest, CodeGrant, IdentityProvider as _, ProviderError};
use belgie_provider_google::{AccessType, ClientCredentials, GoogleConfig, HttpClient};
use belgie_testkit::TestClock;
use url::Url;

const REDIRECT_URI: &str = "http://localhost:8000/auth/provider/google/callback";

async fn emulator(clock: &TestClock) -> Emulator {
    let clock = clock.clone();
    let now = move || SystemTime::from(belgie_ports::Clock::now(&clock));
    Emulator::builder()
        .client("client", "secret", [REDIRECT_URI])
        .person(Person::new("gmail").email("jane@gmail.com").name("Jane"))
        .person(Person::new("other").email("jane@example.com").name("Jane"))
        .person(
            Person::new("workspace")
                .email("jane@corp.example")
                .name("Jane")
                .hosted_domain("corp.example"),
        )
        .clock(now)
        .start()
        .await
        .unwrap()
}

fn config(idp: &Emulator) -> GoogleConfig {
    let client = ClientCredentials::new("client", "secret");
    GoogleConfig::new(client).issuer(idp.issuer())
}

async fn sign_in(
    idp: &Emulator,
    config: GoogleConfig,
    clock: &TestClock,
    subject: &str,
) -> Result<ProviderIdentity, ProviderError> {
    let http = HttpClient::new([]).unwrap();
    let google = config.provider(http, Arc::new(clock.clone())).unwrap();
    let nonce = Nonce::from_random([2; 32]);
    let code_verifier = CodeVerifier::from_random([3; 32]);
    let redirect_uri = Url::parse(REDIRECT_URI).unwrap();
    let state = State::from_random([1; 32]);
    let request = AuthorizationRequest::new(&state, &nonce, &code_verifier, &redirect_uri);
    let url = google.authorization_url(request).await?;
    let callback = idp.authorize(&url, subject).await.unwrap();
    let code = callback
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap();
    let code = AuthorizationCode::parse(&code.1).unwrap();
    let grant = CodeGrant::new(&code, &code_verifier, &nonce, &redirect_uri);
    Ok(google.exchange(grant).await?.identity)
}

fn asked(idp: &Emulator, name: &str) -> Option<String> {
    let requests = idp.requests();
    let request = requests.authorization_requests.back().unwrap();
    request.first(name).map(str::to_owned)
}

#[tokio::test]
async fn the_authorization_request_carries_googles_parameters() {
    let clock = TestClock::default();
    let idp = emulator(&clock).await;

    sign_in(&idp, config(&idp), &clock, "gmail").await.unwrap();

    assert_eq!(asked(&idp, "scope").unwrap(), "openid email profile");
    assert_eq!(asked(&idp, "access_type").unwrap(), "offline");
    assert_eq!(asked(&idp, "prompt").unwrap(), "consent");
    assert_eq!(asked(&idp, "hd"), None);
}

#[tokio::test]
async fn googles_parameters_can_be_configured() {
    let clock = TestClock::default();
    let idp = emulator(&clock).await;
    let config = config(&idp)
        .scopes(["email"])
        .access_type(AccessType::Online)
        .prompt("")
        .hosted_domain("corp.example");

    sign_in(&idp, config, &clock, "workspace").await.unwrap();

    assert_eq!(asked(&idp, "scope").unwrap(), "openid email");
    assert_eq!(asked(&idp, "access_type").unwrap(), "online");
    assert_eq!(asked(&idp, "prompt"), None);
    assert_eq!(asked(&idp, "hd").unwrap(), "corp.example");
}

#[tokio::test]
async fn lnk_02_google_is_trusted_where_it_runs_the_mailbox() {
    let clock = TestClock::default();
    let idp = emulator(&clock).await;

    for (subject, trusted) in [("gmail", true), ("workspace", true), ("other", false)] {
        let identity = sign_in(&idp, config(&idp), &clock, subject).await.unwrap();

        assert!(identity.email_verified);
        assert_eq!(identity.email_trusted, trusted, "{subject}");
    }
}

#[tokio::test]
async fn only_accounts_of_the_hosted_domain_get_in() {
    let clock = TestClock::default();
    let idp = emulator(&clock).await;
    let config = config(&idp).hosted_domain("Corp.example");

    let identity = sign_in(&idp, config.clone(), &clock, "workspace").await;
    assert_eq!(
        identity.unwrap().hosted_domain.as_deref(),
        Some("corp.example")
    );
    for (hd, subject) in [
        ("evil.example", "workspace"),
        ("corp.example.evil.example", "workspace"),
        ("", "workspace"),
    ] {
        idp.fault_once(Fault::claim("hd", hd));
        let outcome = sign_in(&idp, config.clone(), &clock, subject).await;
        assert!(
            matches!(outcome, Err(ProviderError::InvalidIdentity(_))),
            "{hd}"
        );
    }
    let without = sign_in(&idp, config, &clock, "gmail").await;
    assert!(matches!(without, Err(ProviderError::InvalidIdentity(_))));
}

#[tokio::test]
async fn idt_02_google_is_verified_by_rs256_only_whatever_discovery_lists() {
    let clock = TestClock::default();
    let idp = emulator(&clock).await;
    idp.fault(Fault::discovery(
        "id_token_signing_alg_values_supported",
        vec!["RS256", "ES256"],
    ));
    idp.fault(Fault::Jwks(JwksFault::Add(OddKey::EcP256)));
    idp.fault_once(Fault::signature(Signature::Odd(OddKey::EcP256)));

    let elliptic = sign_in(&idp, config(&idp), &clock, "gmail").await;
    assert!(matches!(elliptic, Err(ProviderError::InvalidIdentity(_))));

    let ordinary = sign_in(&idp, config(&idp), &clock, "gmail").await;
    assert!(ordinary.is_ok());
}

/// Google keeps the contract of the port.
mod contract {
    use std::sync::Arc;

    use belgie_provider_google::HttpClient;
    use belgie_testkit::TestClock;
    use belgie_testkit::conformance::provider::TestProvider;

    use super::{REDIRECT_URI, config, emulator};

    async fn tested() -> TestProvider {
        let clock = TestClock::default();
        let idp = Arc::new(emulator(&clock).await);
        let http = HttpClient::new([]).unwrap();
        let google = config(&idp).provider(http, Arc::new(clock)).unwrap();
        TestProvider::new(google, REDIRECT_URI.parse().unwrap(), move |url| {
            let idp = Arc::clone(&idp);
            Box::pin(async move { idp.authorize(&url, "gmail").await.unwrap() })
        })
    }

    belgie_testkit::provider_conformance!(tested);
}
