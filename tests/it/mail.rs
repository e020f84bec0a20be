//! Mails by a mail server that we did not write, and what their links do.

mod outage;
mod tls;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::browser::{Browser, code};
use crate::support::mail_server::{MailServer, token_in};
use crate::support::program::Node;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::dump;

on_both_databases! {
    pwd_07_a_forgotten_password_is_replaced_by_a_mailed_link,
    pwd_11_an_address_is_verified_before_the_first_session,
    red_08_a_forged_host_is_in_no_mail,
    cfg_02_mailed_tokens_are_neither_stored_nor_logged,
}

const RIGHT: &str = "correct horse battery staple";
const OTHER: &str = "another password of Jane's own";
const JANE: &str = "jane@example.com";

async fn open(site: &mut Site) -> (MailServer, Node) {
    let mails = MailServer::start().await;
    site.set("SMTP_URL", mails.url());
    site.set("MAIL_FROM", "Example <no-reply@example.com>");
    let node = site.node().await;
    (mails, node)
}

async fn post(browser: &Browser, node: &Node, path: &str, body: Value) -> Response {
    let request = browser.request(Method::POST, node.url(path));
    request.json(&body).send().await.unwrap()
}

async fn register(node: &Node) -> (Browser, Response) {
    register_as(node, JANE).await
}

async fn register_as(node: &Node, email: &str) -> (Browser, Response) {
    let (browser, body) = (Browser::new(), json!({"email": email, "password": RIGHT}));
    let answer = post(&browser, node, "/auth/register", body).await;
    (browser, answer)
}

async fn forgot(node: &Node, email: &str) {
    let (browser, body) = (Browser::new(), json!({"email": email}));
    let answer = post(&browser, node, "/auth/password/forgot", body).await;
    assert_eq!(answer.status(), 202);
}

async fn pwd_07_a_forgotten_password_is_replaced_by_a_mailed_link(mut site: Site) {
    let (mails, node) = open(&mut site).await;
    let (before, answer) = register(&node).await;
    assert_eq!(answer.status(), 201);
    mails.mail_to(JANE, 1).await;

    forgot(&node, "nobody@example.com").await;
    forgot(&node, JANE).await;
    let mail = mails.mail_to(JANE, 2).await;
    assert!(mail.contains("Subject: Choose a new password"), "{mail}");
    assert!(
        mail.contains("From: Example <no-reply@example.com>"),
        "{mail}"
    );
    let reset = json!({"token": token_in(&mail), "password": OTHER});
    let browser = Browser::new();
    let answer = post(&browser, &node, "/auth/password/reset", reset.clone()).await;

    assert_eq!(answer.status(), 204, "{}", node.log());
    assert!(before.me(&node).await.is_none());
    let again = post(&browser, &node, "/auth/password/reset", reset).await;
    assert_eq!(code(again).await, "invalid_request");
    let login = json!({"email": JANE, "password": OTHER});
    let answer = post(&browser, &node, "/auth/login", login).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(browser.me(&node).await.unwrap()["email_proved"], true);
    mails.mail_to(JANE, 3).await;
    assert!(!mails.printed().contains("nobody@example.com"));
}

async fn pwd_11_an_address_is_verified_before_the_first_session(mut site: Site) {
    site.set("EMAIL_VERIFICATION", "required");
    let (mails, node) = open(&mut site).await;
    let (browser, answer) = register(&node).await;
    assert_eq!(answer.status(), 202);
    let login = json!({"email": JANE, "password": RIGHT});
    let early = post(&browser, &node, "/auth/login", login.clone()).await;
    assert_eq!(code(early).await, "invalid_credentials");

    let token = token_in(&mails.mail_to(JANE, 1).await);
    let verify = json!({"token": token, "password": OTHER});
    let answer = post(&browser, &node, "/auth/email/verify", verify.clone()).await;

    assert_eq!(answer.status(), 204, "{}", node.log());
    let again = post(&browser, &node, "/auth/email/verify", verify).await;
    assert_eq!(code(again).await, "invalid_request");
    let answer = post(&browser, &node, "/auth/login", login).await;
    assert_eq!(code(answer).await, "invalid_credentials");
    let login = json!({"email": JANE, "password": OTHER});
    let answer = post(&browser, &node, "/auth/login", login).await;
    assert_eq!(answer.status(), 200);
}

async fn red_08_a_forged_host_is_in_no_mail(mut site: Site) {
    let (mails, node) = open(&mut site).await;
    register(&node).await;
    mails.mail_to(JANE, 1).await;

    let forged = Browser::new()
        .request(Method::POST, node.url("/auth/password/forgot"))
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .json(&json!({"email": JANE}));
    assert_eq!(forged.send().await.unwrap().status(), 202);

    let mail = mails.mail_to(JANE, 2).await;
    assert!(mail.contains(&node.url("/reset?token=")), "{mail}");
    assert!(!mail.contains("evil.example"), "{mail}");
}

async fn cfg_02_mailed_tokens_are_neither_stored_nor_logged(mut site: Site) {
    let mails = MailServer::start().await;
    site.set("SMTP_URL", mails.url());
    site.set("MAIL_FROM", "no-reply@example.com");
    let node = Node::start_logging(site.directory.path(), &site.settings, "trace").await;
    register(&node).await;
    let verifying = token_in(&mails.mail_to(JANE, 1).await);
    forgot(&node, JANE).await;
    let resetting = token_in(&mails.mail_to(JANE, 2).await);

    for (page, token) in [("verify", &verifying), ("reset", &resetting)] {
        let browser = Browser::new();
        let address = node.url(&format!("/{page}?token={token}"));
        let opened = browser.get(address).await.text().await.unwrap();
        assert!(opened.contains(&**token), "{opened}");
    }

    let (stored, logged) = (dump(&site), node.log());

    for token in [&verifying, &resetting] {
        assert!(!stored.contains(&**token));
        assert!(!logged.contains(&**token), "{logged}");
    }
}
