//! A mail server that is down, silent or back again.

use std::time::Duration;

use tokio::net::TcpListener;

use super::{JANE, forgot, register, register_as};
use crate::support::mail_server::{MailServer, smtp_url};
use crate::support::program::{Node, free_port};
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{make_mails_due, waiting_mails};

on_both_databases! {
    mails_wait_while_the_server_is_down_and_arrive_once,
    mails_that_wait_survive_a_restart,
    a_silent_mail_server_delays_no_answer,
}

const PATIENCE: Duration = Duration::from_secs(60);
const RETRIED: &str = "a mail was not sent and will be retried";

async fn without_server(site: &mut Site) -> (u16, Node) {
    let port = free_port();
    site.set("SMTP_URL", smtp_url(port));
    site.set("MAIL_FROM", "no-reply@example.com");
    (port, site.node().await)
}

async fn until(what: &str, node: &Node, is_so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    assert!(waited.await.is_ok(), "{what}: {}", node.log());
}

/// Checks that Jane has no more mails than these, once a later one has arrived.
async fn assert_no_more(mails: &MailServer, node: &Node, expected: usize) {
    assert_eq!(register_as(node, "john@example.com").await.1.status(), 201);
    mails.mail_to("john@example.com", 1).await;

    assert_eq!(mails.mails_to(JANE).len(), expected, "{}", mails.printed());
}

async fn mails_wait_while_the_server_is_down_and_arrive_once(mut site: Site) {
    let (port, node) = without_server(&mut site).await;

    let (browser, answer) = register(&node).await;
    forgot(&node, JANE).await;
    forgot(&node, "nobody@example.com").await;

    assert_eq!(answer.status(), 201);
    assert!(browser.me(&node).await.is_some());
    // The one to nobody is the last, and needs no server: once it is gone, the others have been tried.
    until("both are tried", &node, || {
        waiting_mails(&site) == 2 && node.log().matches(RETRIED).count() == 2
    })
    .await;

    let mails = MailServer::start_at(port).await;
    make_mails_due(&site);
    // The next commit wakes the sender.
    forgot(&node, "nobody@example.com").await;
    mails.mail_to(JANE, 2).await;
    until("none is left", &node, || waiting_mails(&site) == 0).await;
    assert_no_more(&mails, &node, 2).await;
}

async fn mails_that_wait_survive_a_restart(mut site: Site) {
    let (port, mut node) = without_server(&mut site).await;
    register(&node).await;
    forgot(&node, JANE).await;
    until("both are tried", &node, || {
        node.log().matches(RETRIED).count() == 2
    })
    .await;
    node.kill().await;
    assert_eq!(waiting_mails(&site), 2);

    let mails = MailServer::start_at(port).await;
    make_mails_due(&site);
    let node = site.node().await;

    mails.mail_to(JANE, 2).await;
    until("none is left", &node, || waiting_mails(&site) == 0).await;
    assert_no_more(&mails, &node, 2).await;
}

async fn a_silent_mail_server_delays_no_answer(mut site: Site) {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    site.set("SMTP_URL", smtp_url(silent.local_addr().unwrap().port()));
    site.set("MAIL_FROM", "no-reply@example.com");
    let node = site.node().await;

    let (_, answer) = register(&node).await;
    let (_connection, _) = silent.accept().await.unwrap();
    forgot(&node, JANE).await;
    forgot(&node, "nobody@example.com").await;

    // Nothing has been given up: the answers came while the first mail was being handed over.
    assert_eq!(answer.status(), 201);
    assert!(!node.log().contains(RETRIED), "{}", node.log());
    assert_eq!(waiting_mails(&site), 3);
}
