//! What a person may choose whose address another user holds.

mod fresh;

use belgie_auth::{
    AuthError, AuthorizationRedirect, BeginSignIn, CallbackFailure, Completed, NewUser, SignedIn,
    Waiting,
};
use belgie_domain::{
    BrowserBinding, Choices, ClientInfo, EmailStatus, EventKind, FailureCode, LinkByEmail,
    ProviderIdentity, Registration, Role, User,
};
use belgie_ports::{Accounts as _, PendingSignIns as _, Users as _};
use belgie_testkit::{changed, identity};
use chrono::TimeDelta;

use crate::site::{Site, callback, state_of};

/// An identity at the other provider, which is not trusted for any address.
fn squat() -> ProviderIdentity {
    changed(identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
        identity.email_trusted = false;
        identity.name = Some("Mallory".to_owned());
    })
}

/// A site where an admin holds Jane's address without having proved it.
async fn squatted() -> (Site, SignedIn) {
    squatted_at(Site::new()).await
}

async fn squatted_at(site: Site) -> (Site, SignedIn) {
    let squatter = site.sign_in_at_other(squat()).await.unwrap();
    let operator = site.auth.operator();
    operator
        .set_role(squatter.user.id, Role::ADMIN)
        .await
        .unwrap();
    (site, squatter)
}

/// Signs in at the provider that is trusted, in a browser that may hold a binding already.
async fn try_in(
    site: &Site,
    browser: Option<&BrowserBinding>,
) -> (AuthorizationRedirect, Result<SignedIn, CallbackFailure>) {
    site.pass_time();
    let request = BeginSignIn::new("fake").with_binding(browser.cloned());
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    let completed = site.complete(&begun).await;
    (begun, completed)
}

/// Signs in at the trusted provider, and returns the browser in which the identity waits.
async fn wait_in(site: &Site, browser: Option<&BrowserBinding>) -> BrowserBinding {
    let (begun, completed) = try_in(site, browser).await;
    let failure = completed.unwrap_err();
    assert_eq!(failure.error.code(), FailureCode::AccountExists);
    assert!(failure.is_pending);
    begun.binding
}

/// Signs in at the other provider in this browser.
async fn sign_in_beside(site: &Site, browser: &BrowserBinding, who: ProviderIdentity) -> SignedIn {
    site.pass_time();
    site.other.set_identity(who);
    let request = BeginSignIn::new("other").with_binding(browser.clone());
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    let arrival = changed(callback(&states, Some(begun.binding)), |callback| {
        callback.provider = "other";
    });
    site.come_back(arrival).await.unwrap()
}

async fn start_fresh(site: &Site, browser: &BrowserBinding) -> Result<SignedIn, AuthError> {
    site.pass_time();
    let (pending, client) = (site.auth.pending(), ClientInfo::default());
    match pending.start_fresh(browser, None, None, &client).await? {
        Completed::SignedIn(signed_in) => Ok(*signed_in),
        completed => panic!("{completed:?}"),
    }
}

async fn waiting(site: &Site, browser: &BrowserBinding) -> Option<Waiting> {
    site.auth.pending().find(browser).await.unwrap()
}

async fn stored(site: &Site, user: &User) -> User {
    site.store.find_user(user.id).await.unwrap().unwrap()
}

async fn subjects_of(site: &Site, user: &User) -> Vec<String> {
    let accounts = site.store.accounts_of(user.id).await.unwrap();
    let subject = |account: &belgie_domain::Account| account.issuer.to_string();
    accounts.iter().map(subject).collect()
}

