//! A provider that is removed from the settings while people sign in with it.

use belgie_auth::{Auth, AuthError, BeginSignIn, CallbackFailure, Policy};
use belgie_domain::RedirectRule;
use belgie_testkit::SeededEntropy;

use crate::site::{Site, callback, state_of};

/// The same site after a restart without the provider `fake`.
fn restarted(site: &Site) -> Auth {
    let redirects = RedirectRule::new(
        "https://site.example".parse().unwrap(),
        ["https://app.example".parse().unwrap()],
    );
    let builder = Auth::builder().store(site.store.clone());
    let builder = builder.shared_provider(site.other.clone());
    let builder = builder.clock(site.clock.clone());
    let builder = builder.entropy(SeededEntropy::default());
    builder.build(Policy::new(redirects)).unwrap()
}

async fn comes_back(site: &Site, redirect_url: &str) -> CallbackFailure {
    let request = BeginSignIn::new("fake").with_redirect_url(redirect_url);
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    let callback = callback(&states, Some(begun.binding.clone()));

    let failure = restarted(site).sign_in().complete(callback).await;

    let failure = failure.unwrap_err();
    assert!(matches!(failure.error, AuthError::ProviderNotFound(_)));
    // The attempt has ended, even if the provider is configured again.
    let late = site.complete(&begun).await.unwrap_err();
    assert!(matches!(late.error, AuthError::InvalidState));
    assert_eq!((site.provider.exchanges(), site.users().await), (0, 0));
    failure
}

#[tokio::test]
async fn mix_05_a_removed_provider_ends_the_sign_ins_that_are_open() {
    let site = Site::new();

    assert_eq!(comes_back(&site, "/notes").await.location, None);
}

#[tokio::test]
async fn mix_05_the_front_end_is_told_that_the_provider_was_removed() {
    let site = Site::new();

    let failure = comes_back(&site, "https://app.example/in").await;

    let expected = "https://app.example/in?error=provider_not_found";
    assert_eq!(failure.location.as_deref(), Some(expected));
}

#[tokio::test]
async fn mix_05_a_removed_provider_begins_no_sign_in() {
    let site = Site::new();

    let begun = restarted(&site)
        .sign_in()
        .begin(BeginSignIn::new("fake"))
        .await;

    assert!(matches!(begun, Err(AuthError::ProviderNotFound(_))));
}
