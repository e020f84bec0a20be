//! Authenticating again while signed in.

use belgie_auth::{AuthError, Authenticated, AuthorizationRedirect, BeginSignIn, Proof, SignedIn};
use belgie_domain::{EventKind, FailureCode, Outcome};
use belgie_ports::Clock as _;
use belgie_testkit::{changed, identity};
use chrono::TimeDelta;

use crate::site::Site;

async fn authenticated(site: &Site, signed_in: &SignedIn) -> Result<Authenticated, AuthError> {
    let sessions = site.auth.sessions();
    sessions.authenticate(&signed_in.token, Proof::Cookie).await
}

async fn begin(site: &Site, signed_in: &SignedIn) -> AuthorizationRedirect {
    site.pass_time();
    let current = authenticated(site, signed_in).await.unwrap();
    let request = BeginSignIn::new("fake").with_redirect_url("/account");
    let sign_in = site.auth.sign_in();
    sign_in
        .begin_reauthentication(&current, request)
        .await
        .unwrap()
}

async fn is_fresh(site: &Site, signed_in: &SignedIn) -> bool {
    let current = authenticated(site, signed_in).await.unwrap();
    site.auth.sessions().fresh(&current).is_ok()
}

fn max_age(begun: &AuthorizationRedirect) -> Option<String> {
    let mut query = begun.authorization_url.query_pairs();
    let found = query.find(|(name, _)| name == "max_age");
    found.map(|(_, value)| value.into_owned())
}

/// Jane, whose session is no longer fresh.
async fn signed_in_long_ago(site: &Site) -> SignedIn {
    let jane = site.sign_in().await.unwrap();
    site.clock.advance(TimeDelta::hours(2));
    assert!(!is_fresh(site, &jane).await);
    jane
}

#[tokio::test]
async fn ses_03_reauthentication_replaces_the_session_by_a_fresh_one() {
    let site = Site::new();
    let jane = signed_in_long_ago(&site).await;
    let elsewhere = site.sign_in().await.unwrap();

    let begun = begin(&site, &jane).await;
    let again = site.complete(&begun).await.unwrap();

    assert_eq!(again.user.id, jane.user.id);
    assert_eq!(again.location, "/account");
    assert_ne!(again.token, jane.token);
    assert!(is_fresh(&site, &again).await);
    let old = authenticated(&site, &jane).await.unwrap_err();
    assert_eq!(old.code(), FailureCode::NotAuthenticated);
    assert!(authenticated(&site, &elsewhere).await.is_ok());
    let kinds = site.event_kinds_of(jane.user.id).await;
    assert_eq!(kinds.last(), Some(&EventKind::Reauthenticated));
}

#[tokio::test]
async fn idt_21_a_provider_that_can_is_asked_to_authenticate_anew_and_its_time_counts() {
    let site = Site::new();
    let jane = signed_in_long_ago(&site).await;
    let ordinary = site.begin().await;
    assert_eq!(max_age(&ordinary), None);
    let at = site.clock.now() - TimeDelta::seconds(30);
    site.provider.report_authentication(at);

    let begun = begin(&site, &jane).await;
    let again = site.complete(&begun).await.unwrap();

    assert_eq!(max_age(&begun).as_deref(), Some("0"));
    assert_eq!(again.session.authenticated_at, at);
    assert!(again.session.created_at > at);
}

#[tokio::test]
async fn a_provider_that_cannot_is_not_asked_and_the_sign_in_counts() {
    let site = Site::new();
    let jane = signed_in_long_ago(&site).await;

    let begun = begin(&site, &jane).await;
    let again = site.complete(&begun).await.unwrap();

    assert_eq!(max_age(&begun), None);
    assert_eq!(again.session.authenticated_at, again.session.created_at);
}

#[tokio::test]
async fn a_time_to_come_is_no_time_of_authentication() {
    let site = Site::new();
    let jane = signed_in_long_ago(&site).await;
    let later = site.clock.now() + TimeDelta::hours(1);
    site.provider.report_authentication(later);

    let begun = begin(&site, &jane).await;
    let again = site.complete(&begun).await.unwrap();

    assert_eq!(again.session.authenticated_at, again.session.created_at);
}

#[tokio::test]
async fn lnk_13_another_person_renews_nothing() {
    let site = Site::new();
    let joe = changed(identity(), |identity| {
        identity.subject = "joe".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    });
    let unknown = changed(joe.clone(), |identity| {
        identity.subject = "unknown".parse().unwrap();
        identity.email = Some("unknown@example.com".to_owned());
    });
    let same_address = changed(identity(), |identity| {
        identity.subject = "other".parse().unwrap();
    });
    site.sign_in_as(joe.clone()).await.unwrap();
    for somebody in [joe, unknown, same_address] {
        site.provider.set_identity(identity());
        let jane = signed_in_long_ago(&site).await;
        let users = site.users().await;
        let begun = begin(&site, &jane).await;
        site.provider.set_identity(somebody);

        let failure = site.complete(&begun).await.unwrap_err();

        assert_eq!(failure.error.code(), FailureCode::AccountTaken);
        assert!(!failure.is_pending);
        assert!(!is_fresh(&site, &jane).await);
        assert_eq!(site.users().await, users);
        let newest = site.events_of(jane.user.id).await.remove(0);
        assert_eq!(newest.kind, EventKind::Reauthenticated);
        assert_eq!(newest.outcome, Outcome::Failure(FailureCode::AccountTaken));
    }
}

#[tokio::test]
async fn lnk_15_reauthentication_ends_with_the_session_or_the_user() {
    let site = Site::new();
    let jane = signed_in_long_ago(&site).await;
    let begun = begin(&site, &jane).await;
    let client = belgie_domain::ClientInfo::default();
    site.auth
        .sessions()
        .sign_out(&jane.token, &client)
        .await
        .unwrap();
    let ended = site.complete(&begun).await.unwrap_err();
    assert_eq!(ended.error.code(), FailureCode::NotAuthenticated);

    let jane = signed_in_long_ago(&site).await;
    let begun = begin(&site, &jane).await;
    site.auth.operator().disable(jane.user.id).await.unwrap();
    let disabled = site.complete(&begun).await.unwrap_err();
    assert_eq!(disabled.error.code(), FailureCode::NotAuthenticated);
    site.auth.operator().enable(jane.user.id).await.unwrap();
}

#[tokio::test]
async fn ses_05_a_session_that_has_expired_is_not_renewed() {
    let site = Site::with(|policy| {
        policy.sessions = policy.sessions.clone().max_age(TimeDelta::minutes(5));
    });
    let jane = site.sign_in().await.unwrap();
    let begun = begin(&site, &jane).await;
    site.clock.advance(TimeDelta::minutes(5));

    let expired = site.complete(&begun).await.unwrap_err();

    assert_eq!(expired.error.code(), FailureCode::SessionExpired);
}

#[tokio::test]
async fn flow_02_another_browser_renews_nothing() {
    let site = Site::new();
    let jane = signed_in_long_ago(&site).await;
    let begun = begin(&site, &jane).await;
    let elsewhere = changed(begun.clone(), |begun| {
        begun.binding = belgie_domain::BrowserBinding::from_random([9; 32]);
    });

    let refused = site.complete(&elsewhere).await.unwrap_err();

    assert_eq!(refused.error.code(), FailureCode::InvalidState);
    assert!(!is_fresh(&site, &jane).await);
    assert!(site.complete(&begun).await.is_ok());
}
