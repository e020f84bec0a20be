use belgie_auth::BeginSignIn;
use belgie_domain::{FailureCode, Outcome};

use crate::site::{Site, callback, state_of};

#[tokio::test]
async fn ses_03_a_session_whose_cookie_is_withheld_at_the_callback_is_replaced_too() {
    let site = Site::new();
    let [held_before, held_now] = [site.sign_in().await, site.sign_in().await];
    let (held_before, held_now) = (held_before.unwrap().token, held_now.unwrap().token);
    let elsewhere = site.sign_in().await.unwrap().token;
    let request = BeginSignIn::new("fake").replacing(held_before.clone());
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    assert!(
        site.auth.user_of(&held_before).await.unwrap().is_some(),
        "beginning ends nothing"
    );

    let state = state_of(&begun);
    let states = [&*state];
    let arrival = callback(&states, Some(begun.binding)).replacing(held_now.clone());
    let new = site.come_back(arrival).await.unwrap().token;

    for (token, opens) in [
        (held_before, false),
        (held_now, false),
        (elsewhere, true),
        (new, true),
    ] {
        assert_eq!(site.auth.user_of(&token).await.unwrap().is_some(), opens);
    }
}

#[tokio::test]
async fn ses_03_a_sign_in_that_fails_ends_no_session() {
    let site = Site::new();
    let held = site.sign_in().await.unwrap().token;
    let request = BeginSignIn::new("fake").replacing(held.clone());
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    site.provider
        .fail_once(belgie_ports::ProviderError::CodeRejected(None));

    site.complete(&begun).await.unwrap_err();

    assert!(site.auth.user_of(&held).await.unwrap().is_some());
}

#[tokio::test]
async fn aud_01_a_refused_sign_in_names_the_user_whose_account_it_was() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user.id;
    site.auth.operator().disable(user).await.unwrap();

    site.sign_in().await.unwrap_err();

    let events = site.events_of(user).await;
    let refused = &events[0];
    assert_eq!(
        refused.outcome,
        Outcome::Failure(FailureCode::AccountDisabled)
    );
    assert_eq!(refused.actor_id, Some(user));
}
