//! People whose provider has not verified the address, where that is required: a mailed link creates their user.

use belgie_idp_emulator::Person;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::support::browser::{Browser, code};
use crate::support::mail_server::{MailServer, token_in};
use crate::support::nodes::two_nodes;
use crate::support::program::Node;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, dump};

on_both_databases! {
    lnk_12_a_mailed_link_creates_the_user_who_then_signs_in_with_the_provider,
    pwd_11_of_20_uses_at_two_nodes_one_creates_the_user,
    lnk_01_a_link_does_not_lead_to_a_user_who_has_the_address_by_now,
}

const PAT: &str = "pat@example.com";

/// A site where addresses have to be verified, and Pat, whose address Google has not verified.
async fn open(site: &mut Site) -> MailServer {
    let mails = MailServer::start().await;
    site.set("EMAIL_VERIFICATION", "required");
    site.set("SMTP_URL", mails.url());
    site.set("MAIL_FROM", "no-reply@example.com");
    site.set("APP_NAME", "Widgetry");
    site.idp.put_person(pat(false));
    mails
}

fn pat(verified: bool) -> Person {
    Person::new("pat").email(PAT).email_verified(verified)
}

/// Comes back from the provider as a browser that shows pages does.
async fn come_back(browser: &Browser, node: &Node, site: &Site) -> Response {
    let callback = browser.authorized(node, &site.idp, "pat").await;
    browser.open(callback).await
}

async fn follow(node: &Node, token: &str) -> Response {
    let request = Browser::new().request(Method::POST, node.url("/auth/email/verify"));
    request.json(&json!({"token": token})).send().await.unwrap()
}

async fn lnk_12_a_mailed_link_creates_the_user_who_then_signs_in_with_the_provider(mut site: Site) {
    let mails = open(&mut site).await;
    let node = Node::start_logging(site.directory.path(), &site.settings, "trace").await;
    let browser = Browser::new();

    let refused = come_back(&browser, &node, &site).await;
    assert_eq!(refused.status(), 403, "{}", node.log());
    let page = refused.text().await.unwrap();
    assert!(page.contains("Confirm your e-mail address"), "{page}");
    assert!(page.contains(PAT), "{page}");
    let mail = mails.mail_to(PAT, 1).await;
    for part in ["Widgetry", "Google", &node.url("/verify?token=")] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    let token = token_in(&mail);
    for secret in [dump(&site), node.log()] {
        assert!(!secret.contains(&token));
    }
    assert_eq!(count(&site, "belgie_users"), 0);
    let verified = follow(&node, &token).await;

    assert_eq!(verified.status(), 204, "{}", node.log());
    assert!(browser.me(&node).await.is_none());
    assert_eq!(code(follow(&node, &token).await).await, "invalid_request");
    browser.sign_in(&node, &site.idp, "pat").await;
    let me = browser.me(&node).await.unwrap();
    assert_eq!(
        (&me["email"], &me["email_proved"]),
        (&json!(PAT), &json!(true))
    );
    assert_eq!(count(&site, "belgie_mailed_tokens"), 0);
}

async fn pwd_11_of_20_uses_at_two_nodes_one_creates_the_user(mut site: Site) {
    let mails = open(&mut site).await;
    let nodes = two_nodes(&mut site).await;
    let refused = come_back(&Browser::new(), &nodes[0], &site).await;
    assert_eq!(refused.status(), 403, "{}", nodes[0].log());
    let token = token_in(&mails.mail_to(PAT, 1).await);

    let uses = (0..20).map(|number| follow(&nodes[number % 2], &token));
    let answers = futures_util::future::join_all(uses).await;

    let statuses: Vec<_> = answers.iter().map(Response::status).collect();
    let succeeded = |status: &&StatusCode| **status == StatusCode::NO_CONTENT;
    assert_eq!(statuses.iter().filter(succeeded).count(), 1, "{statuses:?}");
    assert!(
        statuses.iter().all(|status| !status.is_server_error()),
        "{statuses:?}"
    );
    assert_eq!(
        (
            count(&site, "belgie_users"),
            count(&site, "belgie_accounts")
        ),
        (1, 1)
    );
}

async fn lnk_01_a_link_does_not_lead_to_a_user_who_has_the_address_by_now(mut site: Site) {
    let mails = open(&mut site).await;
    let node = site.node().await;
    let refused = come_back(&Browser::new(), &node, &site).await;
    assert_eq!(refused.status(), 403, "{}", node.log());
    let token = token_in(&mails.mail_to(PAT, 1).await);
    site.run(&["user", "create", PAT]);

    let refused = follow(&node, &token).await;

    let answered = (refused.status().as_u16(), code(refused).await);
    assert_eq!(answered, (409, "account_exists".to_owned()));
    assert_eq!(
        (
            count(&site, "belgie_users"),
            count(&site, "belgie_accounts")
        ),
        (1, 0)
    );
}
