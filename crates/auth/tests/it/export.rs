//! The export of what is stored about a user.

use belgie_adapter_crypto::SecretCipher;
use belgie_auth::{AuthError, Authenticated, Export, NewUser, Proof, SignedIn};
use belgie_domain::{ClientInfo, Event, EventKind, Role};
use belgie_ports::{Contention, ProviderTokens, StoreError, StoreExt as _};
use belgie_testkit::SeededEntropy;
use chrono::TimeDelta;

use crate::site::Site;

pub(crate) async fn current(site: &Site, signed_in: &SignedIn) -> Authenticated {
    let sessions = site.auth.sessions();
    let current = sessions.authenticate(&signed_in.token, Proof::Cookie).await;
    current.unwrap()
}

async fn export(site: &Site, signed_in: &SignedIn) -> Export {
    let session = current(site, signed_in).await;
    site.auth.me().export(&session).await.unwrap()
}

async fn events(export: &mut Export) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(page) = export.next_events().await.unwrap() {
        events.extend(page);
    }
    events
}

#[tokio::test]
async fn aud_04_an_export_has_the_user_with_accounts_sessions_and_events() {
    let site = Site::built(|builder| {
        let secret = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";
        builder.cipher(SecretCipher::new(&secret.into(), SeededEntropy::default()))
    });
    site.provider.issue(ProviderTokens::new("access"));
    let jane = site.sign_in().await.unwrap();
    let stored_at = site.auth.now();
    let other = site.sign_in().await.unwrap();

    let mut export = export(&site, &jane).await;

    assert_eq!(export.exported_at, site.auth.now());
    assert_eq!(export.user, other.user);
    let sessions: Vec<_> = export.sessions.iter().map(|session| session.id).collect();
    assert_eq!(sessions, [other.session.id, jane.session.id]);
    let account = export.accounts.remove(0);
    assert!(export.accounts.is_empty());
    assert_eq!(account.account.user_id, jane.user.id);
    assert!(account.tokens_updated_at.is_some_and(|at| at >= stored_at));
    assert_eq!(export.password_changed_at, None);
    assert!(export.links.is_empty() && export.mails.is_empty());
    assert_eq!(
        events(&mut export).await,
        site.events_of(jane.user.id).await
    );
}

#[tokio::test]
async fn aud_04_an_export_has_what_a_user_did_to_others_and_nothing_of_other_users() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let operator = site.auth.operator();
    operator.set_role(jane.user.id, Role::ADMIN).await.unwrap();
    let joe = NewUser::new("joe@example.com".parse().unwrap());
    let joe = operator.create(joe).await.unwrap();
    let session = current(&site, &jane).await;
    let client = ClientInfo::default().with_user_agent("Firefox");
    site.pass_time();
    let admin = site.auth.admin(&session, &client).unwrap();
    admin.disable(joe.id).await.unwrap();

    let mut export = export(&site, &jane).await;

    let events = events(&mut export).await;
    let of_others: Vec<_> = events
        .iter()
        .filter(|event| event.user_id != Some(jane.user.id))
        .collect();
    assert_eq!(of_others.len(), 1, "{events:?}");
    assert_eq!(of_others[0].kind, EventKind::UserDisabled);
    assert_eq!(of_others[0].client, client);
    assert_eq!(events.len(), 4);
}

#[tokio::test]
async fn aud_04_an_export_has_all_of_many_events_page_by_page() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    let now = site.auth.now();
    let more = (0..1200_u32).map(|number| {
        let mut random = [0; 10];
        random[..4].copy_from_slice(&number.to_be_bytes());
        let id = belgie_domain::EventId::new(now, random);
        let mut event = Event::new(id, now, EventKind::SignOut);
        event.user_id = Some(jane.user.id);
        event
    });
    let more: Vec<_> = more.collect();
    let written: Result<(), StoreError> = site
        .store
        .transaction(Contention::none(), more, |more, tx| {
            Box::pin(async move {
                for event in more {
                    tx.insert_event(event).await?;
                }
                Ok(())
            })
        })
        .await;
    written.unwrap();

    let mut export = export(&site, &jane).await;

    let (mut count, mut largest) = (0, 0);
    let mut ids = std::collections::BTreeSet::new();
    while let Some(page) = export.next_events().await.unwrap() {
        (count, largest) = (count + page.len(), largest.max(page.len()));
        ids.extend(page.into_iter().map(|event| event.id));
    }
    assert_eq!((count, ids.len(), largest), (1202, 1202, 500));
    assert_eq!(export.next_events().await.unwrap(), None);
}

#[tokio::test]
async fn rat_01_exports_are_limited_for_each_user() {
    let site = Site::new();
    let jane = site.sign_in().await.unwrap();
    for _ in 0..10 {
        export(&site, &jane).await;
    }
    let session = current(&site, &jane).await;

    let refused = site.auth.me().export(&session).await;

    assert!(matches!(refused, Err(AuthError::RateLimited { .. })));
    site.clock.advance(TimeDelta::minutes(6));
    export(&site, &jane).await;
}
