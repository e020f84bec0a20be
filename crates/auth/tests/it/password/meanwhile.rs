//! What happens to a password while it is being compared.

use belgie_domain::{PasswordHash, UserPassword};
use belgie_ports::Passwords as _;

use super::{OTHER, PasswordSite, RIGHT, assert_invalid_credentials};

/// Gives the user another password once so many have been hashed, whose answers are withheld until then.
async fn change_when_hashed(site: &PasswordSite, hashed: usize, current: &UserPassword) {
    while site.hasher.hashed() < hashed {
        tokio::task::yield_now().await;
    }
    let other = current.hash.as_phc().replace(RIGHT, OTHER);
    let other = PasswordHash::from_phc(other);
    site.store_hash(current.user_id, other).await;
    site.hasher.withhold_from(0);
}

async fn stored(site: &PasswordSite, jane: &belgie_auth::SignedIn) -> UserPassword {
    let stored = site.site.store.find_password(jane.user.id).await;
    stored.unwrap().unwrap()
}

#[tokio::test]
async fn pwd_06_a_password_that_is_changed_while_it_is_compared_opens_nothing() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let before = stored(&site, &jane).await;
    site.hasher.take_hashed();
    site.hasher.withhold_from(1);

    let (signed_in, ()) = tokio::join!(
        site.sign_in("jane@example.com", RIGHT),
        change_when_hashed(&site, 1, &before),
    );

    assert_invalid_credentials(signed_in);
    let sessions = site.site.auth.sessions().list(jane.user.id).await;
    assert_eq!(sessions.unwrap().len(), 1, "that of the registration");
    assert!(site.sign_in("jane@example.com", OTHER).await.is_ok());
}

#[tokio::test]
async fn pwd_05_a_password_that_is_changed_while_it_is_hashed_again_stays_changed() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let before = stored(&site, &jane).await;
    site.hasher.raise_cost();
    site.hasher.take_hashed();
    site.hasher.withhold_from(2);

    let (signed_in, ()) = tokio::join!(
        site.sign_in("jane@example.com", RIGHT),
        change_when_hashed(&site, 2, &before),
    );

    assert!(signed_in.is_ok());
    let expected = before.hash.as_phc().replace(RIGHT, OTHER);
    assert_eq!(stored(&site, &jane).await.hash.as_phc(), expected);
    assert_invalid_credentials(site.sign_in("jane@example.com", RIGHT).await);
}
