//! Guesses of passwords, and what else passwords need: mails and hashes.

use belgie_auth::{AuthError, Guess};
use belgie_domain::{ClientInfo, EmailAddress};
use chrono::TimeDelta;

use super::{HOME, client, elsewhere, refused};
use crate::site::Site;

const JANE: &str = "jane@example.com";

fn parsed(address: &str) -> EmailAddress {
    address.parse().unwrap()
}

async fn guess<'a>(
    site: &'a Site,
    address: &str,
    from: &str,
    is_known: bool,
) -> Result<Guess<'a>, AuthError> {
    let (address, client) = (parsed(address), client(from));
    site.auth.limits().guess(&address, &client, is_known).await
}

/// Guesses wrongly until that is refused, at most so many times; returns how often it was permitted.
async fn guess_wrongly(site: &Site, address: &str, from: &str, times: u32) -> u32 {
    let mut permitted = 0;
    for _ in 0..times {
        permitted += u32::from(guess(site, address, from, false).await.is_ok());
    }
    permitted
}

#[tokio::test]
async fn rat_01_the_11th_guess_within_15_minutes_is_refused() {
    let site = Site::new();
    for _ in 0..10 {
        drop(guess(&site, JANE, HOME, true).await.unwrap());
    }

    let wait = refused(guess(&site, JANE, HOME, true).await);

    assert_eq!(wait, TimeDelta::seconds(90));
    assert!(guess(&site, "joe@example.com", HOME, true).await.is_ok());
    assert!(guess(&site, JANE, "192.0.2.2", true).await.is_ok());
    site.clock.advance(TimeDelta::minutes(15));
    assert_eq!(guess_wrongly(&site, JANE, HOME, 11).await, 10);
}

#[tokio::test]
async fn rat_01_a_success_forgives_the_failures_before_it() {
    let site = Site::new();
    assert_eq!(guess_wrongly(&site, JANE, HOME, 9).await, 9);

    let right = guess(&site, JANE, HOME, false).await.unwrap();
    right.succeeded().await.unwrap();

    assert_eq!(guess_wrongly(&site, JANE, HOME, 11).await, 10);
}

#[tokio::test]
async fn rat_01_a_network_fails_at_200_accounts_at_once_and_then_one_in_5_seconds() {
    let site = Site::new();
    for number in 0..200 {
        let address = format!("user-{number}@example.com");
        drop(guess(&site, &address, HOME, false).await.unwrap());
    }

    let wait = refused(guess(&site, JANE, HOME, true).await);

    assert_eq!(wait, TimeDelta::seconds(5));
    assert!(guess(&site, JANE, "192.0.2.2", false).await.is_ok());
}

#[tokio::test]
async fn rat_01_a_known_network_fails_100_times_in_a_row_and_then_once_an_hour() {
    let site = Site::new();
    let mut permitted = 0;
    for _ in 0..11 {
        for _ in 0..10 {
            permitted += u32::from(guess(&site, JANE, HOME, true).await.is_ok());
        }
        site.clock.advance(TimeDelta::minutes(15));
    }
    // Two and a half hours had passed at the last ten.
    assert_eq!(permitted, 102);

    let elsewhere = guess(&site, JANE, "192.0.2.2", true).await;
    elsewhere.unwrap().succeeded().await.unwrap();
    refused(guess(&site, JANE, HOME, true).await);
    site.clock.advance(TimeDelta::minutes(30));
    let right = guess(&site, JANE, HOME, true).await.unwrap();
    right.succeeded().await.unwrap();
    assert!(guess(&site, JANE, HOME, true).await.is_ok());
}

#[tokio::test]
async fn rat_01_what_is_refused_for_an_account_does_not_count_for_the_network() {
    let site = Site::new();
    for number in 0..10 {
        assert_eq!(guess_wrongly(&site, JANE, &elsewhere(number), 10).await, 10);
    }
    // The account has no permit left.
    assert_eq!(guess_wrongly(&site, JANE, HOME, 300).await, 0);

    assert_eq!(guess_wrongly(&site, "joe@example.com", HOME, 11).await, 10);
    let owner = guess(&site, JANE, HOME, true).await;
    assert!(owner.is_ok());
}

#[tokio::test]
async fn rat_01_a_guess_that_is_withdrawn_does_not_count_and_forgives_nothing() {
    let site = Site::new();
    assert_eq!(guess_wrongly(&site, JANE, HOME, 4).await, 4);
    for _ in 0..300 {
        let guess = guess(&site, JANE, HOME, false).await.unwrap();
        guess.withdrawn().await.unwrap();
    }

    assert_eq!(guess_wrongly(&site, JANE, HOME, 11).await, 6);
}

