//! The form for another e-mail address, on the account page.

use belgie_testkit::{changed, identity};

use crate::browser::Browser;
use crate::password_forms::{assert_is_error_page, input, send};
use crate::site::Site;

const CHANGE: &str = "/auth/email/change";

async fn a_link_goes_to_the_new_address() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let page = browser.open("/account").await;
    let field = input(&page, "email");
    assert!(field.contains("type=\"email\"") && field.contains("autocomplete=\"email\""));

    let answer = send(&mut browser, CHANGE, &[("email", "jane@new.example")]).await;

    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/account")
    );
    let page = browser.open("/account").await;
    let notice = "We sent a link to jane@new.example.";
    assert!(page.body.contains(notice), "{}", page.body);
    let (_, profile) = page.body.split_once("id=\"profile\"").unwrap();
    assert!(!profile.contains("new.example"), "it has not changed yet");
    assert!(!browser.open("/account").await.body.contains(notice));
}

async fn bad_input_shows_the_page_again_with_the_error_at_its_field() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for (typed, error) in [
        ("", "Enter an e-mail address"),
        ("jane at <new>", "Enter an e-mail address"),
        ("JANE@example.com", "This is your address already."),
    ] {
        let page = send(&mut browser, CHANGE, &[("email", typed)]).await;

        assert_eq!(page.status, 422, "{typed}");
        assert_is_error_page(&page);
        assert!(page.body.contains(error), "{typed}: {}", page.body);
        assert!(page.body.contains("<a href=\"#email\">"));
        assert_eq!(
            page.body.matches("<details class=\"more\" open>").count(),
            1
        );
        let escaped = typed.replace('<', "&#60;").replace('>', "&#62;");
        let kept = format!(" value=\"{escaped}\"");
        assert_eq!(input(&page, "email").contains(&kept), !typed.is_empty());
    }
    assert!(
        !browser
            .open("/account")
            .await
            .body
            .contains("role=\"status\"")
    );
}

async fn without_mails_nothing_is_offered_that_needs_one() {
    for (site, is_offered) in [
        (Site::new(), true),
        (Site::of_providers(&["acme"], |_| {}), false),
    ] {
        let mut browser = Browser::signed_in(&site).await;
        let page = browser.open("/account").await;
        assert_eq!(page.body.contains("/auth/email/"), is_offered);
        assert!(!page.body.contains("/auth/email/resend"), "it is verified");
    }
}

async fn an_unverified_address_can_be_sent_its_link_again() {
    let site = Site::new();
    site.provider.set_identity(changed(identity(), |identity| {
        identity.email_verified = false;
        identity.email_trusted = false;
    }));
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/account").await;

    assert!(page.body.contains("Not verified"), "{}", page.body);
    let form = "action=\"/auth/email/resend\"><input type=\"hidden\" name=\"email\" value=\"jane@example.com\">";
    assert!(page.body.contains(form), "{}", page.body);
}

crate::everywhere! {
    a_link_goes_to_the_new_address,
    bad_input_shows_the_page_again_with_the_error_at_its_field,
    without_mails_nothing_is_offered_that_needs_one,
    an_unverified_address_can_be_sent_its_link_again,
}
