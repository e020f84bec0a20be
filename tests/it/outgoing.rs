use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault, Person};

use crate::browser::{Browser, code};
use crate::site::{Kind, Site};

#[tokio::test]
async fn net_01_a_provider_that_does_not_answer_is_given_up_after_ten_seconds() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let callback = site
        .idp
        .authorize(&browser.begin(&node).await, "jane")
        .await
        .unwrap();
    site.idp
        .fault(Fault::answer(Endpoint::Token, Answer::Silent));

    let begun = Instant::now();
    let answer = browser.get(callback).await;

    assert!(
        begun.elapsed() < Duration::from_secs(11),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(
        (answer.status().as_u16(), code(answer).await.as_str()),
        (504, "provider_unavailable")
    );
}

#[tokio::test]
async fn net_02_a_redirect_of_the_token_endpoint_is_not_followed() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let callback = site
        .idp
        .authorize(&browser.begin(&node).await, "jane")
        .await
        .unwrap();
    site.idp.fault(Fault::answer(
        Endpoint::Token,
        Answer::Redirect {
            to: site.idp.trap_url(),
        },
    ));

    let answer = browser.get(callback).await;

    assert_eq!(
        (answer.status().as_u16(), code(answer).await.as_str()),
        (502, "provider_unavailable")
    );
    assert_eq!(site.idp.request_count(Endpoint::Trap), 0);
}

#[tokio::test]
async fn net_05_a_provider_that_hangs_slows_nobody_else() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    site.idp
        .fault(Fault::answer(Endpoint::Token, Answer::Silent));
    let mut hanging = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let browser = Browser::new();
        let callback = site
            .idp
            .authorize(&browser.begin(&node).await, "john")
            .await
            .unwrap();
        hanging.spawn(async move { browser.get(callback).await.status().as_u16() });
    }

    let begun = Instant::now();
    for _ in 0..20 {
        assert!(jane.me(&node).await.is_some());
    }
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );

    let answers = hanging.join_all().await;
    assert!(
        answers.iter().all(|status| matches!(status, 502..=504)),
        "{answers:?}"
    );
}

#[tokio::test]
async fn net_06_a_code_is_never_sent_twice() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    site.idp
        .fault_once(Fault::answer(Endpoint::Token, Answer::Status(503)));

    let answer = browser.try_sign_in(&node, &site.idp, "jane").await;

    assert_eq!(answer.status(), 502);
    assert_eq!(site.idp.request_count(Endpoint::Token), 1);
}

#[tokio::test]
async fn net_07_pictures_are_not_fetched_by_the_server() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let person = Person::new("pat")
        .email("pat@gmail.com")
        .email_verified(true);
    site.idp.put_person(person.picture(site.idp.trap_url()));

    browser.sign_in(&node, &site.idp, "pat").await;
    browser.get(node.url("/dashboard")).await;

    assert_eq!(site.idp.request_count(Endpoint::Trap), 0);
}

#[tokio::test]
async fn mix_02_a_response_of_another_issuer_is_refused_unasked() {
    for fault in [
        Fault::callback("iss", "https://evil.example"),
        Fault::without_callback("iss"),
    ] {
        let site = Site::new(Kind::Sqlite).await;
        let (node, browser) = (site.node().await, Browser::new());
        site.idp.fault(fault);

        let answer = browser.try_sign_in(&node, &site.idp, "jane").await;

        assert_eq!(
            (answer.status().as_u16(), code(answer).await.as_str()),
            (400, "issuer_mismatch")
        );
        assert_eq!(site.idp.request_count(Endpoint::Token), 0);
    }
}

#[tokio::test]
async fn mix_03_a_code_goes_to_the_provider_that_was_asked_alone() {
    let mut site = Site::new(Kind::Sqlite).await;
    let evil = belgie_idp_emulator::Emulator::builder()
        .client_any_redirect("evil", "evil-secret")
        .start()
        .await
        .unwrap();
    site.set("OIDC_PROVIDERS", "evil");
    site.set("OIDC_EVIL_ISSUER_URL", evil.issuer());
    site.set("OIDC_EVIL_CLIENT_ID", "evil");
    site.set("OIDC_EVIL_CLIENT_SECRET", "evil-secret");
    let (node, browser) = (site.node().await, Browser::new());

    let mut callback = site
        .idp
        .authorize(&browser.begin(&node).await, "jane")
        .await
        .unwrap();
    callback.set_path("/auth/provider/evil/callback");
    let answer = browser.get(callback).await;

    assert_eq!(code(answer).await, "invalid_state");
    assert_eq!(
        (
            evil.request_count(Endpoint::Token),
            site.idp.request_count(Endpoint::Token)
        ),
        (0, 0)
    );
}