#[tokio::test]
async fn lnk_04_whoever_proves_an_unproved_address_is_asked_and_nothing_changes() {
    let (site, squatter) = squatted().await;
    let before = stored(&site, &squatter.user).await;

    let browser = wait_in(&site, None).await;

    let waiting = waiting(&site, &browser).await.unwrap();
    assert_eq!(waiting.choices, Choices::ConnectOrFresh);
    assert_eq!(waiting.provider.as_str(), "fake");
    assert_eq!(waiting.email.as_str(), "jane@example.com");
    let earlier = waiting.earlier.unwrap();
    assert_eq!(earlier.since, squatter.user.created_at);
    assert_eq!(earlier.provider.unwrap().as_str(), "other");
    assert_eq!(stored(&site, &squatter.user).await, before);
    assert!(site.auth.user_of(&squatter.token).await.unwrap().is_some());
    assert_eq!(site.users().await, 1);
}

#[tokio::test]
async fn lnk_04_the_waiting_account_joins_the_holder_who_signs_in_in_this_browser() {
    let (site, squatter) = squatted().await;
    let browser = wait_in(&site, None).await;

    let holder = sign_in_beside(&site, &browser, squat()).await;

    assert_eq!(holder.user.id, squatter.user.id);
    assert_eq!(holder.connected.unwrap().as_str(), "fake");
    let user = stored(&site, &holder.user).await;
    assert_eq!(user, holder.user);
    assert_eq!(user.email_status, EmailStatus::Proved);
    assert_eq!(user.role, Role::ADMIN);
    assert_eq!(user.name.as_deref(), Some("Mallory"));
    let issuers = ["https://other.example", "https://provider.example"];
    assert_eq!(subjects_of(&site, &user).await, issuers);
    assert!(waiting(&site, &browser).await.is_none());
    let kinds = site.event_kinds_of(user.id).await;
    let newest = &kinds[kinds.len() - 2..];
    assert_eq!(newest, [EventKind::AccountLinked, EventKind::SignIn]);
    assert_eq!(site.sign_in().await.unwrap().user.id, user.id);
}

#[tokio::test]
async fn lnk_13_whoever_else_signs_in_is_not_joined_and_the_holder_still_can() {
    let (site, squatter) = squatted().await;
    let browser = wait_in(&site, None).await;
    let somebody = changed(squat(), |identity| {
        identity.subject = "somebody".parse().unwrap();
        identity.email = Some("somebody@example.com".to_owned());
    });

    let other = sign_in_beside(&site, &browser, somebody).await;

    assert_eq!(other.connected, None);
    assert_eq!(subjects_of(&site, &other.user).await.len(), 1);
    assert!(waiting(&site, &browser).await.is_some());
    let holder = sign_in_beside(&site, &browser, squat()).await;
    assert_eq!(holder.user.id, squatter.user.id);
    assert!(holder.connected.is_some());
}

#[tokio::test]
async fn lnk_13_a_holder_who_signs_in_in_another_browser_is_not_joined() {
    let (site, squatter) = squatted().await;
    let browser = wait_in(&site, None).await;

    let elsewhere = site.sign_in_at_other(squat()).await.unwrap();

    assert_eq!(elsewhere.user.id, squatter.user.id);
    assert_eq!(elsewhere.connected, None);
    assert_eq!(subjects_of(&site, &elsewhere.user).await.len(), 1);
    assert!(waiting(&site, &browser).await.is_some());
}

#[tokio::test]
async fn lnk_04_what_waits_is_gone_after_ten_minutes() {
    let (site, _) = squatted().await;
    let browser = wait_in(&site, None).await;
    site.clock.advance(TimeDelta::seconds(599));
    assert!(waiting(&site, &browser).await.is_some());

    site.clock.advance(TimeDelta::seconds(1));

    assert!(waiting(&site, &browser).await.is_none());
    let holder = sign_in_beside(&site, &browser, squat()).await;
    assert_eq!(holder.connected, None);
    assert_eq!(subjects_of(&site, &holder.user).await.len(), 1);
    wait_in(&site, Some(&browser)).await;
    site.clock.advance(TimeDelta::minutes(10));
    let housekeeping = site.auth.housekeeping();
    let swept = housekeeping.sweep(std::time::Duration::ZERO).await;
    assert_eq!(swept.unwrap().pending_sign_ins, 1);
}

