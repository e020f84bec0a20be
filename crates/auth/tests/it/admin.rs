use belgie_auth::{AuthError, NewUser, Proof, SignedIn, UserRef};
use belgie_domain::{ClientInfo, EmailStatus, EventKind, FailureCode, Role};
use belgie_ports::{Contention, StoreExt as _};
use belgie_testkit::changed;
use chrono::TimeDelta;

use crate::site::Site;

#[tokio::test]
async fn ses_13_a_role_shows_at_the_next_request() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();

    site.auth
        .operator()
        .set_role(signed_in.user.id, Role::ADMIN)
        .await
        .unwrap();
    let promoted = site.auth.user_of(&signed_in.token).await.unwrap().unwrap();
    site.auth
        .operator()
        .set_role(signed_in.user.id, Role::USER)
        .await
        .unwrap();
    let demoted = site.auth.user_of(&signed_in.token).await.unwrap().unwrap();

    assert_eq!((promoted.role, demoted.role), (Role::ADMIN, Role::USER));
}

#[tokio::test]
async fn lnk_15_a_disabled_user_has_no_session_from_that_moment_on() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();

    site.auth
        .operator()
        .disable(signed_in.user.id)
        .await
        .unwrap();
    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    site.auth
        .operator()
        .enable(signed_in.user.id)
        .await
        .unwrap();

    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    assert!(site.sign_in().await.is_ok());
}

/// As after a change by hand in the database.
#[tokio::test]
async fn lnk_15_a_disabled_users_session_that_is_still_stored_opens_nothing() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();

    let disabled = changed(signed_in.user, |user| user.is_active = false);
    let change = site
        .store
        .transaction(Contention::none(), disabled, |user, tx| {
            tx.update_user(user)
        });
    assert!(change.await.unwrap());

    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
}

#[tokio::test]
async fn a_change_without_effect_writes_no_event() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user;

    site.auth.operator().enable(user.id).await.unwrap();
    site.auth
        .operator()
        .set_role(user.id, Role::USER)
        .await
        .unwrap();

    assert_eq!(
        site.event_kinds_of(user.id).await,
        [EventKind::UserCreated, EventKind::SignIn]
    );
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_all_sessions() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();
    site.pass_time();

    site.auth
        .operator()
        .delete(signed_in.user.id)
        .await
        .unwrap();

    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    let gone = site
        .auth
        .operator()
        .find(&UserRef::Id(signed_in.user.id))
        .await;
    assert!(matches!(gone, Err(AuthError::NotFound(_))));
    assert_eq!(
        site.event_kinds_of(signed_in.user.id).await.last(),
        Some(&EventKind::UserDeleted)
    );
}

#[tokio::test]
async fn an_address_is_given_to_one_user() {
    let site = Site::new();
    site.sign_in().await.unwrap();
    let email = "Jane@Example.com".parse().unwrap();

    let error = site
        .auth
        .operator()
        .create(NewUser::new(email))
        .await
        .unwrap_err();

    assert_eq!(error.code(), FailureCode::AccountExists);
}

fn jane(email_status: EmailStatus) -> NewUser {
    NewUser::new("jane@example.com".parse().unwrap())
        .email_status(email_status)
        .role(Role::ADMIN)
}

/// A site at which a user has signed in with an address that the provider only asserts.
async fn squatted(email_verified: bool) -> (Site, SignedIn) {
    let site = Site::new();
    site.provider
        .set_identity(changed(belgie_testkit::identity(), |identity| {
            identity.email_verified = email_verified;
            identity.email_trusted = false;
        }));
    let squatter = site.sign_in().await.unwrap();
    site.pass_time();
    (site, squatter)
}

#[tokio::test]
async fn lnk_08_an_unproved_address_moves_to_the_user_the_operator_creates() {
    for verified in [false, true] {
        let (site, squatter) = squatted(verified).await;

        let new = site.auth.operator().create(jane(EmailStatus::Proved)).await;

        let new = new.unwrap();
        assert_ne!(new.id, squatter.user.id);
        assert_eq!(site.auth.user_of(&squatter.token).await.unwrap(), None);
        let former = UserRef::Id(squatter.user.id);
        let former = site.auth.operator().find(&former).await.unwrap();
        assert_eq!(
            (former.email, former.email_status, former.role),
            (None, EmailStatus::Unverified, Role::USER)
        );
        let accounts = site.auth.operator().accounts_of(former.id).await.unwrap();
        assert_eq!(accounts.len(), 1);
        assert_eq!(
            site.event_kinds_of(former.id).await.last(),
            Some(&EventKind::AccountClaimed)
        );
        assert_eq!(site.event_kinds_of(new.id).await, [EventKind::UserCreated]);
        let again = site.sign_in().await.unwrap().user;
        assert_eq!((again.id, again.email), (former.id, None));
        let holder = UserRef::Email("jane@example.com".parse().unwrap());
        assert_eq!(site.auth.operator().find(&holder).await.unwrap(), new);
    }
}

#[tokio::test]
async fn lnk_08_no_address_moves_without_proof_or_from_a_disabled_user() {
    let (site, squatter) = squatted(true).await;
    for standing in [EmailStatus::Unverified, EmailStatus::Asserted] {
        let refused = site.auth.operator().create(jane(standing)).await;
        assert_eq!(refused.unwrap_err().code(), FailureCode::AccountExists);
    }
    assert!(site.auth.user_of(&squatter.token).await.unwrap().is_some());
    site.auth
        .operator()
        .disable(squatter.user.id)
        .await
        .unwrap();

    let refused = site.auth.operator().create(jane(EmailStatus::Proved)).await;

    assert_eq!(refused.unwrap_err().code(), FailureCode::AccountExists);
    let holder = UserRef::Email("jane@example.com".parse().unwrap());
    let holder = site.auth.operator().find(&holder).await.unwrap();
    assert_eq!(holder.id, squatter.user.id);
}

