//! Providers' tokens: stored with the account, refreshed when due, erased with it.

use std::sync::Arc;

use belgie_adapter_crypto::SecretCipher;
use belgie_adapter_memory::MemoryStore;
use belgie_auth::{AccountToken, AuthError, Authenticated, Proof, SignedIn};
use belgie_domain::{Account, AccountId, ClientInfo, SealedSecret, SealedTokens};
use belgie_ports::{
    AccountTokens as _, CipherError, ProviderError, ProviderTokens, TokenCipher as _,
};
use belgie_testkit::{SeededEntropy, changed, identity};
use chrono::{DateTime, TimeDelta, Utc};

use crate::site::Site;

const SECRET: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";
const NEWER: &str = "b2e9cc41f70d8a36e5914bd27fa0c8637cfed0a1149e5b38";

fn cipher(secret: &str) -> SecretCipher {
    SecretCipher::new(&secret.into(), SeededEntropy::default())
}

fn site() -> Site {
    Site::built(|builder| builder.cipher(cipher(SECRET)))
}

/// A site whose user Jane has signed in, with tokens that expire in an hour.
async fn signed_in() -> (Site, SignedIn) {
    let site = site();
    site.provider
        .issue(first(&site).with_refresh_token("refresh-1"));
    let jane = site.sign_in().await.unwrap();
    (site, jane)
}

fn first(site: &Site) -> ProviderTokens {
    tokens(site, "access-1")
        .with_id_token("id-1")
        .with_scope("openid drive")
}

/// An access token that expires in an hour.
fn tokens(site: &Site, access_token: &str) -> ProviderTokens {
    ProviderTokens::new(access_token).with_expires_at(in_an_hour(site))
}

fn in_an_hour(site: &Site) -> DateTime<Utc> {
    site.auth.now() + TimeDelta::hours(1)
}

async fn current(site: &Site, signed_in: &SignedIn, by: Proof) -> Authenticated {
    let sessions = site.auth.sessions();
    sessions.authenticate(&signed_in.token, by).await.unwrap()
}

async fn account_of(site: &Site, signed_in: &SignedIn) -> Account {
    let accounts = site.auth.accounts().list(signed_in.user.id).await;
    accounts.unwrap().remove(0)
}

async fn token(site: &Site, signed_in: &SignedIn) -> Result<AccountToken, AuthError> {
    let account = account_of(site, signed_in).await.id;
    let current = current(site, signed_in, Proof::SessionToken).await;
    site.auth.accounts().token(&current, account).await
}

async fn access_token(site: &Site, signed_in: &SignedIn) -> String {
    let token = token(site, signed_in).await.unwrap();
    token.access_token().to_owned()
}

async fn stored(site: &Site, signed_in: &SignedIn) -> Option<SealedTokens> {
    let account = account_of(site, signed_in).await.id;
    site.store.find_tokens(account).await.unwrap()
}

fn opened(secret: &SealedSecret, column: &str, account: AccountId) -> Result<String, CipherError> {
    let context = format!("belgie_provider_tokens/{column}/{account}");
    let opened = cipher(SECRET).open(secret, &context)?;
    Ok(String::from_utf8(opened).unwrap())
}

/// The refresh token that is stored.
async fn refresh_token(site: &Site, signed_in: &SignedIn) -> Option<String> {
    let tokens = stored(site, signed_in).await?;
    let token = tokens.refresh_token?;
    Some(opened(&token, "refresh_token", tokens.account_id).unwrap())
}