#[tokio::test]
async fn lnk_02_a_proved_address_can_only_be_connected_and_keeps_its_status() {
    for (email_verified, email_trusted) in [(false, false), (true, false)] {
        let site = Site::new();
        let holder = site.sign_in_at_other(changed(squat(), |identity| {
            identity.email_trusted = true;
        }));
        let holder = holder.await.unwrap();
        assert_eq!(holder.user.email_status, EmailStatus::Proved);
        site.provider.set_identity(changed(identity(), |identity| {
            (identity.email_verified, identity.email_trusted) = (email_verified, email_trusted);
        }));

        let browser = wait_in(&site, None).await;

        let found = waiting(&site, &browser).await.unwrap();
        assert_eq!((found.choices, found.earlier), (Choices::Connect, None));
        let signed_in = sign_in_beside(&site, &browser, squat()).await;
        assert_eq!(signed_in.user.id, holder.user.id);
        assert_eq!(signed_in.connected.unwrap().as_str(), "fake");
        assert_eq!(signed_in.user.email_status, EmailStatus::Proved);
    }
}

#[tokio::test]
async fn lnk_10_a_second_account_at_one_provider_waits_for_its_holder() {
    let site = Site::new();
    let first = site.sign_in().await.unwrap();
    let second = changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
    });
    site.provider.set_identity(second.clone());

    let browser = wait_in(&site, None).await;
    assert_eq!(
        waiting(&site, &browser).await.unwrap().choices,
        Choices::Connect
    );
    site.provider.set_identity(identity());
    let (_, signed_in) = try_in(&site, Some(&browser)).await;

    let signed_in = signed_in.unwrap();
    assert_eq!(signed_in.user.id, first.user.id);
    assert!(signed_in.connected.is_some());
    assert_eq!(
        site.sign_in_as(second).await.unwrap().user.id,
        first.user.id
    );
}

#[tokio::test]
async fn lnk_02_where_nothing_joins_by_address_one_can_only_start_fresh() {
    let never = |policy: &mut belgie_auth::Policy| {
        policy.joining.link_by_email = LinkByEmail::Never;
    };
    let (site, squatter) = squatted_at(Site::with(never)).await;
    let browser = wait_in(&site, None).await;

    assert_eq!(
        waiting(&site, &browser).await.unwrap().choices,
        Choices::Fresh
    );
    let holder = sign_in_beside(&site, &browser, squat()).await;
    assert_eq!(holder.user.id, squatter.user.id);
    assert_eq!(holder.connected, None);
    assert_eq!(subjects_of(&site, &holder.user).await.len(), 1);
}

