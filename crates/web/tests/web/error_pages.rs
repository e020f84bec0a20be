//! Errors on pages of the application's own.

use belgie_web::{Body, Code, ProblemRenderer, Reply};
use http::Method;

use crate::browser::Browser;
use crate::site::Site;

async fn a_sign_in_that_fails_can_end_on_a_page_of_the_applications_own() {
    let site = Site::with(|config| config.error_page = Some("/login?theme=dark".to_owned()));
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;

    let cancelled = browser
        .come_back(&format!("error=access_denied&state={state}"))
        .await;
    let elsewhere = browser
        .open("/auth/provider/acme/signin?redirect_url=https://evil.example")
        .await;

    assert_eq!(cancelled.status, 303);
    assert!(
        cancelled
            .location()
            .starts_with("/login?theme=dark&error=access_denied"),
        "{}",
        cancelled.location()
    );
    assert!(
        elsewhere
            .location()
            .starts_with("/login?theme=dark&error=redirect_not_allowed")
    );
    assert!(!elsewhere.location().contains("evil"));
}

async fn programs_get_the_problem_all_the_same() {
    let site = Site::with(|config| config.error_page = Some("/login".to_owned()));
    let mut browser = Browser::new(&site);

    let path = "/auth/provider/acme/callback?code=c&state=s";
    let answer = browser.fetch(Method::GET, path).await;

    assert_eq!(answer.code(), "invalid_state");
}

async fn errors_can_be_shown_in_the_applications_own_way() {
    let renderer = ProblemRenderer::new(|problem, request| {
        let is_lost = problem.code() == Code::NotFound;
        let text = format!("{} is not here", request.path());
        let body = Body::Bytes(text.into_bytes());
        is_lost.then(|| Reply::new(404).with_body("text/plain", body))
    });
    let site = Site::with(|config| config.renderer = Some(renderer));

    let lost = site.get("/nowhere").await;
    let other = site.get("/api/me").await;

    assert_eq!(lost.status, 404);
    assert_eq!(
        lost.body,
        format!("{}/nowhere is not here", site.setup.base).replace("/account/", "/")
    );
    assert_eq!(lost.header("cache-control"), Some("no-store"));
    assert!(lost.header("content-security-policy").is_some());
    assert_eq!(other.code(), "not_authenticated");
}

crate::everywhere! {
    a_sign_in_that_fails_can_end_on_a_page_of_the_applications_own,
    programs_get_the_problem_all_the_same,
    errors_can_be_shown_in_the_applications_own_way,
}
