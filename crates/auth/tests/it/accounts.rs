use belgie_auth::{
    AuthError, Authenticated, AuthorizationRedirect, BeginSignIn, Callback, CallbackFailure,
    Completed, Proof, ProviderAnswer, SignedIn,
};
use belgie_domain::{
    Account, ClientInfo, EventKind, FailureCode, Outcome, ProviderIdentity, Purpose, RedirectRule,
    Refusal, UserId,
};
use belgie_ports::{Contention, StoreError, StoreExt as _};
use belgie_testkit::{changed, identity};
use chrono::TimeDelta;

use crate::site::{Site, callback, state_of};

/// An identity that shares nothing with the default one, not even the address.
fn other_identity() -> ProviderIdentity {
    changed(identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
        identity.subject = "other-1".parse().unwrap();
        identity.email = Some("jane@work.example".to_owned());
    })
}

async fn authenticated(site: &Site, signed_in: &SignedIn) -> Authenticated {
    let sessions = site.auth.sessions();
    let current = sessions.authenticate(&signed_in.token, Proof::Cookie).await;
    current.unwrap()
}

/// Starts linking an account at the other provider.
async fn begin_link(site: &Site, signed_in: &SignedIn) -> Result<AuthorizationRedirect, AuthError> {
    site.pass_time();
    let current = authenticated(site, signed_in).await;
    let fresh = site.auth.sessions().fresh(&current)?;
    let request = BeginSignIn::new("other").with_redirect_url("/account");
    site.auth.accounts().begin_link(fresh, request).await
}

/// Comes back from the other provider.
async fn come_back(
    site: &Site,
    begun: &AuthorizationRedirect,
) -> Result<Completed, CallbackFailure> {
    let state = state_of(begun);
    let states = [&*state];
    let callback: Callback<'_> =
        changed(callback(&states, Some(begun.binding.clone())), |callback| {
            callback.provider = "other";
        });
    site.auth.sign_in().complete(callback).await
}

async fn link(site: &Site, signed_in: &SignedIn) -> Result<Completed, CallbackFailure> {
    let begun = begin_link(site, signed_in).await.unwrap();
    come_back(site, &begun).await
}

async fn accounts_of(site: &Site, user: UserId) -> Vec<Account> {
    site.auth.accounts().list(user).await.unwrap()
}

async fn unlink(site: &Site, signed_in: &SignedIn, account: &Account) -> Result<(), AuthError> {
    let current = authenticated(site, signed_in).await;
    let fresh = site.auth.sessions().fresh(&current)?;
    let client = ClientInfo::default();
    site.auth
        .accounts()
        .unlink(fresh, account.id, &client)
        .await
}

#[tokio::test]
async fn lnk_12_an_account_with_another_address_is_added_to_the_user_who_is_signed_in() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    site.pass_time();

    let completed = link(&site, &jane).await.unwrap();

    let Completed::Linked { location } = completed else {
        panic!("signed in");
    };
    assert_eq!(location, "/account");
    let accounts = accounts_of(&site, jane.user.id).await;
    let providers: Vec<_> = accounts
        .iter()
        .map(|account| account.provider.as_str())
        .collect();
    assert_eq!(providers, ["fake", "other"]);
    assert_eq!(accounts[1].email.as_deref(), Some("jane@work.example"));
    let kinds = site.event_kinds_of(jane.user.id).await;
    assert_eq!(kinds.last(), Some(&EventKind::AccountLinked));
    let unchanged = authenticated(&site, &jane).await.user;
    assert_eq!(unchanged.email, jane.user.email);

    let again = site.sign_in_at_other(other_identity()).await.unwrap();
    assert_eq!((again.user.id, site.users().await), (jane.user.id, 1));
}

#[tokio::test]
async fn lnk_12_a_second_account_of_one_provider_can_be_added() {
    let site = Site::new();
    let jane = site.sign_in_at_other(identity()).await.unwrap();
    site.other.set_identity(other_identity());

    link(&site, &jane).await.unwrap();

    let accounts = accounts_of(&site, jane.user.id).await;
    let subjects: Vec<_> = accounts
        .iter()
        .map(|account| account.subject.as_str())
        .collect();
    assert_eq!(subjects.len(), 2);
    assert!(
        accounts
            .iter()
            .all(|account| account.provider.as_str() == "other")
    );
}

