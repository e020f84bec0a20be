//! What users do with the data about themselves.

use belgie_adapter_crypto::SecretCipher;
use belgie_adapter_memory::MemoryStore;
use belgie_auth::{AuthError, Authenticated, Proof, SignedIn, UserRef};
use belgie_domain::{ClientInfo, EventKind, ProfileEdit, Refusal, Role, User};
use belgie_ports::{Accounts as _, ProviderTokens, Sessions as _, StoreError, Users as _};
use belgie_testkit::{SeededEntropy, changed, identity};
use chrono::TimeDelta;

use crate::site::Site;

async fn current(site: &Site, signed_in: &SignedIn) -> Authenticated {
    let sessions = site.auth.sessions();
    let current = sessions.authenticate(&signed_in.token, Proof::Cookie).await;
    current.unwrap()
}

fn client() -> ClientInfo {
    ClientInfo::default().with_user_agent("Firefox")
}

fn named(name: &str) -> ProfileEdit {
    ProfileEdit::default().name(Some(name)).unwrap()
}

async fn edit(site: &Site, session: &Authenticated, edit: ProfileEdit) -> Result<User, AuthError> {
    site.pass_time();
    site.auth.me().edit(session, edit, &client()).await
}

async fn delete(site: &Site, session: &Authenticated) -> Result<(), AuthError> {
    site.pass_time();
    let fresh = site.auth.sessions().fresh(session)?;
    site.auth.me().delete(fresh, &client()).await
}

/// Everything of a user that the store keeps.
async fn kept(site: &Site, signed_in: &SignedIn) -> (Option<User>, usize, usize, usize) {
    let (store, id) = (&site.store, signed_in.user.id);
    (
        store.find_user(id).await.unwrap(),
        store.accounts_of(id).await.unwrap().len(),
        store.sessions_of(id).await.unwrap().len(),
        site.events_of(id).await.len(),
    )
}

#[tokio::test]
async fn an_edited_name_stays_at_the_next_sign_in_and_the_picture_follows_the_provider() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;

    let edited = edit(&site, &session, named("J. D.")).await.unwrap();

    assert_eq!(edited.name.as_deref(), Some("J. D."));
    assert_eq!(edited.updated_at, site.auth.now());
    let renamed = changed(identity(), |identity| {
        identity.name = Some("Jane Smith".to_owned());
        identity.picture = Some("https://pictures.example/new".to_owned());
    });
    let again = site.sign_in_as(renamed).await.unwrap().user;
    assert_eq!(again.name.as_deref(), Some("J. D."));
    assert_eq!(again.image.as_deref(), Some("https://pictures.example/new"));
}

#[tokio::test]
async fn aud_01_an_edit_writes_an_event_and_one_without_effect_writes_nothing() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;
    let edited = edit(&site, &session, named("J. D.")).await.unwrap();

    let same = edit(&site, &session, named("J. D.")).await.unwrap();

    assert_eq!(same, edited);
    let events = site.events_of(jane.user.id).await;
    assert_eq!(events.len(), 3, "{events:?}");
    assert_eq!(events[0].kind, EventKind::ProfileChanged);
    assert_eq!(events[0].actor_id, Some(jane.user.id));
    assert_eq!(events[0].client, client());
}

#[tokio::test]
async fn adm_05_an_edit_changes_nothing_but_what_it_names() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;

    let edited = edit(&site, &session, named("J. D.")).await.unwrap();

    let expected = changed(jane.user, |user| {
        user.name = Some("J. D.".to_owned());
        user.name_edited = true;
        user.updated_at = site.auth.now();
    });
    assert_eq!(edited, expected);
}

#[tokio::test]
async fn a_session_that_has_just_ended_neither_edits_nor_deletes() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;
    let other = site.sign_in().await.unwrap();
    let sessions = site.auth.sessions();
    sessions.sign_out(&jane.token, &client()).await.unwrap();
    let before = kept(&site, &other).await;

    let refused = [
        edit(&site, &session, named("J. D.")).await.map(drop),
        delete(&site, &session).await,
    ];

    for refused in refused {
        assert!(matches!(refused, Err(AuthError::NotAuthenticated)));
    }
    assert_eq!(kept(&site, &other).await, before);
}

#[tokio::test]
async fn aud_05_a_user_who_deletes_itself_is_gone_and_its_events_keep_the_id_alone() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let elsewhere = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;

    delete(&site, &session).await.unwrap();

    assert_eq!(kept(&site, &jane).await, (None, 0, 0, 4));
    for signed_in in [&jane, &elsewhere] {
        assert_eq!(site.auth.user_of(&signed_in.token).await.unwrap(), None);
    }
    let event = site.events_of(jane.user.id).await.remove(0);
    assert_eq!(event.kind, EventKind::UserDeleted);
    assert_eq!(event.actor_id, Some(jane.user.id));
    assert_eq!(event.client, client());
}

