//! The forms of the account page by which people edit and delete their own data.

use belgie_testkit::{changed, identity};
use chrono::TimeDelta;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::password_forms::{assert_is_error_page, input, send};
use crate::site::Site;

const EDIT: &str = "/api/me";
const DELETE: &str = "/api/me/delete";

/// The part of the page between two texts.
fn part<'a>(page: &'a Answer, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.body.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

async fn name_and_picture_are_edited_apart() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let page = browser.open("/account").await;
    let follows = "Your name follows Fake until you change it here.";
    assert!(page.body.contains(follows), "{}", page.body);
    assert!(input(&page, "name").contains("autocomplete=\"name\" value=\"Jane Doe\""));
    assert!(input(&page, "image").contains("value=\"https://pictures.example/jane.png\""));
    let form = part(&page, "action=\"/api/me\">", "</form>");
    assert_eq!(form.matches("<input").count(), 1, "{form}");

    let saved = send(&mut browser, EDIT, &[("name", "<Jo>")]).await;

    assert_eq!((saved.status.as_u16(), saved.location()), (303, "/account"));
    let page = browser.open("/account").await;
    assert!(page.body.contains("Your changes are saved."));
    assert!(page.body.contains("<bdi>&#60;Jo&#62;</bdi>"));
    assert!(
        page.body
            .contains("src=\"https://pictures.example/jane.png\"")
    );
    assert!(!page.body.contains(follows));
}

async fn a_name_that_cannot_be_used_shows_the_page_again() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for (field, typed, error) in [
        ("name", " ", "Enter a name, or leave this empty."),
        ("name", &"x".repeat(257), "Use at most 256 characters."),
        ("image", "http://x.example/", "begins with https://"),
    ] {
        let page = send(&mut browser, EDIT, &[(field, typed)]).await;

        assert_eq!(page.status, 422, "{typed}");
        assert_is_error_page(&page);
        assert!(page.body.contains(error), "{}", page.body);
        assert!(page.body.contains(&format!("<a href=\"#{field}\">")));
        assert!(input(&page, field).contains(&format!(" value=\"{typed}\"")));
        let open = part(&page, "<details class=\"more\" open>", "</details>");
        assert!(open.contains(&format!("<input id=\"{field}\"")), "{open}");
        assert_eq!(page.body.matches(" open>").count(), 1);
    }
}

async fn only_the_own_address_deletes() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let page = browser.open("/account").await;
    assert!(page.body.contains("Type jane@example.com to confirm"));
    assert!(input(&page, "confirm_email").contains("autocomplete=\"off\" required"));
    for typed in ["", "joe@example.com"] {
        let page = send(&mut browser, DELETE, &[("confirm_email", typed)]).await;

        assert_eq!(page.status, 422);
        assert_is_error_page(&page);
        let error = "Enter the e-mail address of your account.";
        assert!(page.body.contains(error), "{}", page.body);
        assert!(page.body.contains("<a href=\"#confirm_email\">"));
        assert!(page.body.contains("<details class=\"confirm\" open>"));
    }
    assert!(browser.is_signed_in().await);

    let deleted = send(
        &mut browser,
        DELETE,
        &[("confirm_email", "jane@example.com")],
    )
    .await;

    assert_eq!((deleted.status.as_u16(), deleted.location()), (303, "/"));
    assert!(!browser.is_signed_in().await);
    let page = browser.open("/").await;
    assert!(
        page.body.contains("Your account is deleted."),
        "{}",
        page.body
    );
}

async fn a_deletion_is_confirmed_first_long_after_the_sign_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::hours(2));

    let page = browser.open("/account").await;
    let refused = send(
        &mut browser,
        DELETE,
        &[("confirm_email", "jane@example.com")],
    )
    .await;

    assert!(!page.body.contains("action=\"/api/me/delete\""));
    let section = part(&page, "id=\"delete\"", "</section>");
    assert!(section.contains("Confirm that it is you"), "{section}");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Confirm that it is you"));
    assert!(browser.is_signed_in().await);
}

async fn names_are_isolated_and_nothing_is_left_out_without_one() {
    let site = Site::new();
    site.provider.set_identity(changed(identity(), |identity| {
        identity.name = None;
        identity.picture = None;
    }));
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/account").await;

    assert!(page.body.contains("<bdi>jane@example.com</bdi>"));
    assert!(!input(&page, "name").contains(" value="));
    assert!(!page.body.contains("<img"));
    assert!(page.body.contains("href=\"/api/me/export\""));
    let primary = page.body.matches("class=\"button primary").count();
    let destroy = page.body.matches("class=\"button destroy").count();
    assert_eq!((primary, destroy), (1, 1));
}

crate::everywhere! {
    name_and_picture_are_edited_apart,
    a_name_that_cannot_be_used_shows_the_page_again,
    only_the_own_address_deletes,
    a_deletion_is_confirmed_first_long_after_the_sign_in,
    names_are_isolated_and_nothing_is_left_out_without_one,
}
