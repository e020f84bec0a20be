use belgie_domain::TokenPurpose;

use super::{JANE, MailSite, address};

#[tokio::test]
async fn aud_04_an_export_has_links_and_waiting_mails() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.ask_to_change(&jane, "jane@new.example").await;
    site.forgot(JANE).await;
    site.forgot("joe@example.com").await;
    let session = site.current(&jane).await;

    let export = site.site.auth.me().export(&session).await.unwrap();

    assert!(export.password_changed_at.is_some());
    let links: Vec<_> = export
        .links
        .iter()
        .map(|link| (link.purpose.clone(), link.email.clone()))
        .collect();
    let change = (TokenPurpose::ChangeEmail, address("jane@new.example"));
    assert_eq!(links, [change]);
    let mut mails: Vec<_> = export
        .mails
        .iter()
        .map(|mail| (&*mail.kind, mail.email.clone()))
        .collect();
    mails.sort();
    let reset = ("reset_password", Some(address(JANE)));
    assert_eq!(mails, [("change_email", None), reset]);
}
