use belgie_idp_emulator::{Fault, Person};
use serde_json::Value;

use crate::browser::{Browser, code};
use crate::site::{Kind, Site};

#[tokio::test]
async fn lnk_01_a_new_subject_with_a_known_address_is_not_let_in() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane, stranger) = (site.node().await, Browser::new(), Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    site.idp.put_person(
        Person::new("stranger")
            .email("JANE@gmail.com")
            .email_verified(true)
            .name("Stranger"),
    );

    let refused = stranger.try_sign_in(&node, &site.idp, "stranger").await;

    assert_eq!(
        (refused.status().as_u16(), code(refused).await.as_str()),
        (409, "account_exists")
    );
    assert_eq!(stranger.me(&node).await, None);
}

#[tokio::test]
async fn lnk_02_a_user_whom_the_operator_made_is_joined() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    site.run(&[
        "user",
        "create",
        "Jane@gmail.com",
        "--name",
        "The Boss",
        "--role",
        "admin",
    ]);

    browser.sign_in(&node, &site.idp, "jane").await;

    let me = browser.me(&node).await.unwrap();
    assert_eq!(
        (me["name"].as_str(), me["role"].as_str()),
        (Some("The Boss"), Some("admin"))
    );
}

#[tokio::test]
async fn lnk_11_only_the_signed_hosted_domain_lets_in() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("GOOGLE_HOSTED_DOMAIN", "corp.example");
    let node = site.node().await;
    for (subject, email, domain) in [
        ("inside", "a@corp.example", Some("corp.example")),
        ("no-domain", "b@corp.example", None),
        ("other-domain", "c@corp.example", Some("evil.example")),
        ("odd-address", "a@evil.example@corp.example", None),
    ] {
        let person = Person::new(subject).email(email).email_verified(true);
        site.idp.put_person(match domain {
            Some(domain) => person.hosted_domain(domain),
            None => person,
        });
        let browser = Browser::new();
        let asked = browser.begin(&node).await;
        let Ok(callback) = site.idp.authorize(&asked, subject).await else {
            assert_ne!(subject, "inside");
            continue;
        };
        let answer = browser.get(callback).await;

        if subject == "inside" {
            assert_eq!(answer.status(), 303);
        } else {
            assert_eq!(code(answer).await, "invalid_id_token", "{subject}");
        }
    }
}

#[tokio::test]
async fn lnk_16_claims_set_no_role_no_id_and_no_rights() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let id = "00000000-0000-7000-8000-000000000000";
    for (claim, value) in [
        ("role", "admin"),
        ("roles", "admin"),
        ("id", id),
        ("is_active", "false"),
        ("disabled", "true"),
    ] {
        site.idp.fault(Fault::claim(claim, value));
    }

    browser.sign_in(&node, &site.idp, "jane").await;

    let me: Value = browser.me(&node).await.unwrap();
    assert_eq!(
        (me["role"].as_str(), me["is_active"].as_bool()),
        (Some("user"), Some(true))
    );
    assert_ne!(me["id"], id);
}

#[tokio::test]
async fn closed_registration_lets_no_stranger_in() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("REGISTRATION", "closed");
    let (node, browser) = (site.node().await, Browser::new());

    let refused = browser.try_sign_in(&node, &site.idp, "jane").await;

    assert_eq!(
        (refused.status().as_u16(), code(refused).await.as_str()),
        (403, "registration_closed")
    );
    site.run(&["user", "create", "jane@gmail.com"]);
    browser.sign_in(&node, &site.idp, "jane").await;
}
