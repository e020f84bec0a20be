use belgie_ports::Outbox as _;

use super::{JANE, MailSite, client};

const NEW: &str = "jane@new.example";

#[tokio::test]
async fn aud_05_mails_to_a_deleted_user_that_wait_are_deleted_with_it() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.ask_to_change(&jane, NEW).await;
    let token = super::token_in(&site.one_mail().await);
    site.confirm(&token).await.unwrap();
    site.ask_to_change(&jane, "third@new.example").await;
    site.forgot(NEW).await;
    site.resend(NEW).await;
    site.forgot("joe@example.com").await;
    let current = site.current(&jane).await;
    let fresh = site.site.auth.sessions().fresh(&current).unwrap();

    let me = site.site.auth.me();
    me.delete(fresh, &client()).await.unwrap();

    let (store, now) = (&site.site.store, site.site.auth.now());
    let mut waiting = Vec::new();
    while let Some(item) = store.claim_outbox_item("mail", now, now).await.unwrap() {
        store.finish_outbox_item(item.id).await.unwrap();
        waiting.push(item.payload);
    }
    assert_eq!(
        waiting,
        ["reset joe@example.com"],
        "the one of {JANE} is gone"
    );
}

#[tokio::test]
async fn pwd_07_a_link_that_was_mailed_to_a_deleted_user_is_dead() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    let token = site.reset_token().await;
    site.site
        .auth
        .operator()
        .delete(jane.user.id)
        .await
        .unwrap();
    site.jane().await;

    let refused = site.reset(&token, super::OTHER).await;

    super::assert_invalid_token(refused);
}
