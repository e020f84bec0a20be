use std::time::Duration;

use belgie_auth::{AuthError, Proof};
use belgie_domain::{ClientInfo, EventKind, FailureCode, SessionToken};
use belgie_ports::Sessions as _;
use belgie_testkit::changed;
use chrono::TimeDelta;

use crate::site::{Site, callback, state_of};

#[tokio::test]
async fn ses_03_a_sign_in_ends_the_session_that_the_browser_held() {
    let site = Site::new();
    let first = site.sign_in().await.unwrap();
    let begun = site.begin().await;
    let state = state_of(&begun);

    let states = [&*state];

    let again = callback(&states, Some(begun.binding)).replacing(first.token.clone());
    let second = site.come_back(again).await.unwrap();

    assert_ne!(first.token, second.token);
    assert_eq!(site.auth.user_of(&first.token).await.unwrap(), None);
    assert!(site.auth.user_of(&second.token).await.unwrap().is_some());
}

#[tokio::test]
async fn ses_05_a_session_in_use_lives_to_its_absolute_end() {
    let site = Site::new();
    let token = site.sign_in().await.unwrap().token;
    let sessions = site.auth.sessions();

    for _ in 1..30 {
        site.clock.advance(TimeDelta::days(1));
        assert!(sessions.authenticate(&token, Proof::Cookie).await.is_ok());
    }
    site.clock.advance(TimeDelta::days(1));

    assert!(matches!(
        sessions.authenticate(&token, Proof::Cookie).await,
        Err(AuthError::SessionExpired)
    ));
}

#[tokio::test]
async fn ses_05_an_unused_session_ends_after_its_idle_life() {
    let site = Site::new();
    let token = site.sign_in().await.unwrap().token;

    site.clock.advance(TimeDelta::days(7));

    assert!(matches!(
        site.auth
            .sessions()
            .authenticate(&token, Proof::Cookie)
            .await,
        Err(AuthError::SessionExpired)
    ));
    assert_eq!(site.auth.user_of(&token).await.unwrap(), None);
}

#[tokio::test]
async fn ses_05_a_session_lives_to_the_last_microsecond_of_each_life() {
    let instant = TimeDelta::microseconds(1);
    let site = Site::new();
    let idle = site.sign_in().await.unwrap().token;
    let sessions = site.auth.sessions();

    site.clock.advance(TimeDelta::days(7) - instant);
    assert!(sessions.authenticate(&idle, Proof::Cookie).await.is_ok());
    site.clock.advance(TimeDelta::days(7));
    assert!(matches!(
        sessions.authenticate(&idle, Proof::Cookie).await,
        Err(AuthError::SessionExpired)
    ));

    let busy = site.sign_in().await.unwrap().token;
    for _ in 0..29 {
        site.clock.advance(TimeDelta::days(1));
        assert!(sessions.authenticate(&busy, Proof::Cookie).await.is_ok());
    }
    site.clock.advance(TimeDelta::days(1) - instant);
    assert!(sessions.authenticate(&busy, Proof::Cookie).await.is_ok());
    site.clock.advance(instant);
    for _ in 0..2 {
        assert!(matches!(
            sessions.authenticate(&busy, Proof::Cookie).await,
            Err(AuthError::SessionExpired)
        ));
        assert_eq!(site.auth.user_of(&busy).await.unwrap(), None);
    }
}

#[tokio::test]
async fn ses_06_a_thousand_checks_move_the_expiry_once() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();
    site.clock.advance(TimeDelta::days(1));
    let mut expiries = vec![signed_in.session.expires_at];

    for _ in 0..1_000 {
        let authenticated = site
            .auth
            .sessions()
            .authenticate(&signed_in.token, Proof::Cookie)
            .await
            .unwrap();
        expiries.push(authenticated.session.expires_at);
        site.clock.advance(TimeDelta::milliseconds(1));
    }

    expiries.dedup();
    assert_eq!(expiries.len(), 2);
}

