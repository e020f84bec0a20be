use chrono::TimeDelta;

use super::TestProvider;
use super::sign_in::{Secrets, parameter};
use crate::SeededEntropy;

pub(super) async fn the_id_and_the_name_stay_the_same(tested: &TestProvider) {
    let name = || {
        (
            tested.provider.id().clone(),
            tested.provider.display_name().to_owned(),
        )
    };
    let before = name();

    tested.sign_in(&SeededEntropy::default()).await;

    assert_eq!(before, name());
    assert!(!before.1.trim().is_empty());
}

pub(super) async fn the_authorization_request_carries_what_it_was_given(tested: &TestProvider) {
    let entropy = SeededEntropy::default();
    for _ in 0..3 {
        let secrets = Secrets::draw(&entropy);
        let url = tested
            .provider
            .authorization_url(tested.request(&secrets))
            .await;
        let url = url.expect("the provider makes a request");

        let sent = |name| parameter(&url, name);
        assert_eq!(sent("response_type").as_deref(), Some("code"));
        assert_eq!(sent("state").as_deref(), Some(secrets.state.secret()));
        assert_eq!(sent("code_challenge_method").as_deref(), Some("S256"));
        assert_eq!(
            sent("code_challenge"),
            Some(secrets.code_verifier.s256_challenge())
        );
        assert_eq!(
            sent("redirect_uri").as_deref(),
            Some(tested.redirect_uri.as_str())
        );
        if tested.openid_connect {
            assert_eq!(sent("nonce").as_deref(), Some(secrets.nonce.secret()));
        }
        assert!(!url.as_str().contains(secrets.code_verifier.secret()));
        assert_eq!(url.fragment(), None);
    }
}

pub(super) async fn each_authorization_request_has_its_own_redirect_uri(tested: &TestProvider) {
    let secrets = Secrets::draw(&SeededEntropy::default());
    for redirect_uri in [
        "https://app.example/callback",
        "https://other.example/?a=b&c=d",
    ] {
        let redirect_uri = redirect_uri.parse().expect("well-formed");
        let mut request = tested.request(&secrets);
        request.redirect_uri = &redirect_uri;

        let url = tested.provider.authorization_url(request).await;

        let sent = parameter(&url.expect("the provider makes a request"), "redirect_uri");
        assert_eq!(sent.as_deref(), Some(redirect_uri.as_str()));
    }
}

/// For a provider that can re-authenticate people; others are never asked to.
pub(super) async fn re_authentication_is_asked_for(tested: &TestProvider) {
    if !tested.provider.can_reauthenticate() {
        return;
    }
    let secrets = Secrets::draw(&SeededEntropy::default());
    let request = tested.request(&secrets);

    let ordinary = tested.provider.authorization_url(request).await;
    let again = request.with_max_age(TimeDelta::minutes(5));
    let again = tested.provider.authorization_url(again).await;

    let (ordinary, again) = (ordinary.expect("a request"), again.expect("a request"));
    assert_ne!(ordinary, again);
    assert_eq!(
        parameter(&again, "state").as_deref(),
        Some(secrets.state.secret())
    );
}

pub(super) async fn a_configured_redirect_uri_is_an_address_of_the_web(tested: &TestProvider) {
    if let Some(uri) = tested.provider.redirect_uri() {
        assert!(matches!(uri.scheme(), "http" | "https"), "{uri}");
        assert_eq!(uri.fragment(), None, "RFC 6749 §3.1.2");
    }
}

pub(super) async fn a_brand_is_an_image_without_anything_that_pages_forbid(tested: &TestProvider) {
    if let Some(brand) = tested.provider.brand() {
        let mark = brand.mark.trim();
        assert!(
            mark.starts_with("<svg ") && mark.ends_with("</svg>"),
            "{mark}"
        );
        assert!(mark.contains("viewBox=") && mark.contains("aria-hidden=\"true\""));
        for forbidden in [
            "<script", "<style", " style=", "href", "url(", " on", "<!", "&",
        ] {
            assert!(!mark.contains(forbidden), "{forbidden} in {mark}");
        }
    }
}
