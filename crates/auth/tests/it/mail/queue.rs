use belgie_adapter_memory::MemoryStore;
use belgie_auth::AuthError;
use belgie_domain::MailedTokenId;
use belgie_ports::Outbox as _;
use chrono::TimeDelta;

use super::{JANE, MailSite, OTHER, RIGHT, address, client, token_in};
use crate::site::Site;

#[tokio::test]
async fn aud_03_a_mail_waits_until_the_mail_server_is_there_again() {
    let site = MailSite::new();
    site.proved_jane().await;
    site.mailer.be_down();
    site.forgot(JANE).await;

    for minutes in [0, 1, 2, 4, 8] {
        site.site.clock.advance(TimeDelta::minutes(minutes));
        assert_eq!(site.mails().await, []);
    }
    site.mailer.accept();
    assert_eq!(site.mails().await, [], "the next attempt is not due");
    site.site.clock.advance(TimeDelta::minutes(16));
    let mail = site.one_mail().await;

    // The hour of the link begins when it is mailed.
    site.site.clock.advance(TimeDelta::minutes(59));
    site.reset(&token_in(&mail), OTHER).await.unwrap();
}

#[tokio::test]
async fn a_mail_that_is_refused_is_given_up() {
    let site = MailSite::new();
    site.proved_jane().await;
    site.mailer.refuse();
    site.forgot(JANE).await;
    assert_eq!(site.mails().await, []);

    site.mailer.accept();
    site.site.clock.advance(TimeDelta::days(2));

    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn what_was_rolled_back_is_not_mailed() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.mails().await;

    let changed = site.change_password(&jane, "a wrong password", OTHER).await;
    changed.unwrap_err();

    assert_eq!(site.mails().await, []);
    assert!(site.sign_in(RIGHT).await.is_ok());
}

#[tokio::test]
async fn a_running_delivery_hears_of_a_commit_at_once() {
    let site = MailSite::new();
    let auth = site.site.auth.clone();
    let running = tokio::spawn(async move { auth.mails().run().await });
    tokio::task::yield_now().await;

    site.jane().await;

    let mut sent = Vec::new();
    while sent.is_empty() {
        tokio::task::yield_now().await;
        sent = site.mailer.take_sent();
    }
    running.abort();
    assert_eq!(sent[0].to, address(JANE));
}

#[tokio::test]
async fn cfg_02_nothing_that_waits_grants_anything() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.mailer.be_down();
    site.forgot(JANE).await;
    site.site.pass_time();
    site.ask_to_change(&jane, "jane@new.example").await;

    let (now, mut waiting) = (site.site.auth.now(), Vec::new());
    while let Some(item) = {
        let claimed = site
            .site
            .store
            .claim_outbox_item("mail", now, now + TimeDelta::days(1));
        claimed.await.unwrap()
    } {
        let words: Vec<_> = item.payload.split(' ').map(str::to_owned).collect();
        waiting.push(words);
    }
    assert_eq!(waiting[0], ["reset", JANE]);
    let [word, id] = &*waiting[1] else {
        panic!("{waiting:?}");
    };
    assert_eq!(word, "token");
    assert!(id.parse::<MailedTokenId>().is_ok(), "{id}");
    assert_eq!(waiting.len(), 2);
}

#[tokio::test]
async fn without_a_mailer_links_are_not_offered_and_nothing_is_written() {
    let site = Site::assembled(
        MemoryStore::default(),
        |policy| policy.passwords.registration = true,
        |builder| {
            let hasher = belgie_testkit::FakeHasher::default();
            builder.passwords(hasher.clone(), hasher)
        },
    );
    let (email, client) = (address(JANE), client());

    let forgot = site.auth.passwords().forgot(&email, &client).await;
    let resend = site.auth.emails().resend(&email, &client).await;
    let link = site.auth.emails().link(&super::unknown_token(), None).await;

    assert!(matches!(forgot, Err(AuthError::MailsOff)), "{forgot:?}");
    assert!(matches!(resend, Err(AuthError::MailsOff)), "{resend:?}");
    assert!(matches!(link, Err(AuthError::MailsOff)), "{link:?}");
    assert!(!site.auth.emails().are_sent());
    assert_eq!(site.auth.mails().deliver().await.unwrap(), 0);
}
