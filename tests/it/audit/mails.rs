use reqwest::Response;
use serde_json::{Value, json};

use super::{AGENT, Golden, id_of};
use crate::support::browser::Browser;
use crate::support::mail_server::{MailServer, token_in};
use crate::support::program::Node;
use crate::support::site::Site;

const FIRST: &str = "ghost@example.com";
const SECOND: &str = "ghost@new.example";

/// A user whom the operator created verifies the address, chooses a password, and takes another address.
pub(super) async fn links_are_followed(
    (site, node): (&Site, &Node),
    mails: &MailServer,
    golden: &mut Golden,
) {
    site.run(&["user", "create", FIRST, "--unverified"]);
    let ghost = id_of(site, FIRST);
    golden.expect_by_operator("user_created success", &ghost);
    let browser = Browser::new();
    let post = async |path: &str, body: Value| post(&browser, node, path, body).await;

    post("/auth/email/resend", json!({"email": FIRST})).await;
    let token = token_in(&mails.mail_to(FIRST, 1).await);
    let answer = post("/auth/email/verify", json!({"token": token})).await;
    golden.expect("email_verified success", "-", &ghost, &answer);

    post("/auth/password/forgot", json!({"email": FIRST})).await;
    let token = token_in(&mails.mail_to(FIRST, 2).await);
    let password = "correct horse battery staple";
    let reset = json!({"token": token, "password": password});
    let answer = post("/auth/password/reset", reset).await;
    golden.expect("password_reset success", "password", &ghost, &answer);

    let login = json!({"email": FIRST, "password": password});
    let answer = post("/auth/login", login).await;
    golden.expect("sign_in success", "password", &ghost, &answer);
    post("/auth/email/change", json!({"email": SECOND})).await;
    let token = token_in(&mails.mail_to(SECOND, 1).await);
    let answer = post("/auth/email/confirm", json!({"token": token})).await;
    golden.expect("email_changed success", "-", &ghost, &answer);
}

async fn post(browser: &Browser, node: &Node, path: &str, body: Value) -> Response {
    let request = browser.request(reqwest::Method::POST, node.url(path));
    let request = request.header("user-agent", AGENT).json(&body);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {answer:?}");
    answer
}