#[tokio::test]
async fn lnk_12_linking_needs_a_recent_authentication() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.clock.advance(TimeDelta::hours(1));

    let refused = begin_link(&site, &jane).await.unwrap_err();

    assert!(matches!(refused, AuthError::FreshSignInRequired));
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_12_a_link_ends_with_the_session_that_started_it() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    let begun = begin_link(&site, &jane).await.unwrap();
    let client = ClientInfo::default();
    site.auth
        .sessions()
        .sign_out(&jane.token, &client)
        .await
        .unwrap();
    // Even though the same person has signed in again in the meantime.
    let again = site.sign_in().await.unwrap();

    let failure = come_back(&site, &begun).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::NotAuthenticated));
    assert_eq!(accounts_of(&site, again.user.id).await.len(), 1);
    assert_eq!(site.users().await, 1);
}

#[tokio::test]
async fn lnk_15_a_link_of_a_user_who_is_disabled_meanwhile_adds_nothing() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    let begun = begin_link(&site, &jane).await.unwrap();
    site.auth.operator().disable(jane.user.id).await.unwrap();

    let failure = come_back(&site, &begun).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::NotAuthenticated));
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_15_a_disabled_user_whose_session_is_still_stored_adds_nothing() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    let begun = begin_link(&site, &jane).await.unwrap();
    let disabled = changed(jane.user.clone(), |user| user.is_active = false);
    let change = site
        .store
        .transaction(Contention::none(), disabled, |user, tx| {
            tx.update_user(user)
        });
    let change: Result<bool, StoreError> = change.await;
    assert!(change.unwrap());

    let failure = come_back(&site, &begun).await.unwrap_err();

    let refused = AuthError::Refused(Refusal::AccountDisabled);
    assert_eq!(failure.error.code(), refused.code());
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_12_a_link_ends_when_its_session_expires() {
    let site = Site::with(|policy| {
        policy.sessions = policy.sessions.clone().max_age(TimeDelta::minutes(5));
    });
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    let begun = begin_link(&site, &jane).await.unwrap();
    site.clock.advance(TimeDelta::minutes(6));

    let failure = come_back(&site, &begun).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::SessionExpired));
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_12_a_link_is_completed_by_the_browser_that_started_it_only() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    let begun = begin_link(&site, &jane).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    for binding in [None, Some(site.begin().await.binding)] {
        let elsewhere =
            Callback::new("other", &states, ProviderAnswer::Code("code")).with_binding(binding);
        let failure = site.auth.sign_in().complete(elsewhere).await.unwrap_err();
        assert!(matches!(failure.error, AuthError::InvalidState));
    }
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
    assert_eq!(site.other.exchanges(), 0);

    assert!(come_back(&site, &begun).await.is_ok());
}

#[tokio::test]
async fn lnk_13_an_account_of_another_user_is_not_moved() {
    let site = Site::new();
    let joe = site.sign_in_at_other(other_identity()).await.unwrap();
    let jane = site.sign_in().await.unwrap();
    assert_ne!(joe.user.id, jane.user.id);
    site.pass_time();

    let failure = link(&site, &jane).await.unwrap_err();

    let code = failure.error.code();
    assert_eq!(code, FailureCode::AccountTaken);
    assert_eq!(
        failure.retry, None,
        "a retry would sign in as the other user"
    );
    let event = site.events_of(jane.user.id).await.remove(0);
    assert_eq!(event.kind, EventKind::AccountLinked);
    assert_eq!(event.outcome, Outcome::Failure(code));
    assert_eq!(accounts_of(&site, joe.user.id).await.len(), 1);
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn an_account_that_is_linked_already_stays_as_it_is() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    link(&site, &jane).await.unwrap();
    let before = accounts_of(&site, jane.user.id).await;
    let events = site.events_of(jane.user.id).await.len();
    site.pass_time();

    link(&site, &jane).await.unwrap();

    let after = accounts_of(&site, jane.user.id).await;
    assert_eq!(after.len(), 2);
    assert_eq!(
        (after[1].id, after[1].created_at),
        (before[1].id, before[1].created_at)
    );
    assert_eq!(site.events_of(jane.user.id).await.len(), events);
}