#[tokio::test]
async fn ses_10_a_session_that_is_signed_out_works_nowhere() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();
    site.pass_time();

    site.auth
        .sessions()
        .sign_out(&signed_in.token, &ClientInfo::default())
        .await
        .unwrap();
    site.auth
        .sessions()
        .sign_out(&signed_in.token, &ClientInfo::default())
        .await
        .unwrap();

    let again = site
        .auth
        .sessions()
        .authenticate(&signed_in.token, Proof::Cookie)
        .await;
    assert!(matches!(again, Err(AuthError::NotAuthenticated)));
    let expected = [
        EventKind::UserCreated,
        EventKind::SignIn,
        EventKind::SignOut,
    ];
    assert_eq!(site.event_kinds_of(signed_in.user.id).await, expected);
}

#[tokio::test]
async fn ses_11_a_user_ends_own_sessions_and_no_others() {
    let site = Site::new();
    let (mine, also_mine) = (site.sign_in().await.unwrap(), site.sign_in().await.unwrap());
    let stranger = changed(belgie_testkit::identity(), |identity| {
        identity.subject = "2".parse().unwrap();
        identity.email = Some("other@example.com".to_owned());
    });
    let theirs = site.sign_in_as(stranger).await.unwrap();
    let (sessions, client) = (site.auth.sessions(), ClientInfo::default());

    let foreign = sessions
        .revoke(mine.user.id, theirs.session.id, &client)
        .await;
    sessions
        .revoke(mine.user.id, also_mine.session.id, &client)
        .await
        .unwrap();

    assert!(matches!(foreign, Err(AuthError::NotFound(_))));
    assert!(site.auth.user_of(&theirs.token).await.unwrap().is_some());
    assert!(site.auth.user_of(&also_mine.token).await.unwrap().is_none());
    assert_eq!(sessions.list(mine.user.id).await.unwrap(), [mine.session]);
}

#[tokio::test]
async fn ses_11_all_others_end_and_the_current_one_stays() {
    let site = Site::new();
    let current = site.sign_in().await.unwrap();
    for _ in 0..3 {
        site.sign_in().await.unwrap();
    }

    let ended = site
        .auth
        .sessions()
        .revoke_others(&current.session, &ClientInfo::default())
        .await
        .unwrap();

    assert_eq!(ended, 3);
    assert_eq!(
        site.auth.sessions().list(current.user.id).await.unwrap(),
        [current.session]
    );
}

#[tokio::test]
async fn ses_14_the_oldest_session_goes_when_there_are_too_many() {
    let site = Site::with(|policy| policy.sessions.per_user = 3);
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(site.sign_in().await.unwrap().token);
        site.clock.advance(TimeDelta::seconds(1));
    }

    let mut alive = Vec::new();
    for token in &tokens {
        alive.push(site.auth.user_of(token).await.unwrap().is_some());
    }

    assert_eq!(alive, [false, true, true, true]);
}

#[tokio::test]
async fn a_token_that_was_never_issued_opens_nothing() {
    let site = Site::new();
    site.sign_in().await.unwrap();

    let error = site
        .auth
        .sessions()
        .authenticate(&SessionToken::from_random([7; 32]), Proof::Cookie)
        .await
        .unwrap_err();

    assert!(matches!(error, AuthError::NotAuthenticated));
}

