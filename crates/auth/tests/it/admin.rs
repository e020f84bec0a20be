use belgie_auth::{AuthError, NewUser, SignedIn, UserRef};
use belgie_domain::{EmailStanding, ErrorCode, EventKind, ProviderIdentity, Role};

use crate::site::Site;

#[tokio::test]
async fn ses_13_a_role_shows_at_the_next_request() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();

    site.auth
        .admin()
        .set_role(signed_in.user.id, Role::Admin)
        .await
        .unwrap();
    let promoted = site.auth.user_of(&signed_in.token).await.unwrap().unwrap();
    site.auth
        .admin()
        .set_role(signed_in.user.id, Role::User)
        .await
        .unwrap();
    let demoted = site.auth.user_of(&signed_in.token).await.unwrap().unwrap();

    assert_eq!((promoted.role, demoted.role), (Role::Admin, Role::User));
}

#[tokio::test]
async fn lnk_15_a_disabled_user_has_no_session_from_that_moment_on() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();

    site.auth.admin().disable(signed_in.user.id).await.unwrap();
    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    site.auth.admin().enable(signed_in.user.id).await.unwrap();

    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    assert!(site.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_change_that_changes_nothing_tells_nothing() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user;

    site.auth.admin().enable(user.id).await.unwrap();
    site.auth
        .admin()
        .set_role(user.id, Role::User)
        .await
        .unwrap();

    assert_eq!(
        site.told_of(user.id).await,
        [EventKind::UserCreated, EventKind::SignIn]
    );
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_all_sessions() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();
    site.pass_time();

    site.auth.admin().delete(signed_in.user.id).await.unwrap();

    assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    let gone = site
        .auth
        .admin()
        .find(&UserRef::Id(signed_in.user.id))
        .await;
    assert!(matches!(gone, Err(AuthError::NotFound(_))));
    assert_eq!(
        site.told_of(signed_in.user.id).await.last(),
        Some(&EventKind::UserDeleted)
    );
}

#[tokio::test]
async fn an_address_is_given_to_one_user() {
    let site = Site::new();
    site.sign_in().await.unwrap();
    let email = "Jane@Example.com".parse().unwrap();
    let new = NewUser {
        email,
        email_standing: EmailStanding::Proved,
        name: None,
        role: Role::User,
    };

    let error = site.auth.admin().create(new).await.unwrap_err();

    assert_eq!(error.code(), ErrorCode::AccountExists);
}

fn jane(email_standing: EmailStanding) -> NewUser {
    NewUser {
        email: "jane@example.com".parse().unwrap(),
        email_standing,
        name: None,
        role: Role::Admin,
    }
}

/// A site at which somebody has signed in with an address that the provider only asserts.
async fn squatted(email_verified: bool) -> (Site, SignedIn) {
    let site = Site::new();
    site.provider.vouch_for(ProviderIdentity {
        email_verified,
        email_trusted: false,
        ..belgie_testkit::identity()
    });
    let squatter = site.sign_in().await.unwrap();
    site.pass_time();
    (site, squatter)
}

#[tokio::test]
async fn lnk_08_an_address_that_nobody_proved_moves_to_the_user_whom_the_operator_makes() {
    for verified in [false, true] {
        let (site, squatter) = squatted(verified).await;

        let new = site.auth.admin().create(jane(EmailStanding::Proved)).await;

        let new = new.unwrap();
        assert_ne!(new.id, squatter.user.id);
        assert_eq!(site.auth.user_of(&squatter.token).await.unwrap(), None);
        let former = UserRef::Id(squatter.user.id);
        let former = site.auth.admin().find(&former).await.unwrap();
        assert_eq!(
            (former.email, former.email_standing, former.role),
            (None, EmailStanding::Unverified, Role::User)
        );
        let accounts = site.auth.admin().accounts_of(former.id).await.unwrap();
        assert_eq!(accounts.len(), 1);
        assert_eq!(
            site.told_of(former.id).await.last(),
            Some(&EventKind::AccountClaimed)
        );
        assert_eq!(site.told_of(new.id).await, [EventKind::UserCreated]);
        let again = site.sign_in().await.unwrap().user;
        assert_eq!((again.id, again.email), (former.id, None));
        let holder = UserRef::Email("jane@example.com".parse().unwrap());
        assert_eq!(site.auth.admin().find(&holder).await.unwrap(), new);
    }
}

#[tokio::test]
async fn lnk_08_no_address_moves_without_proof_or_from_a_disabled_user() {
    let (site, squatter) = squatted(true).await;
    for standing in [EmailStanding::Unverified, EmailStanding::Asserted] {
        let refused = site.auth.admin().create(jane(standing)).await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::AccountExists);
    }
    assert!(site.auth.user_of(&squatter.token).await.unwrap().is_some());
    site.auth.admin().disable(squatter.user.id).await.unwrap();

    let refused = site.auth.admin().create(jane(EmailStanding::Proved)).await;

    assert_eq!(refused.unwrap_err().code(), ErrorCode::AccountExists);
    let holder = UserRef::Email("jane@example.com".parse().unwrap());
    let holder = site.auth.admin().find(&holder).await.unwrap();
    assert_eq!(holder.id, squatter.user.id);
}

#[tokio::test]
async fn the_operator_ends_anybodys_sessions() {
    let site = Site::new();
    let (one, two) = (site.sign_in().await.unwrap(), site.sign_in().await.unwrap());

    site.auth
        .admin()
        .revoke_session(one.session.id)
        .await
        .unwrap();
    assert_eq!(site.auth.user_of(&one.token).await.unwrap(), None);
    assert_eq!(
        site.auth
            .admin()
            .revoke_sessions_of(two.user.id)
            .await
            .unwrap(),
        1
    );

    assert!(matches!(
        site.auth.admin().revoke_session(one.session.id).await,
        Err(AuthError::NotFound(_))
    ));
}
