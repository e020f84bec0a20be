//! Which user a sign-in belongs to (LNK-01 … LNK-18).

mod address;
mod choice;
mod disabled;
mod domain;
mod explicit;
mod matrix;
mod race;

use belgie_idp_emulator::{Emulator, Fault, Person};
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::browser::{Browser, code};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site, on_both_databases};
use crate::support::stored::count;

/// The id of a second provider, which is not Google.
const OTHER: &str = "other";

/// Starts a second provider that the nodes of this site know from now on.
async fn other_provider(site: &mut Site) -> Emulator {
    let other = Emulator::builder().client_any_redirect(CLIENT_ID, CLIENT_SECRET);
    let other = other.start().await.unwrap();
    site.set("OIDC_PROVIDERS", OTHER);
    site.set("OIDC_OTHER_ISSUER_URL", other.issuer());
    site.set("OIDC_OTHER_CLIENT_ID", CLIENT_ID);
    site.set("OIDC_OTHER_CLIENT_SECRET", CLIENT_SECRET);
    other
}

async fn sign_in_at(
    browser: &Browser,
    node: &Node,
    (provider, idp): (&str, &Emulator),
    subject: &str,
) -> Response {
    let asked = browser.begin_at(node, &begin_path(provider)).await;
    browser
        .get(idp.authorize(&asked, subject).await.unwrap())
        .await
}

/// Returns what may be chosen in this browser, after a sign-in with an address that another user holds.
async fn choices(browser: &Browser, node: &Node) -> Vec<String> {
    let answer = browser.get(node.url("/auth/pending")).await;
    if answer.status() == 404 {
        return Vec::new();
    }
    let waiting: Value = answer.json().await.unwrap();
    let choices = waiting["choices"].as_array().unwrap().iter();
    choices
        .map(|choice| choice.as_str().unwrap().to_owned())
        .collect()
}

/// Starts with a new user.
async fn start_fresh(browser: &Browser, node: &Node) -> Response {
    browser.submit(node.url("/auth/pending/fresh"), "").await
}

fn begin_path(provider: &str) -> String {
    format!("/auth/provider/{provider}/signin")
}

/// A user as the operator sees them.
fn user(site: &Site, name: &str) -> Value {
    serde_json::from_str(&site.run(&["user", "show", name, "--json"])).unwrap()
}

on_both_databases! {
    lnk_01_a_known_address_admits_no_new_subject,
    lnk_09_an_address_changed_at_google_changes_no_address_here,
    lnk_10_a_reassigned_address_is_a_new_person,
    lnk_16_claims_set_no_role_no_id_and_no_rights,
}

async fn lnk_01_a_known_address_admits_no_new_subject(site: Site) {
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    let before = user(&site, "jane@gmail.com");
    let id = before["id"].as_str().unwrap().to_owned();
    let subjects = [
        "stranger",
        "JANE",
        "Jane",
        "jane ",
        " jane",
        "jane@gmail.com",
        "janE",
        "google|jane",
        &id,
    ];

    for subject in subjects {
        let stranger = Person::new(subject)
            .email("JANE@gmail.com")
            .email_verified(true);
        site.idp
            .put_person(stranger.name("Stranger").hosted_domain("gmail.com"));
        let browser = Browser::new();
        let refused = browser.try_sign_in(&node, &site.idp, subject).await;
        assert_eq!(
            (refused.status().as_u16(), code(refused).await.as_str()),
            (409, "account_exists"),
            "{subject:?}"
        );
        assert_eq!(browser.me(&node).await, None);
    }

    assert_eq!(user(&site, "jane@gmail.com"), before);
    assert_eq!(
        (
            count(&site, "belgie_users"),
            count(&site, "belgie_accounts"),
            count(&site, "belgie_sessions")
        ),
        (1, 1, 1)
    );
}

