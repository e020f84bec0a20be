use http::Method;

use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::site::Site;

async fn ses_10_signing_out_ends_the_session_on_the_server() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = browser.cookies[SESSION].clone();

    let answer = browser.submit("/auth/signout").await;

    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/"));
    assert!(!browser.cookies.contains_key(SESSION));
    let page = browser.open("/").await;
    assert!(page.body.contains("You are signed out."));
    assert!(!browser.open("/").await.body.contains("You are signed out."));
    browser.cookies.insert(SESSION.to_owned(), token);
    assert!(!browser.is_signed_in().await);
}

async fn a_program_gets_204_with_or_without_a_body() {
    let site = Site::new();
    for (content_type, body) in [(None, ""), (Some("application/json"), "{}")] {
        let mut browser = Browser::signed_in(&site).await;
        let mut request = browser
            .request(Method::POST, "/auth/signout")
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_payload(body);
        if let Some(content_type) = content_type {
            request = request.insert_header(("content-type", content_type));
        }

        let answer = browser.send(request).await;

        assert_eq!(answer.status, 204);
        assert!(!browser.is_signed_in().await);
    }
}

async fn ses_16_signing_out_twice_is_fine_and_sets_no_cookie_without_need() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    browser.submit("/auth/signout").await;
    let again = browser.submit("/auth/signout").await;

    assert_eq!(again.status, 303);
    assert!(again.set_cookies().is_empty());
    let plain = site.send(TestRequest::post().uri("/auth/signout")).await;
    assert_eq!(plain.status, 204);
}

async fn ses_16_tokens_that_open_nothing_cost_no_transaction() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let before = site.store.transactions();
    let made_up = ["A", "B", "C", "D"].map(|letter| format!("{SESSION}=s_{}A", letter.repeat(42)));
    let request = TestRequest::post()
        .uri("/auth/signout")
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("cookie", made_up.join("; ")));

    let answer = site.send(request).await;

    assert_eq!(answer.status, 204);
    assert!(site.store.session_reads() >= 4, "they are well-formed");
    assert_eq!(site.store.transactions(), before);
    browser.submit("/auth/signout").await;
    assert_eq!(site.store.transactions(), before + 1);
}

async fn ses_16_only_a_post_of_this_site_signs_out() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let got = browser.fetch(Method::GET, "/auth/signout").await;
    assert_eq!(
        (got.status.as_u16(), got.header("allow")),
        (405, Some("POST"))
    );
    let page = browser.open("/auth/signout").await;
    assert_eq!(page.status, 200);
    assert!(page.set_cookies().is_empty());
    assert_eq!(page.body.matches("action=\"/auth/signout\"").count(), 1);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("referer", "https://a.example/"),
    ] {
        let request = browser
            .request(Method::POST, "/auth/signout")
            .insert_header((name, value));
        let answer = browser.send(request).await;
        assert_eq!(answer.code(), "cross_origin", "{name}");
        assert!(answer.set_cookies().is_empty());
    }

    assert!(browser.is_signed_in().await);
}

async fn ses_08_signing_out_with_a_planted_cookie_ends_the_true_session() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = &browser.cookies[SESSION];

    let request = browser
        .request(Method::POST, "/auth/signout")
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("cookie", format!("{SESSION}=planted; {SESSION}={token}")));
    let answer = site.send(request).await;

    assert_eq!(answer.status, 204);
    assert!(!browser.is_signed_in().await);
}

async fn csr_03_other_content_types_are_refused() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    for path in ["/auth/signout", "/auth/sessions/revoke-others"] {
        let request = browser
            .request(Method::POST, path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "text/plain"));
        let answer = browser.send(request).await;
        assert_eq!(answer.status, 415);
        assert_eq!(answer.code(), "unsupported_media_type");
    }
    assert!(browser.is_signed_in().await);
}

crate::everywhere! {
    ses_16_tokens_that_open_nothing_cost_no_transaction,
    ses_16_only_a_post_of_this_site_signs_out,
    ses_10_signing_out_ends_the_session_on_the_server,
    a_program_gets_204_with_or_without_a_body,
    ses_16_signing_out_twice_is_fine_and_sets_no_cookie_without_need,
    ses_08_signing_out_with_a_planted_cookie_ends_the_true_session,
    csr_03_other_content_types_are_refused,
}
