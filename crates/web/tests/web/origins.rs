use http::Method;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::request::TestRequest;
use crate::site::{SPA, Site};

async fn delete(site: &Site, browser: &Browser<'_>, headers: &[(&'static str, &str)]) -> Answer {
    let request = headers.iter().fold(
        browser.request(Method::DELETE, "/auth/sessions"),
        |request, header| request.append_header(*header),
    );
    site.send(request).await
}

async fn csr_01_a_change_by_cookie_must_come_from_this_site() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    for (headers, passes) in [
        (&[("sec-fetch-site", "same-origin")] as &[_], true),
        (&[("sec-fetch-site", "none")], true),
        (&[("origin", "https://a.example")], true),
        (&[("origin", SPA), ("sec-fetch-site", "cross-site")], true),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", "https://evil.example")], false),
        (&[("origin", "null")], false),
        (&[], false),
    ] {
        let answer = delete(&site, &browser, headers).await;
        assert_eq!(answer.status == 200, passes, "{headers:?}");
        if !passes {
            assert_eq!(answer.status, 403);
            assert_eq!(answer.code(), "cross_origin");
        }
    }
}

async fn csr_01_a_bearer_needs_no_origin() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let token = &browser.cookies[crate::browser::SESSION];

    let request = TestRequest::delete()
        .uri("/auth/sessions")
        .insert_header(("origin", "https://evil.example"))
        .insert_header(("authorization", format!("Bearer {token}")));

    assert_eq!(site.send(request).await.status, 200);
}

async fn csr_02_signing_out_without_a_cookie_is_held_to_the_same_rule() {
    let site = Site::new();
    let form = TestRequest::post()
        .uri("/auth/signout")
        .insert_header(("origin", "https://evil.example"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"));

    let answer = site.send(form).await;

    assert_eq!(answer.code(), "cross_origin");
    assert!(answer.set_cookies().is_empty());
}

async fn csr_04_reading_changes_nothing() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let events = site.store.events().len();

    for path in [
        "/",
        "/signin",
        "/dashboard",
        "/auth/providers",
        "/auth/session",
        "/auth/sessions",
        "/auth/signout",
        "/auth/sessions/revoke-others",
        "/api/me",
        "/healthz",
        "/readyz",
    ] {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            browser.fetch(method, path).await;
        }
    }

    assert_eq!(site.store.events().len(), events);
    assert!(browser.is_signed_in().await);
}

async fn csr_05_only_trusted_origins_may_call_with_credentials() {
    let site = Site::new();
    for (origin, trusted) in [
        (SPA, true),
        ("https://evil.example", false),
        ("https://spa.example.evil", false),
        ("http://spa.example", false),
        ("null", false),
    ] {
        for path in ["/auth/session", "/api/me"] {
            let request = TestRequest::get()
                .uri(path)
                .insert_header(("origin", origin));
            let answer = site.send(request).await;
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, trusted.then_some(origin), "{origin}");
            assert_eq!(answer.code(), "not_authenticated");
        }
    }
}

async fn csr_05_preflights_are_answered_for_trusted_origins() {
    let site = Site::new();
    let preflight = |origin| {
        TestRequest::with_uri("/auth/sessions")
            .method(Method::OPTIONS)
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "DELETE"))
            .insert_header(("access-control-request-headers", "content-type"))
    };

    let trusted = site.send(preflight(SPA)).await;
    let other = site.send(preflight("https://evil.example")).await;

    assert_eq!(trusted.status, 200);
    assert_eq!(trusted.header("access-control-allow-origin"), Some(SPA));
    assert_eq!(
        trusted.header("access-control-allow-credentials"),
        Some("true")
    );
    assert!(trusted.header("vary").unwrap().contains("Origin"));
    assert_eq!(other.header("access-control-allow-origin"), None);
}

async fn csr_06_method_overrides_are_ignored() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let request = browser
            .request(Method::GET, "/auth/sessions?_method=DELETE")
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header((name, "DELETE"));
        let answer = browser.send(request).await;
        assert!(answer.json()["sessions"].is_array(), "{name}");
    }
}

async fn csr_05_trusted_origins_may_read_refusals_too() {
    let site = Site::new();
    let refused = |origin: &'static str| {
        TestRequest::get()
            .uri("/api/me")
            .insert_header(("origin", origin))
            .insert_header(("x-long", "x".repeat(17_000)))
    };

    let read = site.send(refused(SPA)).await;
    let hidden = site.send(refused("https://evil.example")).await;

    assert_eq!((read.status, hidden.status), (hidden.status, read.status));
    assert_eq!(read.status, 431);
    assert_eq!(read.header("access-control-allow-origin"), Some(SPA));
    assert_eq!(
        read.header("access-control-allow-credentials"),
        Some("true")
    );
    assert_eq!(hidden.header("access-control-allow-origin"), None);
}

crate::everywhere! {
    csr_01_a_change_by_cookie_must_come_from_this_site,
    csr_01_a_bearer_needs_no_origin,
    csr_02_signing_out_without_a_cookie_is_held_to_the_same_rule,
    csr_04_reading_changes_nothing,
    csr_05_only_trusted_origins_may_call_with_credentials,
    csr_05_preflights_are_answered_for_trusted_origins,
    csr_06_method_overrides_are_ignored,
    csr_05_trusted_origins_may_read_refusals_too,
}