#[tokio::test]
async fn rat_01_an_office_that_signs_in_does_not_reach_any_limit() {
    let site = Site::new();
    for number in 0..1_000 {
        let address = format!("user-{number}@example.com");
        let right = guess(&site, &address, HOME, false).await.unwrap();
        right.succeeded().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rat_02_of_200_guesses_at_once_10_are_verified() {
    let site = Site::new();
    let tasks = (0..200).map(|_| {
        let auth = site.auth.clone();
        tokio::spawn(async move {
            let (address, client) = (parsed(JANE), client(HOME));
            let guess = auth.limits().guess(&address, &client, true).await;
            guess.is_ok()
        })
    });

    let mut permitted = 0;
    for task in tasks.collect::<Vec<_>>() {
        permitted += u32::from(task.await.unwrap());
    }

    assert_eq!(permitted, 10);
}

#[tokio::test]
async fn rat_03_all_spellings_of_an_address_share_a_limit() {
    let site = Site::new();
    let spellings = ["jane@example.com", "Jane@Example.COM", "JANE@EXAMPLE.COM"];
    let mut permitted = 0;
    for number in 0..12 {
        permitted += guess_wrongly(&site, spellings[number % 3], HOME, 1).await;
    }

    assert_eq!(permitted, 10);
}

#[tokio::test]
async fn rat_09_strangers_cannot_lock_the_owner_out_of_a_known_network() {
    let site = Site::new();
    let mut permitted = 0;
    for number in 0..1_000 {
        permitted += guess_wrongly(&site, JANE, &elsewhere(number % 250), 1).await;
    }
    assert_eq!(permitted, 100);

    let owner = guess(&site, JANE, HOME, true).await.unwrap();
    owner.succeeded().await.unwrap();

    // The strangers' failures still count.
    let wait = refused(guess(&site, JANE, &elsewhere(999), false).await);
    assert_eq!(wait, TimeDelta::hours(1));
    assert!(site.sign_in().await.is_ok(), "at the provider");
}

#[tokio::test]
async fn rat_09_a_guess_that_is_refused_for_its_network_does_not_count_for_the_account() {
    let site = Site::new();
    assert_eq!(guess_wrongly(&site, JANE, &elsewhere(0), 150).await, 10);

    let mut permitted = 0;
    for number in 1..=20 {
        permitted += guess_wrongly(&site, JANE, &elsewhere(number), 10).await;
    }

    assert_eq!(permitted, 90);
}

#[tokio::test]
async fn clients_without_an_address_share_the_limit_of_an_account() {
    let site = Site::new();
    let (limits, unknown) = (site.auth.limits(), ClientInfo::default());
    for _ in 0..10 {
        drop(limits.guess(&parsed(JANE), &unknown, true).await.unwrap());
    }

    refused(limits.guess(&parsed(JANE), &unknown, true).await);
    assert!(guess(&site, JANE, HOME, true).await.is_ok());
}

#[tokio::test]
async fn rat_11_an_address_gets_5_mails_in_an_hour_from_however_many_networks() {
    let site = Site::new();
    let mut permitted = 0;
    for number in 0..20 {
        let from = client(&elsewhere(number));
        let mail = site.auth.limits().mail(&parsed(JANE), &from).await;
        permitted += u32::from(mail.is_ok());
    }
    assert_eq!(permitted, 5);

    let from = client(HOME);
    let wait = refused(site.auth.limits().mail(&parsed(JANE), &from).await);

    assert_eq!(wait, TimeDelta::minutes(12));
    let other = parsed("joe@example.com");
    assert!(site.auth.limits().mail(&other, &from).await.is_ok());
}

#[tokio::test]
async fn rat_11_a_network_causes_100_mails_at_once_to_however_many_addresses() {
    let site = Site::new();
    let limits = site.auth.limits();
    for number in 0..100 {
        let address = parsed(&format!("user-{number}@example.com"));
        limits.mail(&address, &client(HOME)).await.unwrap();
    }

    let wait = refused(limits.mail(&parsed(JANE), &client(HOME)).await);

    assert_eq!(wait, TimeDelta::seconds(30));
    assert!(
        limits
            .mail(&parsed(JANE), &client("192.0.2.2"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn rat_10_a_network_causes_300_hashes_at_once_and_then_two_a_second() {
    let site = Site::new();
    let limits = site.auth.limits();
    for _ in 0..300 {
        limits.hash(&client(HOME)).await.unwrap();
    }

    let wait = refused(limits.hash(&client(HOME)).await);

    assert_eq!(wait, TimeDelta::milliseconds(500));
    assert!(limits.hash(&client("192.0.2.2")).await.is_ok());
}