#[tokio::test]
async fn cfg_06_the_tokens_of_a_sign_in_are_stored_encrypted_and_bound_to_their_account() {
    let (site, jane) = signed_in().await;

    let tokens = stored(&site, &jane).await.unwrap();

    let account = account_of(&site, &jane).await.id;
    let (refresh_token, id_token) = (tokens.refresh_token.unwrap(), tokens.id_token.unwrap());
    for (secret, column, plain) in [
        (&tokens.access_token, "access_token", "access-1"),
        (&refresh_token, "refresh_token", "refresh-1"),
        (&id_token, "id_token", "id-1"),
    ] {
        assert_eq!(opened(secret, column, account).as_deref(), Ok(plain));
        let shown = String::from_utf8_lossy(&secret.ciphertext);
        assert!(!shown.contains(plain), "{shown}");
        let other = AccountId::new(site.auth.now(), [9; 10]);
        assert_eq!(opened(secret, column, other), Err(CipherError::Damaged));
    }
    let swapped = opened(&refresh_token, "access_token", account);
    assert_eq!(swapped, Err(CipherError::Damaged));
}

#[tokio::test]
async fn cfg_06_without_a_cipher_no_tokens_are_stored() {
    let site = Site::new();
    site.provider.issue(first(&site));
    let jane = site.sign_in().await.unwrap();

    let refused = token(&site, &jane).await;

    assert!(
        matches!(refused, Err(AuthError::NoTokenCipher)),
        "{refused:?}"
    );
    assert_eq!(stored(&site, &jane).await, None);
}

#[tokio::test]
async fn a_token_that_is_valid_for_a_minute_is_returned_as_it_is() {
    let (site, jane) = signed_in().await;
    let expires_at = in_an_hour(&site) - TimeDelta::milliseconds(1);
    site.clock.advance(TimeDelta::minutes(58));

    let token = token(&site, &jane).await.unwrap();

    assert_eq!(token.access_token(), "access-1");
    assert_eq!(token.scope.as_deref(), Some("openid drive"));
    assert_eq!(token.expires_at, Some(expires_at));
    assert_eq!(site.provider.refreshes().len(), 0);
}

#[tokio::test]
async fn a_token_without_an_expiry_is_returned_as_it_is() {
    let site = site();
    site.provider.issue(ProviderTokens::new("forever"));
    let jane = site.sign_in().await.unwrap();
    site.clock.advance(TimeDelta::days(5));

    assert_eq!(access_token(&site, &jane).await, "forever");
}