#[tokio::test]
async fn attempts_are_deleted_as_soon_as_they_have_expired() {
    let site = Site::new();
    site.begin().await;
    let (housekeeping, grace) = (site.auth.housekeeping(), 24 * HOUR);

    site.clock.advance(TimeDelta::minutes(9));
    assert_eq!(housekeeping.sweep(grace).await.unwrap().attempts, 0);
    site.clock.advance(TimeDelta::minutes(1));
    assert_eq!(housekeeping.sweep(grace).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn housekeeping_deletes_what_has_expired_and_nothing_else() {
    let site = Site::new();
    for _ in 0..3 {
        site.sign_in().await.unwrap();
        site.begin().await;
    }
    site.clock.advance(TimeDelta::days(7));
    let alive = site.sign_in().await.unwrap();

    let kept = site.auth.housekeeping().sweep(HOUR).await.unwrap();
    let swept = site
        .auth
        .housekeeping()
        .sweep(Duration::ZERO)
        .await
        .unwrap();

    assert_eq!((kept.sessions, kept.attempts), (0, 3));
    assert_eq!((swept.sessions, swept.attempts), (3, 0));
    assert_eq!(
        site.store.sessions_of(alive.user.id).await.unwrap(),
        [alive.session]
    );
}

#[tokio::test]
async fn sessions_are_kept_for_ever_when_the_grace_is_longer_than_all_time() {
    let site = Site::new();
    site.sign_in().await.unwrap();
    site.clock.advance(TimeDelta::days(400));
    let housekeeping = site.auth.housekeeping();

    for grace in [Duration::MAX, HOUR * 24 * 365 * 100] {
        assert_eq!(housekeeping.sweep(grace).await.unwrap().sessions, 0);
    }
    assert_eq!(housekeeping.sweep(HOUR).await.unwrap().sessions, 1);
}

#[tokio::test]
async fn a_session_begun_by_the_application_is_like_any_other() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user;
    site.pass_time();
    let client = ClientInfo::default().with_user_agent("Firefox");

    let begun = site.auth.sessions().begin(user.id, &client).await.unwrap();

    let found = site.auth.user_of(&begun.token).await.unwrap().unwrap();
    assert_eq!(found.id, user.id);
    assert_eq!(begun.session.provider, None);
    assert_eq!(begun.session.user_agent.as_deref(), Some("Firefox"));
    assert_eq!(begun.user.last_login_at, Some(site.auth.now()));
    let event = site.events_of(user.id).await.remove(0);
    assert_eq!((event.kind, event.provider), (EventKind::SignIn, None));
    assert_eq!(event.client, client);
}

#[tokio::test]
async fn lnk_15_the_application_begins_no_session_for_a_disabled_or_unknown_user() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user.id;
    site.auth.operator().disable(user).await.unwrap();
    let (sessions, client) = (site.auth.sessions(), ClientInfo::default());

    let disabled = sessions.begin(user, &client).await.unwrap_err();
    site.auth.operator().delete(user).await.unwrap();
    let unknown = sessions.begin(user, &client).await.unwrap_err();

    assert_eq!(disabled.code(), FailureCode::AccountDisabled);
    assert!(matches!(unknown, AuthError::NotFound(_)));
}

#[tokio::test]
async fn adm_04_a_session_is_fresh_for_an_hour() {
    let site = Site::new();
    let token = site.sign_in().await.unwrap().token;
    let sessions = site.auth.sessions();
    let authenticated = sessions.authenticate(&token, Proof::Cookie).await.unwrap();
    assert_eq!(authenticated.by, Proof::Cookie);

    assert!(sessions.fresh(&authenticated).is_ok());
    site.clock.advance(TimeDelta::hours(1));
    let stale = sessions.fresh(&authenticated).unwrap_err();

    assert!(matches!(stale, AuthError::FreshSignInRequired));
}

#[tokio::test(start_paused = true)]
async fn housekeeping_that_was_started_goes_on_until_it_is_dropped() {
    let site = Site::new();
    let housekeeping = site.auth.spawn_housekeeping();

    assert_eq!(left_after_an_hour(&site).await, 0);
    assert_eq!(left_after_an_hour(&site).await, 0);
    drop(housekeeping);
    assert_eq!(left_after_an_hour(&site).await, 1);
}

/// How many attempts are left of one that was begun an hour ago.
async fn left_after_an_hour(site: &Site) -> u64 {
    site.begin().await;
    site.clock.advance(TimeDelta::hours(1));
    tokio::time::sleep(HOUR).await;
    let left = site.auth.housekeeping().sweep(HOUR).await.unwrap();
    left.attempts
}

const HOUR: Duration = Duration::from_secs(60 * 60);
