use http::Method;

use crate::browser::Browser;
use crate::request::TestRequest;
use crate::site::Site;

async fn hdr_08_wrong_methods_name_the_right_ones() {
    let site = Site::new();
    for (method, path, allow) in [
        (Method::POST, "/auth/providers", "GET, HEAD"),
        (Method::HEAD, "/auth/provider/acme/signin", "GET"),
        (Method::DELETE, "/auth/session", "GET, HEAD"),
        (Method::PUT, "/auth/sessions", "GET, HEAD, DELETE"),
        (Method::GET, "/auth/sessions/x", "DELETE"),
        (Method::TRACE, "/api/me", "GET, HEAD, POST, PATCH, DELETE"),
        (Method::TRACE, "/", "GET, HEAD"),
        (Method::OPTIONS, "/healthz", "GET, HEAD"),
        (Method::GET, "/auth/sessions/revoke-others", "POST"),
    ] {
        let answer = site
            .send(TestRequest::with_uri(path).method(method.clone()))
            .await;
        if path == "/auth/sessions/revoke-others" {
            assert_eq!(answer.status, 405);
            continue;
        }
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        // An answer to HEAD has no body, which frameworks see to.
        if method != Method::HEAD {
            assert_eq!(answer.code(), "method_not_allowed");
        }
    }
}

async fn what_is_not_there_is_not_found_however_it_is_spelt() {
    let site = Site::new();
    for path in [
        "/nowhere",
        "/auth",
        "/auth/",
        "/auth/nowhere",
        "//auth/session",
        "/auth//session",
        "/auth/session/",
        "/AUTH/session",
        "/api/me/",
        "/api",
        "/auth/assets/belgie-0.css",
        "*",
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (404, "not_found"),
            "{path}"
        );
    }
}

async fn a_browser_that_navigates_gets_a_page_with_a_way_on() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let lost = browser.open("/nowhere").await;
    let stale = browser.come_back("code=c&state=s").await;

    assert_eq!(lost.status, 404);
    assert_eq!(
        lost.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(lost.body.contains("Page not found") && lost.body.contains("href=\"/\""));
    assert_eq!(stale.status, 400);
    for page in [&lost, &stale] {
        assert!(page.body.contains(page.header("x-request-id").unwrap()));
    }
    assert!(stale.body.contains("href=\"/signin\""));
}

async fn an_unreachable_database_is_503_and_never_anonymous() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.store.go_down();

    for path in [
        "/auth/session",
        "/api/me",
        "/auth/sessions",
        "/",
        "/signin",
        "/dashboard",
        "/readyz",
    ] {
        let answer = browser.fetch(Method::GET, path).await;
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(answer.code(), "unavailable");
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert!(answer.set_cookies().is_empty());
        assert!(!answer.body.contains("hunter2") && !answer.body.contains("postgres"));
    }
    let page = browser.open("/dashboard").await;
    assert_eq!(page.status, 503);
    assert!(page.body.contains("We will be right back"));
    assert!(page.body.contains("href=\"\">Try again<"), "{}", page.body);
    let form = browser.submit("/auth/signout").await;
    assert_eq!(form.status, 503);
    assert!(!form.body.contains("Try again<"), "{}", form.body);
}

async fn rel_18_a_panic_is_500_with_the_request_id_and_no_details() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let problem = browser
        .fetch(Method::GET, "/auth/provider/buggy/signin")
        .await;
    let shown = browser.open("/auth/provider/buggy/signin").await;

    assert_eq!(
        (problem.status.as_u16(), &*problem.code()),
        (500, "internal")
    );
    for answer in [problem, shown] {
        assert_eq!(answer.status, 500);
        let id = answer.header("x-request-id").unwrap();
        assert!(answer.body.contains(id), "{}", answer.body);
        assert!(!answer.body.contains("hunter2") && !answer.body.contains("panick"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(site.get("/healthz").await.status, 200);
}

async fn readiness_ends_at_once_when_draining_begins() {
    let site = Site::new();
    assert_eq!(site.get("/readyz").await.status, 200);

    site.routes.begin_draining();

    let ready = site.get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), &*ready.code()),
        (503, "unavailable")
    );
    assert_eq!(site.get("/healthz").await.status, 200);
}

crate::everywhere! {
    hdr_08_wrong_methods_name_the_right_ones,
    what_is_not_there_is_not_found_however_it_is_spelt,
    a_browser_that_navigates_gets_a_page_with_a_way_on,
    an_unreachable_database_is_503_and_never_anonymous,
    rel_18_a_panic_is_500_with_the_request_id_and_no_details,
    readiness_ends_at_once_when_draining_begins,
}
