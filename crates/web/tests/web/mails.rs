//! Routes of mailed links.

use belgie_domain::Mail;
use serde_json::json;

use crate::answer::Answer;
use crate::json::{OTHER, RIGHT, fetch, post, registered, with};
use crate::request::TestRequest;
use crate::site::Site;

const FORGOT: &str = "/auth/password/forgot";
const RESET: &str = "/auth/password/reset";
const RESEND: &str = "/auth/email/resend";
const VERIFY: &str = "/auth/email/verify";
const CHANGE: &str = "/auth/email/change";
const CONFIRM: &str = "/auth/email/confirm";
pub(crate) const UNKNOWN: &str = "t_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub(crate) async fn mails(site: &Site) -> Vec<Mail> {
    site.auth.mails().deliver().await.unwrap();
    site.mailer.take_sent()
}

pub(crate) async fn mailed_token(site: &Site) -> String {
    let mails = mails(site).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (_, rest) = mails[0].text.split_once("?token=").unwrap();
    rest[..45].to_owned()
}

fn assert_refused(answer: &Answer) {
    let answered = (answer.status.as_u16(), &*answer.code());
    assert_eq!(answered, (400, "invalid_request"), "{answer:?}");
}

async fn pwd_07_a_mailed_token_changes_the_password_once() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    mails(&site).await;

    let jane = json!({"email": "jane@example.com"});
    assert_eq!(post(&site, FORGOT, &jane).await.status, 202);
    let token = mailed_token(&site).await;
    let reset = json!({"token": token, "password": OTHER});
    let answer = post(&site, RESET, &reset).await;

    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(answer.set_cookies().is_empty());
    assert!(!browser.is_signed_in().await);
    assert_refused(&post(&site, RESET, &reset).await);
    let login = json!({"email": "jane@example.com", "password": OTHER});
    assert_eq!(post(&site, "/auth/login", &login).await.status, 200);
}

async fn rat_08_known_and_unknown_addresses_get_the_same_answer() {
    let site = Site::new();
    let _browser = registered(&site).await;
    mails(&site).await;

    for path in [FORGOT, RESEND] {
        let mut answers = Vec::new();
        for email in ["jane@example.com", "nobody@example.com"] {
            let answer = post(&site, path, &json!({"email": email})).await;
            assert_eq!(answer.status, 202, "{answer:?}");
            answers.push(format!("{answer:?}"));
        }
        let ids = |answer: &str| answer.matches("x-request-id").count();
        assert_eq!(ids(&answers[0]), ids(&answers[1]));
        assert_eq!(answers[0].len(), answers[1].len());
        assert_eq!(mails(&site).await.len(), 1);
    }
}

async fn pwd_08_a_mail_goes_to_one_address() {
    let site = Site::new();
    let _browser = registered(&site).await;
    mails(&site).await;

    for path in [FORGOT, RESEND] {
        for body in [
            r#"{"email":["jane@example.com","mallory@evil.example"]}"#,
            r#"{"email":"jane@example.com","email":"mallory@evil.example"}"#,
            r#"{"email":{"0":"jane@example.com"}}"#,
            r#"{"email":"jane@example.com,mallory@evil.example"}"#,
            r#"{"email":"jane@example.com\r\nBcc: mallory@evil.example"}"#,
            r#"{"email":null}"#,
            "{}",
        ] {
            let request = with(TestRequest::post().uri(path), body);
            assert_refused(&site.send(request).await);
        }
    }
    assert_eq!(mails(&site).await, []);
}

async fn red_08_a_forged_host_does_not_reach_a_mail() {
    let site = Site::new();
    let _browser = registered(&site).await;
    mails(&site).await;
    let body = json!({"email": "jane@example.com"}).to_string();
    let request = with(TestRequest::post().uri(FORGOT), &body);

    let forged = request
        .insert_header(("x-forwarded-host", "evil.example"))
        .insert_header(("x-forwarded-proto", "http"))
        .insert_header(("forwarded", "host=evil.example;proto=http"));
    assert_eq!(site.send(forged).await.status, 202);

    let mail = mails(&site).await.remove(0);
    assert!(mail.text.contains("https://"), "{}", mail.text);
    for body in [&mail.text, &mail.html] {
        assert!(!body.contains("evil.example"), "{body}");
    }
}

async fn pwd_11_a_get_consumes_nothing() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    let token = mailed_token(&site).await;

    for _ in 0..2 {
        for path in [VERIFY, RESET, CONFIRM] {
            let address = format!("{path}?token={token}");
            let answer = site.send(TestRequest::get().uri(&address)).await;
            assert_eq!(answer.status, 405, "{answer:?}");
        }
    }
    let answer = fetch(&mut browser, VERIFY, &json!({"token": token})).await;

    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(browser.is_signed_in().await);
    let again = fetch(&mut browser, VERIFY, &json!({"token": token})).await;
    assert_refused(&again);
}

async fn lnk_05_verifying_elsewhere_ends_the_session() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    let token = mailed_token(&site).await;

    let answer = post(&site, VERIFY, &json!({"token": token})).await;

    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(!browser.is_signed_in().await);
}

async fn an_address_is_changed_by_a_mailed_token() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    mails(&site).await;

    let new = json!({"email": "jane@new.example"});
    let asked = fetch(&mut browser, CHANGE, &new).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let token = mailed_token(&site).await;
    let answer = post(&site, CONFIRM, &json!({"token": token})).await;

    assert_eq!(answer.status, 204, "{answer:?}");
    let login = json!({"email": "jane@new.example", "password": RIGHT});
    let answer = post(&site, "/auth/login", &login).await;
    assert_eq!(answer.json()["user"]["email_proved"], true);
}

async fn nobody_else_changes_an_address() {
    let site = Site::new();
    let _browser = registered(&site).await;
    mails(&site).await;

    let answer = post(&site, CHANGE, &json!({"email": "mallory@evil.example"})).await;

    let answered = (answer.status.as_u16(), &*answer.code());
    assert_eq!(answered, (401, "not_authenticated"), "{answer:?}");
    assert_eq!(mails(&site).await, []);
}

async fn pwd_07_unknown_and_malformed_tokens_are_refused() {
    let site = Site::new();
    for token in [UNKNOWN, "", "t_", "s_", &UNKNOWN[1..], &UNKNOWN[..44]] {
        for path in [RESET, VERIFY, CONFIRM] {
            let body = json!({"token": token, "password": OTHER});
            assert_refused(&post(&site, path, &body).await);
        }
    }
}

crate::everywhere! {
    pwd_07_a_mailed_token_changes_the_password_once,
    rat_08_known_and_unknown_addresses_get_the_same_answer,
    pwd_08_a_mail_goes_to_one_address,
    red_08_a_forged_host_does_not_reach_a_mail,
    pwd_11_a_get_consumes_nothing,
    lnk_05_verifying_elsewhere_ends_the_session,
    an_address_is_changed_by_a_mailed_token,
    nobody_else_changes_an_address,
    pwd_07_unknown_and_malformed_tokens_are_refused,
}
