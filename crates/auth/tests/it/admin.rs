use belgie_auth::{AuthError, NewUser, UserRef};
use belgie_domain::{EmailStanding, ErrorCode, EventKind, Role};

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