async fn lnk_09_an_address_changed_at_google_changes_no_address_here(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    for subject in ["jane", "john"] {
        browser.sign_in(&node, &site.idp, subject).await;
    }
    let (before, john) = (user(&site, "jane@gmail.com"), user(&site, "john@gmail.com"));

    for (email, verified) in [
        ("new@gmail.com", true),
        ("new@gmail.com", false),
        ("jane@gmail.com", false),
        ("john@gmail.com", true),
        ("JOHN@gmail.com", false),
        ("no address", true),
        ("jane@gmail.com", true),
    ] {
        let moved = Person::new("jane")
            .email(email)
            .email_verified(verified)
            .name("jane Doe");
        site.idp.put_person(moved);
        browser.sign_in(&node, &site.idp, "jane").await;
        let me = browser.me(&node).await.unwrap();
        for claim in ["id", "email", "email_verified", "role"] {
            assert_eq!(me[claim], before[claim], "{claim} after {email} {verified}");
        }
    }
    site.idp.put_person(Person::new("jane"));
    browser.sign_in(&node, &site.idp, "jane").await;

    assert_eq!(browser.me(&node).await.unwrap()["email"], "jane@gmail.com");
    assert_eq!(user(&site, "john@gmail.com")["id"], john["id"]);
    assert_eq!(
        (
            count(&site, "belgie_users"),
            count(&site, "belgie_accounts")
        ),
        (2, 2)
    );
}

/// An address never leads its new owner to the user who had it before. Once that user is deleted, it is the new owner's alone.
async fn lnk_10_a_reassigned_address_is_a_new_person(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    let first = Person::new("first")
        .email("post@corp.example")
        .hosted_domain("corp.example")
        .name("First");
    site.idp.put_person(first);
    browser.sign_in(&node, &site.idp, "first").await;
    let before = user(&site, "post@corp.example");

    let heir = Person::new("heir")
        .email("post@corp.example")
        .hosted_domain("corp.example")
        .name("Heir");
    site.idp.put_person(heir);
    for _ in 0..2 {
        let refused = Browser::new().try_sign_in(&node, &site.idp, "heir").await;
        assert_eq!(code(refused).await, "account_exists");
    }
    assert_eq!(user(&site, "post@corp.example"), before);

    site.run(&["user", "delete", "post@corp.example"]);
    let theirs = Browser::new();
    theirs.sign_in(&node, &site.idp, "heir").await;
    assert_ne!(theirs.me(&node).await.unwrap()["id"], before["id"]);
    assert_eq!(browser.me(&node).await, None);
    let old = Browser::new().try_sign_in(&node, &site.idp, "first").await;
    assert_eq!(code(old).await, "account_exists");
}

async fn lnk_16_claims_set_no_role_no_id_and_no_rights(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    let id = "00000000-0000-7000-8000-000000000000";
    let claims = [
        ("role", json!("admin")),
        ("roles", json!(["admin"])),
        ("groups", json!(["admin"])),
        ("is_admin", json!(true)),
        ("admin", json!(true)),
        ("id", json!(id)),
        ("user_id", json!(id)),
        ("is_active", json!(false)),
        ("disabled", json!(true)),
        ("active", json!("false")),
        ("email_proved", json!(true)),
        ("email_trusted", json!(true)),
        ("email_status", json!("proved")),
        ("created_at", json!(0)),
        ("name_edited", json!(true)),
        ("realm_access", json!({"roles": ["admin"]})),
        ("user", json!({"id": id, "role": "admin"})),
        ("https://belgie.example/role", json!("admin")),
    ];
    for (claim, value) in &claims {
        site.idp.fault(Fault::claim(*claim, value.clone()));
        site.idp.fault(Fault::userinfo(*claim, value.clone()));
        site.idp.fault(Fault::token_reply(*claim, value.clone()));
    }

    for round in 0..3 {
        browser.sign_in(&node, &site.idp, "jane").await;
        let me = browser.me(&node).await.unwrap();
        assert_eq!(
            (&me["role"], &me["is_active"]),
            (&json!("user"), &json!(true)),
            "round {round}"
        );
        assert_ne!(me["id"], id);
        site.idp.fault(Fault::without_claim("name"));
    }
    let stranger = Person::new("stranger")
        .email("stranger@example.com")
        .email_verified(true);
    site.idp.put_person(stranger);
    browser.sign_in(&node, &site.idp, "stranger").await;
    let proved = count(&site, "belgie_users WHERE email_proved");
    assert_eq!(proved, 1, "a claim proved an address");
    assert_eq!(count(&site, "belgie_users WHERE role <> 'user'"), 0);
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
async fn closed_registration_refuses_unknown_identities() {
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
