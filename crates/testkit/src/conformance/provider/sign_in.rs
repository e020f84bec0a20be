use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, State};
use belgie_ports::{AuthorizationRequest, CodeGrant, Entropy as _, Exchanged, ProviderError};
use chrono::TimeDelta;
use url::Url;

use super::TestProvider;
use crate::SeededEntropy;

/// The secrets of one sign-in.
pub(super) struct Secrets {
    pub(super) state: State,
    pub(super) nonce: Nonce,
    pub(super) code_verifier: CodeVerifier,
}

impl Secrets {
    pub(super) fn draw(entropy: &SeededEntropy) -> Self {
        let draw = || {
            let mut bytes = [0; 32];
            entropy.fill(&mut bytes);
            bytes
        };
        Self {
            state: State::from_random(draw()),
            nonce: Nonce::from_random(draw()),
            code_verifier: CodeVerifier::from_random(draw()),
        }
    }
}

impl TestProvider {
    pub(super) fn request<'a>(&'a self, secrets: &'a Secrets) -> AuthorizationRequest<'a> {
        let Secrets {
            state,
            nonce,
            code_verifier,
        } = secrets;
        AuthorizationRequest::new(state, nonce, code_verifier, &self.redirect_uri)
    }

    /// Sends the person to the provider and returns the address of the response.
    pub(super) async fn respond(&self, request: AuthorizationRequest<'_>) -> Url {
        let url = self.provider.authorization_url(request).await;
        (self.authorize)(url.expect("the provider makes a request")).await
    }

    pub(super) async fn exchange(
        &self,
        secrets: &Secrets,
        code: &AuthorizationCode,
        max_age: Option<TimeDelta>,
    ) -> Result<Exchanged, ProviderError> {
        let (verifier, nonce) = (&secrets.code_verifier, &secrets.nonce);
        let mut grant = CodeGrant::new(code, verifier, nonce, &self.redirect_uri);
        grant.max_age = max_age;
        self.provider.exchange(grant).await
    }

    pub(super) async fn sign_in(&self, entropy: &SeededEntropy) -> Exchanged {
        let secrets = Secrets::draw(entropy);
        let code = code_of(&self.respond(self.request(&secrets)).await);
        let outcome = self.exchange(&secrets, &code, None).await;
        outcome.expect("the sign-in succeeds")
    }
}

pub(super) fn code_of(response: &Url) -> AuthorizationCode {
    let code = parameter(response, "code").expect("the response carries a code");
    AuthorizationCode::parse(&code).expect("the code is one")
}

pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs().filter(|(key, _)| key == name);
    let value = pairs.next().map(|(_, value)| value.into_owned());
    assert!(pairs.next().is_none(), "{name} comes twice");
    value
}

pub(super) async fn a_code_is_exchanged_for_the_identity_of_the_person(tested: &TestProvider) {
    let exchanged = tested.sign_in(&SeededEntropy::default()).await;

    let identity = exchanged.identity;
    assert!(!identity.issuer.as_str().is_empty() && !identity.subject.as_str().is_empty());
    assert!(identity.email.is_some() || !(identity.email_verified || identity.email_trusted));
}

pub(super) async fn the_same_person_is_the_same_subject_of_the_same_issuer(tested: &TestProvider) {
    let entropy = SeededEntropy::default();

    let (one, other) = (
        tested.sign_in(&entropy).await,
        tested.sign_in(&entropy).await,
    );

    assert_eq!(one.identity.issuer, other.identity.issuer);
    assert_eq!(one.identity.subject, other.identity.subject);
}

pub(super) async fn tokens_do_not_print_themselves(tested: &TestProvider) {
    let exchanged = tested.sign_in(&SeededEntropy::default()).await;

    let shown = format!("{exchanged:?} {exchanged:#?}");
    if let Some(tokens) = exchanged.tokens {
        let secrets = [
            Some(tokens.access_token()),
            tokens.refresh_token(),
            tokens.id_token(),
        ];
        for secret in secrets.into_iter().flatten() {
            assert!(!secret.is_empty() && !shown.contains(secret), "{shown}");
        }
    }
}

pub(super) async fn an_unknown_code_is_rejected(tested: &TestProvider) {
    let secrets = Secrets::draw(&SeededEntropy::default());
    tested.respond(tested.request(&secrets)).await;

    for unknown in ["unknown", "unknown&code=x", "unknown code"] {
        let code = AuthorizationCode::parse(unknown).expect("well-formed");
        let outcome = tested.exchange(&secrets, &code, None).await;

        assert!(
            matches!(outcome, Err(ProviderError::CodeRejected(_))),
            "{unknown}: {outcome:?}"
        );
    }
}

/// The person authenticates for the request, so either the provider reports a time, which is recent enough, or it
/// reports none and the identity is refused. For a provider that can re-authenticate people.
pub(super) async fn re_authentication_is_verified(tested: &TestProvider) {
    if !tested.provider.can_reauthenticate() {
        return;
    }
    let secrets = Secrets::draw(&SeededEntropy::default());
    let max_age = TimeDelta::minutes(5);
    let request = tested.request(&secrets).with_max_age(max_age);
    let code = code_of(&tested.respond(request).await);

    match tested.exchange(&secrets, &code, Some(max_age)).await {
        Ok(exchanged) => assert!(exchanged.authenticated_at.is_some()),
        Err(error) => assert!(
            matches!(error, ProviderError::InvalidIdentity(_)),
            "{error:?}"
        ),
    }
}
