use belgie_domain::Mail;
use belgie_testkit::changed;

use super::{JANE, MailSite, OTHER, RIGHT, address, token_in};

fn subjects(mails: &[Mail]) -> Vec<(&str, &str)> {
    let each = mails.iter();
    each.map(|mail| (mail.to.as_str(), &*mail.subject))
        .collect()
}

#[tokio::test]
async fn aud_03_a_user_is_notified_of_a_changed_password() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;

    site.change_password(&jane, RIGHT, OTHER).await.unwrap();
    let after_change = site.mails().await;
    let token = site.reset_token().await;
    site.reset(&token, RIGHT).await.unwrap();
    let after_reset = site.mails().await;

    let expected = [(JANE, "Your password for Widgetry was changed")];
    assert_eq!(subjects(&after_change), expected);
    assert_eq!(subjects(&after_reset), expected);
    assert!(!after_reset[0].text.contains("token="));
}

#[tokio::test]
async fn aud_03_the_former_address_is_notified_of_a_new_one() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.ask_to_change(&jane, "jane@new.example").await;
    let token = token_in(&site.one_mail().await);

    site.confirm(&token).await.unwrap();

    let expected = [(JANE, "Your e-mail address at Widgetry was changed")];
    assert_eq!(subjects(&site.mails().await), expected);
}

#[tokio::test]
async fn aud_03_a_user_is_notified_of_another_account() {
    let site = MailSite::new();
    site.proved_jane().await;
    let identity = changed(belgie_testkit::identity(), |identity| {
        identity.email = Some(JANE.to_owned());
        (identity.email_verified, identity.email_trusted) = (true, true);
    });

    site.site.sign_in_as(identity).await.unwrap();

    let mail = site.one_mail().await;
    assert_eq!(mail.to, address(JANE));
    assert_eq!(mail.subject, "A new way to sign in at Widgetry");
    assert!(
        mail.text.contains("at Widgetry with Fake."),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn red_08_links_are_made_of_the_configured_address_alone() {
    let site = MailSite::new();
    site.proved_jane().await;
    site.forgot(JANE).await;

    let mail = site.one_mail().await;

    let link = "https://site.example/reset?token=t_";
    assert!(mail.text.contains(link), "{}", mail.text);
    assert!(
        mail.html.contains(&format!("<a href=\"{link}")),
        "{}",
        mail.html
    );
    let addresses = mail.text.matches("https://").count();
    assert_eq!(
        addresses,
        mail.text.matches("https://site.example/").count()
    );
}

#[tokio::test]
async fn hdr_05_names_are_escaped_and_only_those_of_proved_people_are_used() {
    let site = MailSite::with(|policy| policy.site_name = Some("<b>Widgetry</b>".to_owned()));
    let identity = changed(belgie_testkit::identity(), |identity| {
        identity.email = Some(JANE.to_owned());
        identity.name = Some("<img src=x onerror=alert(1)>".to_owned());
        (identity.email_verified, identity.email_trusted) = (false, false);
    });
    let unproved = site.site.sign_in_as(identity.clone()).await.unwrap();
    site.forgot(JANE).await;
    let to_a_stranger = site.one_mail().await;
    let trusted = changed(identity, |identity| {
        (identity.email_verified, identity.email_trusted) = (true, true);
    });
    let proved = site.site.sign_in_as(trusted).await.unwrap();
    assert_eq!(proved.user.id, unproved.user.id);
    site.forgot(JANE).await;
    let to_the_owner = site.one_mail().await;

    assert!(to_a_stranger.text.starts_with("Hello,\n"));
    assert!(to_the_owner.text.starts_with("Hello <img"));
    assert!(!to_the_owner.html.contains("<img"), "{}", to_the_owner.html);
    assert!(!to_the_owner.html.contains("<b>"), "{}", to_the_owner.html);
    assert!(to_the_owner.html.contains("Widgetry"));
}