#[tokio::test]
async fn the_operator_ends_sessions_of_any_user() {
    let site = Site::new();
    let (one, two) = (site.sign_in().await.unwrap(), site.sign_in().await.unwrap());

    site.auth
        .operator()
        .revoke_session(one.session.id)
        .await
        .unwrap();
    assert_eq!(site.auth.user_of(&one.token).await.unwrap(), None);
    assert_eq!(
        site.auth
            .operator()
            .revoke_sessions_of(two.user.id)
            .await
            .unwrap(),
        1
    );

    assert!(matches!(
        site.auth.operator().revoke_session(one.session.id).await,
        Err(AuthError::NotFound(_))
    ));
}

#[tokio::test]
async fn adm_01_only_an_admin_administers() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();
    let (sessions, client) = (site.auth.sessions(), ClientInfo::default());
    let who = || sessions.authenticate(&signed_in.token, Proof::Cookie);

    let refused = site.auth.admin(&who().await.unwrap(), &client).is_err();
    let editor = "editor".parse().unwrap();
    let operator = site.auth.operator();
    operator.set_role(signed_in.user.id, editor).await.unwrap();
    let editor_refused = site.auth.admin(&who().await.unwrap(), &client).is_err();
    operator
        .set_role(signed_in.user.id, Role::ADMIN)
        .await
        .unwrap();
    let allowed = site.auth.admin(&who().await.unwrap(), &client).is_ok();

    assert!(refused && editor_refused && allowed);
}

#[tokio::test]
async fn adm_04_an_admins_changes_need_a_recent_authentication_and_say_who_made_them() {
    let site = Site::new();
    let admin = site.sign_in().await.unwrap();
    let operator = site.auth.operator();
    operator.set_role(admin.user.id, Role::ADMIN).await.unwrap();
    let subject = operator.create(new_user("joe@example.com")).await.unwrap();
    site.pass_time();
    let client = ClientInfo::default().with_user_agent("Firefox");
    let sessions = site.auth.sessions();
    let who = sessions.authenticate(&admin.token, Proof::Cookie).await;
    let who = who.unwrap();

    let acting = site.auth.admin(&who, &client).unwrap();
    let disabled = acting.disable(subject.id).await.unwrap();
    assert!(!disabled.is_active);
    let event = site.events_of(subject.id).await.remove(0);
    assert_eq!(event.kind, EventKind::UserDisabled);
    assert_eq!(event.actor_id, Some(admin.user.id));
    assert_eq!(event.client, client);

    site.clock.advance(TimeDelta::hours(1));
    let stale = site.auth.admin(&who, &client).unwrap();
    for refused in [
        stale.enable(subject.id).await.map(drop),
        stale.set_role(subject.id, Role::ADMIN).await.map(drop),
        stale.delete(subject.id).await,
        stale.create(new_user("new@example.com")).await.map(drop),
    ] {
        assert!(matches!(refused, Err(AuthError::FreshSignInRequired)));
    }
    let unchanged = operator.find(&UserRef::Id(subject.id)).await.unwrap();
    assert_eq!((unchanged.is_active, unchanged.role), (false, Role::USER));
}

fn new_user(email: &str) -> NewUser {
    NewUser::new(email.parse().unwrap())
}

#[tokio::test]
async fn adm_03_an_admin_cannot_remove_the_last_admin_but_the_operator_can() {
    let site = Site::new();
    let admin = site.sign_in().await.unwrap();
    let operator = site.auth.operator();
    operator.set_role(admin.user.id, Role::ADMIN).await.unwrap();
    let (sessions, client) = (site.auth.sessions(), ClientInfo::default());
    let who = sessions.authenticate(&admin.token, Proof::Cookie).await;
    let who = who.unwrap();
    let acting = site.auth.admin(&who, &client).unwrap();
    let id = admin.user.id;

    let refused = [
        acting.set_role(id, Role::USER).await.map(drop),
        acting.disable(id).await.map(drop),
        acting.delete(id).await,
    ];

    for refused in refused {
        assert_eq!(refused.unwrap_err().code(), FailureCode::LastAdmin);
    }
    assert!(site.auth.user_of(&admin.token).await.unwrap().is_some());
    let other = new_user("joe@example.com").role(Role::ADMIN);
    operator.create(other).await.unwrap();
    acting.set_role(id, Role::USER).await.unwrap();
    operator.set_role(id, Role::ADMIN).await.unwrap();
    operator.delete(id).await.unwrap();
}

#[tokio::test]
async fn a_role_is_given_to_whoever_owns_the_address() {
    let site = Site::new();
    let operator = site.auth.operator();
    let unproved = NewUser::new("squatter@example.com".parse().unwrap());
    let unproved = unproved.email_status(EmailStatus::Unverified);
    let squatter = operator.create(unproved).await.unwrap();

    let email = "jane@example.com".parse().unwrap();
    let created = operator.appoint(&email, Role::ADMIN).await.unwrap();
    let again = operator.appoint(&email, Role::USER).await.unwrap();
    let address = squatter.email.as_ref().unwrap();
    let owner = operator.appoint(address, Role::ADMIN).await.unwrap();

    assert_eq!(
        (created.email_status, created.role),
        (EmailStatus::Proved, Role::ADMIN)
    );
    assert_eq!((again.id, again.role), (created.id, Role::USER));
    assert_ne!(owner.id, squatter.id);
    let squatter = operator.find(&UserRef::Id(squatter.id)).await.unwrap();
    assert_eq!((squatter.email, squatter.role), (None, Role::USER));
}