#[tokio::test]
async fn a_link_that_fails_at_the_provider_adds_nothing_and_opens_no_session() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let begun = begin_link(&site, &jane).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    let cancelled = Callback::new(
        "other",
        &states,
        ProviderAnswer::Error {
            code: "access_denied",
            description: None,
        },
    )
    .with_binding(begun.binding.clone());

    let failure = site.auth.sign_in().complete(cancelled).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::AccessDenied(_)));
    assert!(matches!(
        come_back(&site, &begun).await.unwrap_err().error,
        AuthError::InvalidState
    ));
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_14_an_account_is_removed_and_no_longer_signs_in() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    link(&site, &jane).await.unwrap();
    let linked = accounts_of(&site, jane.user.id).await.remove(1);
    site.pass_time();

    unlink(&site, &jane, &linked).await.unwrap();

    let event = site.events_of(jane.user.id).await.remove(0);
    assert_eq!(event.kind, EventKind::AccountUnlinked);
    assert_eq!(event.provider, Some(linked.provider.clone()));
    assert!(matches!(
        unlink(&site, &jane, &linked).await,
        Err(AuthError::NotFound(_))
    ));
    let stranger = site.sign_in_at_other(other_identity()).await.unwrap();
    assert_ne!(stranger.user.id, jane.user.id);
}

#[tokio::test]
async fn lnk_14_the_last_account_and_those_of_others_cannot_be_removed() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let joe = site.sign_in_at_other(other_identity()).await.unwrap();
    let own = accounts_of(&site, jane.user.id).await.remove(0);
    let others = accounts_of(&site, joe.user.id).await.remove(0);

    let last = unlink(&site, &jane, &own).await.unwrap_err();
    let foreign = unlink(&site, &jane, &others).await.unwrap_err();

    assert!(matches!(
        last,
        AuthError::Refused(Refusal::LastSignInMethod)
    ));
    assert!(matches!(foreign, AuthError::NotFound(_)));
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
    assert_eq!(accounts_of(&site, joe.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_14_an_account_of_an_issuer_that_its_provider_no_longer_has_is_no_way_in() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    link(&site, &jane).await.unwrap();
    let accounts = accounts_of(&site, jane.user.id).await;
    site.other
        .serve_only("https://elsewhere.example".parse().unwrap());

    let last = unlink(&site, &jane, &accounts[0]).await.unwrap_err();

    assert!(matches!(
        last,
        AuthError::Refused(Refusal::LastSignInMethod)
    ));
    let usable = accounts
        .iter()
        .map(|account| site.auth.accounts().is_usable(account));
    assert_eq!(usable.collect::<Vec<_>>(), [true, false]);
    unlink(&site, &jane, &accounts[1]).await.unwrap();
}

#[tokio::test]
async fn lnk_12_a_link_that_has_expired_or_may_not_end_there_is_known_as_one() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let expired = begin_link(&site, &jane).await.unwrap();
    site.clock.advance(TimeDelta::minutes(10));
    let failure = come_back(&site, &expired).await.unwrap_err();
    assert!(matches!(failure.error, AuthError::InvalidState));
    assert!(matches!(failure.purpose, Some(Purpose::Link { .. })));
    assert_eq!((failure.location, failure.retry), (None, None));

    let current = authenticated(&site, &jane).await;
    let fresh = site.auth.sessions().fresh(&current).unwrap();
    let request = BeginSignIn::new("other").with_redirect_url("https://app.example/in");
    let begun = site.auth.accounts().begin_link(fresh, request).await;
    let begun = begun.unwrap();
    let site = Site::assembled(
        site.store.clone(),
        |policy| {
            let base = "https://site.example".parse().unwrap();
            policy.redirects = RedirectRule::new(base, []);
        },
        |builder| builder.clock(site.clock.clone()),
    );
    let failure = come_back(&site, &begun).await.unwrap_err();
    assert!(matches!(failure.error, AuthError::RedirectNotAllowed));
    assert!(matches!(failure.purpose, Some(Purpose::Link { .. })));
    assert_eq!((failure.location, failure.retry), (None, None));
}

#[tokio::test]
async fn lnk_14_two_removals_at_once_leave_one_account() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    link(&site, &jane).await.unwrap();
    let accounts = accounts_of(&site, jane.user.id).await;

    let (first, second) = tokio::join!(
        unlink(&site, &jane, &accounts[0]),
        unlink(&site, &jane, &accounts[1])
    );

    assert!(first.is_ok() ^ second.is_ok(), "{first:?} {second:?}");
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 1);
}

#[tokio::test]
async fn lnk_14_removing_an_account_needs_a_recent_authentication() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    site.other.set_identity(other_identity());
    link(&site, &jane).await.unwrap();
    let linked = accounts_of(&site, jane.user.id).await.remove(1);
    site.clock.advance(TimeDelta::hours(1));

    let refused = unlink(&site, &jane, &linked).await.unwrap_err();

    assert!(matches!(refused, AuthError::FreshSignInRequired));
    assert_eq!(accounts_of(&site, jane.user.id).await.len(), 2);
}
