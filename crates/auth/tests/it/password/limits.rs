use belgie_auth::{AuthError, PasswordSignIn, SignedIn};
use belgie_domain::{ClientInfo, FailureCode};
use chrono::TimeDelta;

use super::{OTHER, PasswordSite, RIGHT, WRONG, address, assert_invalid_credentials, password};

async fn sign_in_from(
    site: &PasswordSite,
    network: &str,
    (email, typed): (&str, &str),
) -> Result<SignedIn, AuthError> {
    let client = ClientInfo::default().with_ip_address(network.parse().unwrap());
    let (email, typed) = (address(email), password(typed));
    let request = PasswordSignIn::new(&email, &typed, &client);
    site.passwords().sign_in(request).await
}

#[tokio::test]
async fn rat_01_the_eleventh_guess_is_not_compared_whoever_it_concerns() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    for email in ["jane@example.com", "nobody@example.com"] {
        for _ in 0..10 {
            let guessed = sign_in_from(&site, "192.0.2.1", (email, WRONG)).await;
            assert_invalid_credentials(guessed);
        }
        site.hasher.take_hashed();
        for typed in [WRONG, RIGHT] {
            let refused = sign_in_from(&site, "192.0.2.1", (email, typed)).await;
            let refused = refused.unwrap_err();
            assert!(
                matches!(refused, AuthError::RateLimited { .. }),
                "{refused:?}"
            );
        }
        assert_eq!(site.hasher.take_hashed(), 0, "{email}");
    }

    let failures = site.history(&jane).await;
    assert_eq!(failures.len(), 2 + 10, "what is not compared is no event");
    let counted = super::guess::failures(&site).await;
    let mut counted: Vec<_> = counted.into_iter().map(|(key, n)| (key.code, n)).collect();
    counted.sort_by_key(|(_, times)| *times);
    let expected = [
        (FailureCode::RateLimited, 4),
        (FailureCode::InvalidCredentials, 10),
    ];
    assert_eq!(counted, expected);
    site.site.clock.advance(TimeDelta::minutes(15));
    let right = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
    assert!(right.is_ok());
}

#[tokio::test]
async fn rat_03_all_spellings_of_an_address_share_a_limit_and_a_success_ends_the_count() {
    let site = PasswordSite::new();
    site.jane().await;
    let guess = async |times| {
        let spellings = ["jane@example.com", "JANE@example.com", " Jane@Example.Com "];
        site.hasher.take_hashed();
        for email in spellings.into_iter().cycle().take(times) {
            let guessed = sign_in_from(&site, "192.0.2.1", (email, WRONG)).await;
            guessed.unwrap_err();
        }
        site.hasher.take_hashed()
    };

    assert_eq!(guess(9).await, 9);
    let right = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
    assert!(right.is_ok());
    assert_eq!(guess(12).await, 10);
}

#[tokio::test]
async fn rat_09_strangers_who_guess_do_not_lock_out_the_owner() {
    let site = PasswordSite::new();
    site.jane().await;
    let home = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
    let (sessions, client) = (site.site.auth.sessions(), ClientInfo::default());
    let token = home.unwrap().token;
    sessions.sign_out(&token, &client).await.unwrap();
    let mut refused = 0;
    for number in 0..12 {
        let network = format!("198.51.100.{number}");
        for _ in 0..10 {
            let guessed = sign_in_from(&site, &network, ("jane@example.com", WRONG)).await;
            refused += usize::from(guessed.unwrap_err().code() == FailureCode::RateLimited);
        }
    }
    assert_eq!(refused, 20, "a hundred were compared");

    let stranger = sign_in_from(&site, "203.0.113.1", ("jane@example.com", RIGHT)).await;
    assert_eq!(stranger.unwrap_err().code(), FailureCode::RateLimited);
    let owner = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
    assert!(owner.is_ok());
}

#[tokio::test]
async fn rat_09_a_network_is_known_for_90_days_after_the_last_sign_in() {
    for (days, is_known) in [(90, true), (91, false)] {
        let site = PasswordSite::new();
        site.jane().await;
        let home = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
        assert!(home.is_ok());
        site.site.clock.advance(TimeDelta::days(days));
        for number in 0..10 {
            let network = format!("198.51.100.{number}");
            for _ in 0..10 {
                let guessed = sign_in_from(&site, &network, ("jane@example.com", WRONG)).await;
                assert_invalid_credentials(guessed);
            }
        }

        let owner = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
        assert_eq!(owner.is_ok(), is_known, "{days} days");
    }
}

#[tokio::test]
async fn rat_09_what_was_not_compared_does_not_count() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let current = site.current(&jane).await;
    let client = ClientInfo::default().with_ip_address("192.0.2.1".parse().unwrap());
    let right = password(RIGHT);
    site.hasher.set_busy(true);
    for _ in 0..10 {
        let refused = sign_in_from(&site, "192.0.2.1", ("jane@example.com", RIGHT)).await;
        assert_eq!(refused.unwrap_err().code(), FailureCode::Unavailable);
        let passwords = site.passwords();
        let refused = passwords.reauthenticate(&current, &right, &client).await;
        assert_eq!(refused.unwrap_err().code(), FailureCode::Unavailable);
    }
    site.hasher.set_busy(false);

    for _ in 0..10 {
        let guessed = sign_in_from(&site, "192.0.2.1", ("jane@example.com", WRONG)).await;
        assert_invalid_credentials(guessed);
    }
}

#[tokio::test]
async fn rat_01_a_stolen_session_guesses_no_more_often() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let (current, passwords) = (site.current(&jane).await, site.passwords());
    let client = ClientInfo::default().with_ip_address("192.0.2.1".parse().unwrap());
    let (wrong, right, other) = (password(WRONG), password(RIGHT), password(OTHER));

    for _ in 0..5 {
        assert_invalid_credentials(passwords.reauthenticate(&current, &wrong, &client).await);
        assert_invalid_credentials(passwords.change(&current, &wrong, &other, &client).await);
    }

    let again = passwords.reauthenticate(&current, &right, &client).await;
    assert_eq!(again.unwrap_err().code(), FailureCode::RateLimited);
    let change = passwords.change(&current, &right, &other, &client).await;
    assert_eq!(change.unwrap_err().code(), FailureCode::RateLimited);
}