#[tokio::test]
async fn aud_05_the_address_and_the_account_of_a_deleted_user_are_free_again() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;
    delete(&site, &session).await.unwrap();

    let again = site.sign_in().await.unwrap().user;

    assert_ne!(again.id, jane.user.id);
    assert_eq!(again.email, jane.user.email);
    let kinds = site.event_kinds_of(again.id).await;
    assert_eq!(kinds, [EventKind::UserCreated, EventKind::SignIn]);
}

#[tokio::test]
async fn adm_04_a_deletion_needs_a_recent_authentication_and_more_than_an_access_token() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let mut session = current(&site, &jane).await;
    site.clock.advance(TimeDelta::hours(1));
    let stale = delete(&site, &session).await;
    session.by = Proof::AccessToken;
    let by_access_token = delete(&site, &session).await;

    assert!(matches!(stale, Err(AuthError::FreshSignInRequired)));
    assert!(matches!(by_access_token, Err(AuthError::Forbidden)));
    assert_eq!(site.users().await, 1);
}

#[tokio::test]
async fn adm_03_the_only_active_admin_cannot_delete_itself() {
    let site = Site::new();
    let operator = site.auth.operator();
    let jane = site.sign_in().await.unwrap();
    operator.set_role(jane.user.id, Role::ADMIN).await.unwrap();
    let joe = changed(identity(), |identity| {
        identity.subject = "joe".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    });
    let joe = site.sign_in_as(joe).await.unwrap().user;
    operator.set_role(joe.id, Role::ADMIN).await.unwrap();
    operator.disable(joe.id).await.unwrap();
    let session = current(&site, &jane).await;
    let before = kept(&site, &jane).await;

    let refused = delete(&site, &session).await.unwrap_err();

    assert!(matches!(refused, AuthError::Refused(Refusal::LastAdmin)));
    assert_eq!(kept(&site, &jane).await, before);
    operator.enable(joe.id).await.unwrap();
    delete(&site, &session).await.unwrap();
    let gone = operator.find(&UserRef::Id(jane.user.id)).await;
    assert!(matches!(gone, Err(AuthError::NotFound(_))));
}

#[tokio::test]
async fn aud_02_a_deletion_that_fails_leaves_everything() {
    let store = MemoryStore::default().on_event(|event| {
        if event.kind == EventKind::UserDeleted {
            return Err("the application objects".into());
        }
        Ok(())
    });
    let site = Site::kept_in_with(store, |builder| {
        let secret = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";
        builder.cipher(SecretCipher::new(&secret.into(), SeededEntropy::default()))
    });
    site.provider.issue(ProviderTokens::new("access"));
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;
    let before = kept(&site, &jane).await;

    let failed = delete(&site, &session).await;

    let hook = AuthError::Store(StoreError::Hook("the application objects".into()));
    assert_eq!(failed.unwrap_err().to_string(), hook.to_string());
    assert_eq!(kept(&site, &jane).await, before);
    assert!(site.provider.revoked().is_empty());
}

#[tokio::test]
async fn aud_05_the_tokens_of_a_deleted_user_are_revoked_at_each_provider() {
    let site = Site::built(|builder| {
        let secret = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";
        builder.cipher(SecretCipher::new(&secret.into(), SeededEntropy::default()))
    });
    site.provider
        .issue(ProviderTokens::new("access").with_refresh_token("refresh"));
    site.other.issue(ProviderTokens::new("other access"));
    let at_other = changed(identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
    });
    for by_operator in [false, true] {
        let jane = site.sign_in().await.unwrap();
        let joined = site.sign_in_at_other(at_other.clone()).await.unwrap();
        assert_eq!(joined.user.id, jane.user.id);
        let session = current(&site, &jane).await;

        if by_operator {
            site.auth.operator().delete(jane.user.id).await.unwrap();
        } else {
            delete(&site, &session).await.unwrap();
        }
    }

    assert_eq!(site.provider.revoked(), ["refresh"; 2]);
    assert_eq!(site.other.revoked(), ["other access"; 2]);
}

#[tokio::test]
async fn rat_01_edits_are_limited_for_each_user() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let session = current(&site, &jane).await;
    for number in 1..=60 {
        edit(&site, &session, named(&format!("Jane {number}")))
            .await
            .unwrap();
    }

    let refused = edit(&site, &session, named("Jane 61")).await;

    assert!(
        matches!(refused, Err(AuthError::RateLimited { .. })),
        "{refused:?}"
    );
    site.clock.advance(TimeDelta::minutes(1));
    edit(&site, &session, named("Jane 61")).await.unwrap();
}