#[tokio::test]
async fn where_there_is_nothing_to_choose_nothing_waits() {
    let never = |policy: &mut belgie_auth::Policy| {
        policy.joining.link_by_email = LinkByEmail::Never;
    };
    let site = Site::with(never);
    let email = "jane@example.com".parse().unwrap();
    let created = site.auth.operator().create(NewUser::new(email)).await;
    created.unwrap();

    let (begun, completed) = try_in(&site, None).await;

    let failure = completed.unwrap_err();
    assert_eq!(failure.error.code(), FailureCode::AccountExists);
    assert!(!failure.is_pending);
    let found = site.store.find_pending_sign_in(begun.binding.hash()).await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn lnk_04_a_holder_whom_nobody_can_sign_in_as_cannot_be_connected() {
    let site = Site::new();
    let new = NewUser::new("jane@example.com".parse().unwrap());
    let new = new.email_status(EmailStatus::Unverified);
    site.auth.operator().create(new).await.unwrap();

    let browser = wait_in(&site, None).await;

    let found = waiting(&site, &browser).await.unwrap();
    assert_eq!(found.choices, Choices::Fresh);
    start_fresh(&site, &browser).await.unwrap();

    let (site, _) = squatted().await;
    let issuer = "https://elsewhere.example".parse().unwrap();
    site.other.serve_only(issuer);
    let browser = wait_in(&site, None).await;
    let found = waiting(&site, &browser).await.unwrap();
    assert_eq!(found.choices, Choices::Fresh, "the issuer has changed");
}

#[tokio::test]
async fn lnk_02_a_holder_without_accounts_who_has_proved_the_address_can_be_connected() {
    let site = Site::new();
    let new = NewUser::new("jane@example.com".parse().unwrap());
    let invited = site.auth.operator().create(new).await.unwrap();
    site.other.set_identity(squat());
    site.pass_time();
    let request = BeginSignIn::new("other");
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    let arrival = changed(callback(&states, Some(begun.binding.clone())), |callback| {
        callback.provider = "other";
    });
    assert!(site.come_back(arrival).await.unwrap_err().is_pending);
    let found = waiting(&site, &begun.binding).await.unwrap();
    assert_eq!(found.choices, Choices::Connect);

    // The trusted provider's account joins by its address, and what waits joins with it.
    let (_, signed_in) = try_in(&site, Some(&begun.binding)).await;

    let signed_in = signed_in.unwrap();
    assert_eq!(signed_in.user.id, invited.id);
    assert_eq!(signed_in.connected.unwrap().as_str(), "other");
}

#[tokio::test]
async fn a_newer_sign_in_waits_in_place_of_an_older_one() {
    let (site, _) = squatted().await;
    let browser = wait_in(&site, None).await;
    let joe = changed(squat(), |identity| {
        identity.subject = "joe".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    });
    site.sign_in_at_other(joe).await.unwrap();
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    }));

    wait_in(&site, Some(&browser)).await;

    let found = waiting(&site, &browser).await.unwrap();
    assert_eq!(found.email.as_str(), "joe@example.com");
    let holder = sign_in_beside(&site, &browser, squat()).await;
    assert_eq!(holder.connected, None);
}

#[tokio::test]
async fn a_choice_that_is_declined_ends_where_the_sign_in_began() {
    for (return_to, location) in [
        ("/notes", None),
        (
            "https://app.example/in?a=b",
            Some("https://app.example/in?a=b&error=account_exists&state=s"),
        ),
    ] {
        let (site, _) = squatted().await;
        let request = BeginSignIn::new("fake")
            .with_redirect_url(return_to)
            .with_client_state("s");
        site.pass_time();
        let begun = site.auth.sign_in().begin(request).await.unwrap();
        let failure = site.complete(&begun).await.unwrap_err();
        assert!(failure.is_pending);
        assert_eq!(failure.location.as_deref(), location);

        let pending = site.auth.pending();
        let cancelled = pending.cancel(&begun.binding).await.unwrap().unwrap();

        assert_eq!(cancelled.location.as_deref(), location);
        assert!(waiting(&site, &begun.binding).await.is_none());
        assert_eq!(pending.cancel(&begun.binding).await.unwrap(), None);
        let holder = sign_in_beside(&site, &begun.binding, squat()).await;
        assert_eq!(holder.connected, None);
    }
}

#[tokio::test]
async fn with_closed_registration_one_can_only_connect() {
    let (site, squatter) = squatted().await;
    let mut policy = belgie_auth::Policy::new(site.auth.redirects().clone());
    policy.joining.registration = Registration::Closed;
    let closed = belgie_auth::Auth::builder()
        .store(site.store.clone())
        .shared_provider(site.provider.clone())
        .shared_provider(site.other.clone())
        .clock(site.clock.clone())
        .build(policy);
    let site = Site {
        auth: closed.unwrap(),
        ..site
    };

    let browser = wait_in(&site, None).await;

    assert_eq!(
        waiting(&site, &browser).await.unwrap().choices,
        Choices::Connect
    );
    let refused = start_fresh(&site, &browser).await.unwrap_err();
    assert_eq!(refused.code(), FailureCode::AccountExists);
    let holder = sign_in_beside(&site, &browser, squat()).await;
    assert_eq!(holder.user.id, squatter.user.id);
    assert!(holder.connected.is_some());
}
