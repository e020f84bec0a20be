//! The page with the mails of a development server.

use belgie_domain::Mail;
use belgie_web::{Mailbox, UnknownHosts};
use chrono::{DateTime, TimeDelta};

use crate::answer::Answer;
use crate::header_audit::HeaderAudit;
use crate::request::TestRequest;
use crate::site::Site;

const PAGE: &str = "/dev/mail";

fn mail(subject: &str, text: &str) -> Mail {
    Mail {
        to: "jane@example.com".parse().unwrap(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: format!("<html><head></head><body style=\"margin:0\"><p>{text}</p></body></html>"),
    }
}

/// A site whose page shows these mails, each an hour after the one before.
fn site_with(mails: impl IntoIterator<Item = Mail>) -> Site {
    let mailbox = Mailbox::default();
    for (mail, hours) in mails.into_iter().zip(0..) {
        mailbox.add(mail, DateTime::UNIX_EPOCH + TimeDelta::hours(hours));
    }
    Site::with(|config| config.mailbox = Some(mailbox))
}

/// Opens the page in a browser, which names the host.
async fn open(site: &Site) -> Answer {
    let request = TestRequest::get().uri(PAGE);
    site.send(request.insert_header(("host", "a.example")))
        .await
}

async fn mails_are_shown_newest_first_with_links() {
    let link = "https://a.example/reset?token=t_x";
    let site = site_with([
        mail("First", &format!("Choose it here:\n{link}\n\nBye.")),
        mail("Second", "Your password was changed."),
    ]);

    let page = open(&site).await;

    assert_eq!(page.status, 200);
    let body = &page.body;
    let position = |text: &str| body.find(text).unwrap_or_else(|| panic!("{text}: {body}"));
    assert!(position("Second") < position("First"));
    position("To <strong class=\"email\">jane@example.com</strong>");
    position("1 Jan 1970, 01:00 UTC");
    position(&format!(
        "Choose it here:\n<a href=\"{link}\">{link}</a>\n\nBye."
    ));
}

async fn an_empty_mailbox_says_how_mails_come_about() {
    let page = open(&site_with([])).await;

    assert_eq!(page.status, 200);
    assert!(page.body.contains("No mail yet"), "{}", page.body);
    HeaderAudit::default().look(PAGE, &page);
}

async fn hdr_03_hdr_05_a_mail_can_run_nothing_on_the_page() {
    let evil = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\" autofocus=\"";
    let site = site_with([mail(evil, evil)]);

    let page = open(&site).await;

    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(!page.body.contains("<img src=x"), "{}", page.body);
    assert!(!page.body.contains("\" autofocus"), "{}", page.body);
    let (_, frame) = page.body.split_once("<iframe").unwrap();
    let (frame, _) = frame.split_once('>').unwrap();
    let sandbox = " sandbox=\"allow-top-navigation-by-user-activation\" ";
    assert!(frame.contains(sandbox), "{frame}");
    assert_eq!(
        page.header("content-security-policy"),
        Some(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; style-src-attr 'unsafe-inline'"
        )
    );
}

async fn hdr_06_mails_are_shown_under_the_name_of_the_site_alone() {
    for unknown_hosts in [UnknownHosts::Serve, UnknownHosts::Redirect] {
        let site = Site::with(|config| config.unknown_hosts = unknown_hosts);

        for (host, status) in [("a.example", 200), ("evil.example", 421), ("", 421)] {
            let request = TestRequest::get().uri(PAGE);
            let answer = site.send(request.insert_header(("host", host))).await;
            assert_eq!(answer.status, status, "{host}");
        }
    }
}

async fn cfg_01_only_a_development_server_has_the_page() {
    let site = Site::with(|config| config.mailbox = None);

    for method in ["GET", "HEAD", "POST"] {
        let request = TestRequest::with_uri(PAGE).method(method.parse().unwrap());
        let answer = site
            .send(request.insert_header(("host", "a.example")))
            .await;
        assert_eq!(answer.status, 404, "{method}");
    }
}

crate::everywhere! {
    mails_are_shown_newest_first_with_links,
    an_empty_mailbox_says_how_mails_come_about,
    hdr_03_hdr_05_a_mail_can_run_nothing_on_the_page,
    hdr_06_mails_are_shown_under_the_name_of_the_site_alone,
    cfg_01_only_a_development_server_has_the_page,
}