#[tokio::test]
async fn aud_07_a_session_proved_by_cookie_gets_no_token() {
    let (site, jane) = signed_in().await;
    let by_cookie = current(&site, &jane, Proof::Cookie).await;
    let account = account_of(&site, &jane).await.id;

    let refused = site.auth.accounts().token(&by_cookie, account).await;

    assert!(
        matches!(refused, Err(AuthError::BearerRequired)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn aud_07_nobody_gets_the_token_of_another_users_account() {
    let (site, jane) = signed_in().await;
    let theirs = account_of(&site, &jane).await.id;
    let mallory = changed(identity(), |identity| {
        identity.subject = "mallory".parse().unwrap();
        identity.email = Some("mallory@example.com".to_owned());
    });
    let mallory = site.sign_in_as(mallory).await.unwrap();
    let current = current(&site, &mallory, Proof::SessionToken).await;

    let refused = site.auth.accounts().token(&current, theirs).await;

    assert!(
        matches!(refused, Err(AuthError::NotFound(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_due_token_is_refreshed_and_what_is_not_returned_is_kept() {
    let (site, jane) = signed_in().await;
    site.clock
        .advance(TimeDelta::minutes(59) + TimeDelta::seconds(1));
    site.provider.refresh_with(Ok(tokens(&site, "access-2")));

    let token = token(&site, &jane).await.unwrap();

    assert_eq!(token.access_token(), "access-2");
    assert_eq!(token.expires_at, Some(in_an_hour(&site)));
    assert_eq!(token.scope.as_deref(), Some("openid drive"));
    assert_eq!(site.provider.refreshes(), ["refresh-1"]);
    let kept = refresh_token(&site, &jane).await;
    assert_eq!(kept.as_deref(), Some("refresh-1"));
    assert_eq!(access_token(&site, &jane).await, "access-2");
    assert_eq!(site.provider.refreshes().len(), 1);
}

#[tokio::test]
async fn a_rotated_refresh_token_replaces_the_old_one() {
    let (site, jane) = signed_in().await;
    for number in 2..=3 {
        site.clock.advance(TimeDelta::hours(2));
        let rotated = tokens(&site, &format!("access-{number}"));
        let rotated = rotated.with_refresh_token(format!("refresh-{number}"));
        site.provider.refresh_with(Ok(rotated));

        assert_eq!(access_token(&site, &jane).await, format!("access-{number}"));
    }

    assert_eq!(site.provider.refreshes(), ["refresh-1", "refresh-2"]);
    let kept = refresh_token(&site, &jane).await;
    assert_eq!(kept.as_deref(), Some("refresh-3"));
}

#[tokio::test]
async fn of_20_callers_at_once_one_refreshes_and_all_get_the_new_token() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    site.provider.refresh_with(Ok(tokens(&site, "access-2")));
    let (site, jane) = (Arc::new(site), Arc::new(jane));

    let callers = (0..20).map(|_| {
        let (site, jane) = (Arc::clone(&site), Arc::clone(&jane));
        tokio::spawn(async move { access_token(&site, &jane).await })
    });
    for caller in callers.collect::<Vec<_>>() {
        assert_eq!(caller.await.unwrap(), "access-2");
    }

    assert_eq!(site.provider.refreshes().len(), 1);
}

#[tokio::test]
async fn an_abandoned_refresh_is_stored_all_the_same() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    let rotated = tokens(&site, "access-2").with_refresh_token("refresh-2");
    site.provider.refresh_with(Ok(rotated));
    let site = Arc::new(site);

    let asking = Arc::clone(&site);
    let theirs = jane.clone();
    let caller = tokio::spawn(async move { access_token(&asking, &theirs).await });
    while site.provider.refreshes().is_empty() {
        tokio::task::yield_now().await;
    }
    caller.abort();

    assert_eq!(access_token(&site, &jane).await, "access-2");
    assert_eq!(site.provider.refreshes().len(), 1);
    let kept = refresh_token(&site, &jane).await;
    assert_eq!(kept.as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn a_refused_refresh_token_is_erased_and_consent_is_needed() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    site.provider
        .refresh_with(Err(ProviderError::RefreshRejected(None)));

    for _ in 0..2 {
        let refused = token(&site, &jane).await;
        assert!(
            matches!(&refused, Err(AuthError::ConsentRequired(provider)) if provider.as_str() == "fake"),
            "{refused:?}"
        );
    }

    assert_eq!(site.provider.refreshes().len(), 1);
    assert_eq!(stored(&site, &jane).await, None);
    site.provider
        .issue(tokens(&site, "access-3").with_refresh_token("refresh-3"));
    let jane = site.sign_in().await.unwrap();
    assert_eq!(access_token(&site, &jane).await, "access-3");
}

#[tokio::test]
async fn an_expired_token_without_a_refresh_token_needs_consent() {
    let site = site();
    site.provider.issue(first(&site));
    let jane = site.sign_in().await.unwrap();
    site.clock.advance(TimeDelta::hours(2));

    let refused = token(&site, &jane).await;

    assert!(
        matches!(refused, Err(AuthError::ConsentRequired(_))),
        "{refused:?}"
    );
    assert_eq!(site.provider.refreshes().len(), 0);
}

#[tokio::test]
async fn nothing_is_lost_when_the_provider_cannot_be_reached() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    site.provider
        .refresh_with(Err(ProviderError::Unavailable("down".into())));

    let refused = token(&site, &jane).await;

    let down = matches!(
        refused,
        Err(AuthError::Provider(ProviderError::Unavailable(_)))
    );
    assert!(down, "{refused:?}");
    site.provider.refresh_with(Ok(tokens(&site, "access-2")));
    assert_eq!(access_token(&site, &jane).await, "access-2");
    assert_eq!(site.provider.refreshes(), ["refresh-1", "refresh-1"]);
}

#[tokio::test]
async fn refreshed_tokens_of_somebody_else_are_refused_as_an_unusable_answer() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    let reason = belgie_ports::InvalidIdentity::new("another subject");
    site.provider
        .refresh_with(Err(ProviderError::InvalidIdentity(reason)));

    let refused = token(&site, &jane).await;

    let unusable = matches!(
        refused,
        Err(AuthError::Provider(ProviderError::Unavailable(_)))
    );
    assert!(unusable, "{refused:?}");
    let kept = refresh_token(&site, &jane).await;
    assert_eq!(kept.as_deref(), Some("refresh-1"));
}

#[tokio::test]
async fn the_claim_of_a_process_that_died_ends() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    let known = stored(&site, &jane).await.unwrap();
    let claimed = known.claimed_until(Some(site.auth.now() + TimeDelta::seconds(15)));
    assert!(site.store.replace_tokens(&claimed).await.unwrap());
    site.provider.refresh_with(Ok(tokens(&site, "access-2")));

    site.clock.advance(TimeDelta::seconds(15));

    assert_eq!(access_token(&site, &jane).await, "access-2");
}

#[tokio::test]
async fn a_sign_in_without_a_refresh_token_keeps_the_old_one() {
    let (site, jane) = signed_in().await;
    site.provider.issue(tokens(&site, "access-2"));

    let again = site.sign_in().await.unwrap();

    assert_eq!(access_token(&site, &again).await, "access-2");
    let kept = refresh_token(&site, &jane).await;
    assert_eq!(kept.as_deref(), Some("refresh-1"));
}

#[tokio::test]
async fn a_sign_in_during_a_refresh_loses_neither_its_tokens_nor_the_rotated_one() {
    let (site, jane) = signed_in().await;
    site.clock.advance(TimeDelta::hours(2));
    let rotated = tokens(&site, "access-2").with_refresh_token("refresh-2");
    site.provider.refresh_with(Ok(rotated));
    site.provider.issue(tokens(&site, "access-3"));
    let site = Arc::new(site);

    let asking = Arc::clone(&site);
    let theirs = jane.clone();
    let caller = tokio::spawn(async move { access_token(&asking, &theirs).await });
    while site.provider.refreshes().is_empty() {
        tokio::task::yield_now().await;
    }
    let again = site.sign_in().await.unwrap();

    assert_eq!(caller.await.unwrap(), "access-3");
    assert_eq!(access_token(&site, &again).await, "access-3");
    let kept = refresh_token(&site, &jane).await;
    assert_eq!(kept.as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn lnk_14_the_tokens_of_a_removed_account_are_erased_and_revoked() {
    let (site, jane) = signed_in().await;
    let other = changed(identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
    });
    site.pass_time();
    let both = site.sign_in_at_other(other).await.unwrap();
    assert_eq!(both.user.id, jane.user.id);
    let account = account_of(&site, &jane).await.id;

    let current = current(&site, &both, Proof::Cookie).await;
    let fresh = site.auth.sessions().fresh(&current).unwrap();
    let client = ClientInfo::default();
    site.auth
        .accounts()
        .unlink(fresh, account, &client)
        .await
        .unwrap();

    assert_eq!(site.store.find_tokens(account).await.unwrap(), None);
    assert_eq!(site.provider.revoked(), ["refresh-1"]);
}

#[tokio::test]
async fn lnk_14_an_account_that_stays_keeps_its_tokens() {
    let (site, jane) = signed_in().await;
    let account = account_of(&site, &jane).await.id;

    let current = current(&site, &jane, Proof::Cookie).await;
    let fresh = site.auth.sessions().fresh(&current).unwrap();
    let client = ClientInfo::default();
    let refused = site.auth.accounts().unlink(fresh, account, &client).await;

    assert!(matches!(refused, Err(AuthError::Refused(_))), "{refused:?}");
    assert!(stored(&site, &jane).await.is_some());
    assert_eq!(site.provider.revoked().len(), 0);
}

#[tokio::test]
async fn cfg_07_what_an_older_secret_encrypted_is_encrypted_again() {
    let store = MemoryStore::default();
    let jane = {
        let site = Site::kept_in_with(store.clone(), |builder| builder.cipher(cipher(SECRET)));
        site.provider
            .issue(first(&site).with_refresh_token("refresh-1"));
        site.sign_in().await.unwrap()
    };
    let rotated = cipher(NEWER).previous(&SECRET.into());
    let site = Site::kept_in_with(store.clone(), |builder| builder.cipher(rotated));
    assert_eq!(access_token(&site, &jane).await, "access-1");

    let counts = site.auth.housekeeping().reencrypt(|_, _| {}).await.unwrap();
    assert_eq!(
        (counts.reencrypted, counts.current, counts.undecryptable),
        (1, 0, 0)
    );
    let counts = site.auth.housekeeping().reencrypt(|_, _| {}).await.unwrap();
    assert_eq!(
        (counts.reencrypted, counts.current, counts.undecryptable),
        (0, 1, 0)
    );

    let site = Site::kept_in_with(store, |builder| builder.cipher(cipher(NEWER)));
    site.clock.advance(TimeDelta::hours(2));
    site.provider.refresh_with(Ok(tokens(&site, "access-2")));
    assert_eq!(access_token(&site, &jane).await, "access-2");
    assert_eq!(site.provider.refreshes(), ["refresh-1"]);
}

#[tokio::test]
async fn cfg_07_what_cannot_be_decrypted_is_reported_and_stays() {
    let store = MemoryStore::default();
    let site = Site::kept_in_with(store.clone(), |builder| builder.cipher(cipher(SECRET)));
    site.provider.issue(first(&site));
    let jane = site.sign_in().await.unwrap();
    let before = stored(&site, &jane).await;
    let site = Site::kept_in_with(store, |builder| builder.cipher(cipher(NEWER)));

    let refused = token(&site, &jane).await;
    let mut named = Vec::new();
    let housekeeping = site.auth.housekeeping();
    let name = |_, accounts: &[AccountId]| named.extend_from_slice(accounts);
    let counts = housekeeping.reencrypt(name).await.unwrap();

    let undecryptable = matches!(
        refused,
        Err(AuthError::Undecryptable(CipherError::UnknownKey))
    );
    assert!(undecryptable, "{refused:?}");
    assert_eq!(counts.undecryptable, 1);
    assert_eq!(named, [account_of(&site, &jane).await.id]);
    assert_eq!(stored(&site, &jane).await, before);
}

#[tokio::test]
async fn cfg_07_a_refresh_in_progress_is_not_disturbed() {
    let store = MemoryStore::default();
    let site = Site::kept_in_with(store.clone(), |builder| builder.cipher(cipher(SECRET)));
    site.provider
        .issue(first(&site).with_refresh_token("refresh-1"));
    let jane = site.sign_in().await.unwrap();
    let rotated = cipher(NEWER).previous(&SECRET.into());
    let site = Arc::new(Site::kept_in_with(store, |builder| builder.cipher(rotated)));
    site.clock.advance(TimeDelta::hours(2));
    let refreshed = tokens(&site, "access-2").with_refresh_token("refresh-2");
    site.provider.refresh_with(Ok(refreshed));

    let asking = Arc::clone(&site);
    let theirs = jane.clone();
    let caller = tokio::spawn(async move { access_token(&asking, &theirs).await });
    while site.provider.refreshes().is_empty() {
        tokio::task::yield_now().await;
    }
    let counts = site.auth.housekeeping().reencrypt(|_, _| {}).await.unwrap();

    assert_eq!(caller.await.unwrap(), "access-2");
    assert_eq!(counts.undecryptable, 0);
    let site = Site::kept_in_with(site.store.clone(), |builder| builder.cipher(cipher(NEWER)));
    assert_eq!(access_token(&site, &jane).await, "access-2");
}
