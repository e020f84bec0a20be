use belgie_ports::ProviderError;

use super::TestProvider;
use super::sign_in::{Secrets, parameter};
use crate::SeededEntropy;

pub(super) async fn a_response_of_another_issuer_is_refused(tested: &TestProvider) {
    let issuer = tested
        .sign_in(&SeededEntropy::default())
        .await
        .identity
        .issuer;
    let with_slash = format!("{issuer}/");
    for other in ["https://evil.example", "", &with_slash] {
        let outcome = tested.provider.check_response_issuer(Some(other)).await;

        assert!(
            matches!(outcome, Err(ProviderError::IssuerMismatch)),
            "{other}: {outcome:?}"
        );
    }
}

pub(super) async fn a_response_of_the_provider_itself_is_accepted(tested: &TestProvider) {
    let secrets = Secrets::draw(&SeededEntropy::default());

    let response = tested.respond(tested.request(&secrets)).await;

    let issuer = parameter(&response, "iss");
    let checked = tested.provider.check_response_issuer(issuer.as_deref());
    checked.await.expect("the response is the provider's own");
    assert_eq!(
        parameter(&response, "state").as_deref(),
        Some(secrets.state.secret())
    );
}

pub(super) async fn an_identity_is_of_an_issuer_that_the_provider_serves(tested: &TestProvider) {
    let signed_in = tested.sign_in(&SeededEntropy::default()).await;

    assert!(tested.provider.serves_issuer(&signed_in.identity.issuer));
}

pub(super) async fn a_provider_that_answers_passes_the_probe(tested: &TestProvider) {
    tested.provider.probe().await.expect("the provider answers");
}
