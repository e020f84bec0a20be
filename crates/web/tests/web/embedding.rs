use chrono::TimeDelta;
use http::Method;

use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::setup::{Framework, Setup};
use crate::site::{Routes, Site};

fn of_site(request: TestRequest) -> TestRequest {
    request.insert_header(("sec-fetch-site", "same-origin"))
}

async fn a_host_application_knows_who_is_signed_in() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let answer = site.ask(browser.request(Method::GET, "/hello")).await;

    assert_eq!(answer.body, "hello Jane Doe");
}

async fn anonymous_is_401_for_programs_and_a_redirect_for_browsers() {
    let site = Site::new();

    let program = site.ask(TestRequest::get().uri("/hello")).await;
    assert_eq!(
        (program.status.as_u16(), &*program.code()),
        (401, "not_authenticated")
    );

    let page = TestRequest::get()
        .uri("/hello?a=b")
        .insert_header(("accept", "text/html"));
    let page = site.ask(page).await;
    // Two providers and no page of ours: there is no place to send the browser to.
    assert_eq!(page.status, 401);
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );

    let site = Site::with(|config| config.sign_in_page = Some("/login?theme=dark".to_owned()));
    let page = TestRequest::get()
        .uri("/hello?a=b")
        .insert_header(("sec-fetch-mode", "navigate"));
    let page = site.ask(page).await;
    assert_eq!(page.status, 303);
    assert_eq!(
        page.location(),
        "/login?theme=dark&redirect_url=%2Fhello%3Fa%3Db"
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

async fn an_optional_user_is_none_without_a_session_but_not_when_the_database_fails() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let nobody = site.ask(TestRequest::get().uri("/maybe")).await;
    let garbage = TestRequest::get()
        .uri("/maybe")
        .insert_header(("cookie", format!("{SESSION}=x")));
    let garbage = site.ask(garbage).await;
    let somebody = site.ask(browser.request(Method::GET, "/maybe")).await;
    site.store.go_down();
    let unknown = site.ask(browser.request(Method::GET, "/maybe")).await;

    assert_eq!((&*nobody.body, &*garbage.body), ("nobody", "nobody"));
    assert_eq!(somebody.body.len(), 36);
    assert_eq!(
        (unknown.status.as_u16(), &*unknown.code()),
        (503, "unavailable")
    );
}

async fn however_many_extractors_ask_the_store_is_asked_once() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let before = site.store.session_reads();

    let answer = site.ask(browser.request(Method::GET, "/everything")).await;

    assert_eq!(answer.body, "one of each");
    assert_eq!(site.store.session_reads(), before + 1);
}

async fn a_route_without_authentication_never_reads_the_store() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let before = site.store.session_reads();

    let answer = site.ask(browser.request(Method::GET, "/api/other")).await;

    assert_eq!(answer.body, "the host's");
    assert_eq!(site.store.session_reads(), before);
}

async fn csr_01_the_hosts_own_changes_are_held_to_the_origin_rule() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    for path in ["/hello", "/maybe"] {
        let foreign = browser
            .request(Method::POST, path)
            .insert_header(("origin", "https://evil.example"));
        assert_eq!(site.ask(foreign).await.code(), "cross_origin");
        let own = of_site(browser.request(Method::POST, path));
        assert_eq!(site.ask(own).await.status, 200);
    }
}

async fn only_admins_pass_where_admins_are_required() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let nobody = site.ask(TestRequest::get().uri("/admin/reports")).await;
    let user = site
        .ask(browser.request(Method::GET, "/admin/reports"))
        .await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    let id = me["id"].as_str().unwrap().parse().unwrap();
    site.auth
        .operator()
        .set_role(id, belgie_domain::Role::ADMIN)
        .await
        .unwrap();
    let admin = site
        .ask(browser.request(Method::GET, "/admin/reports"))
        .await;

    assert_eq!(nobody.status, 401);
    assert_eq!((user.status.as_u16(), &*user.code()), (403, "forbidden"));
    assert_eq!(admin.body, "admin");
}

async fn sensitive_actions_require_a_recent_sign_in() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let fresh = site
        .ask(of_site(browser.request(Method::POST, "/remove")))
        .await;
    site.clock.advance(TimeDelta::hours(1));
    let stale = site
        .ask(of_site(browser.request(Method::POST, "/remove")))
        .await;

    assert_eq!(fresh.body, "removed");
    assert_eq!(
        (stale.status.as_u16(), &*stale.code()),
        (403, "fresh_sign_in_required")
    );
}

async fn a_page_that_requires_a_recent_sign_in_is_where_the_browser_comes_back() {
    let site = Site::with(|config| config.sign_in_page = Some("/login".to_owned()));
    let browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::hours(1));
    let visit = browser.request(Method::GET, "/everything?a=b");
    let visit = visit.insert_header(("sec-fetch-mode", "navigate"));
    let form = of_site(browser.request(Method::POST, "/remove"));
    let form = form.insert_header(("sec-fetch-mode", "navigate"));

    let page = site.ask(visit).await;
    let posted = site.ask(form).await;

    let link = "href=\"/login?redirect_url=%2Feverything%3Fa%3Db\"";
    assert!(page.body.contains(link), "{}", page.body);
    assert!(posted.body.contains("href=\"/login\""), "{}", posted.body);
}

async fn without_a_page_of_ours_the_only_provider_is_where_one_signs_in() {
    let visit = TestRequest::get()
        .uri("/hello")
        .insert_header(("sec-fetch-mode", "navigate"));

    let only = Site::of_providers(&["acme"], |_| {})
        .ask(visit.clone())
        .await;

    assert_eq!(only.status, 303);
    assert_eq!(
        only.location(),
        "/auth/provider/acme/signin?redirect_url=%2Fhello"
    );
    for providers in [&["acme", "other"] as &[&str], &[]] {
        let answer = Site::of_providers(providers, |_| {})
            .ask(visit.clone())
            .await;
        assert_eq!(answer.status, 401);
    }
}

async fn a_test_of_the_applications_own_signs_in_whom_it_likes() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    let id = me["id"].as_str().unwrap().parse().unwrap();

    let cookie = match &site.routes {
        Routes::Actix(routes) => {
            let (_, value) = belgie_http_actix::test::signed_in(routes, id)
                .await
                .unwrap();
            value.to_str().unwrap().to_owned()
        }
        Routes::Axum(routes) => {
            let (_, value) = belgie_http_axum::test::signed_in(routes, id).await.unwrap();
            value.to_str().unwrap().to_owned()
        }
    };

    let request = TestRequest::get().uri("/hello");
    let answer = site.ask(request.insert_header(("cookie", cookie))).await;
    assert_eq!(answer.body, "hello Jane Doe");
}

crate::everywhere! {
    a_test_of_the_applications_own_signs_in_whom_it_likes,
    a_host_application_knows_who_is_signed_in,
    anonymous_is_401_for_programs_and_a_redirect_for_browsers,
    an_optional_user_is_none_without_a_session_but_not_when_the_database_fails,
    however_many_extractors_ask_the_store_is_asked_once,
    a_route_without_authentication_never_reads_the_store,
    csr_01_the_hosts_own_changes_are_held_to_the_origin_rule,
    only_admins_pass_where_admins_are_required,
    sensitive_actions_require_a_recent_sign_in,
    a_page_that_requires_a_recent_sign_in_is_where_the_browser_comes_back,
    without_a_page_of_ours_the_only_provider_is_where_one_signs_in,
}

#[test]
fn on_axum_an_optional_extractor_is_none_only_without_a_session() {
    Setup::new(Framework::Axum, "").run(async {
        let site = Site::new();
        let browser = Browser::signed_in(&site).await;

        let nobody = site.ask(TestRequest::get().uri("/option")).await;
        let foreign = browser
            .request(Method::POST, "/option")
            .insert_header(("origin", "https://evil.example"));
        let foreign = site.ask(foreign).await;
        site.store.go_down();
        let unknown = site.ask(browser.request(Method::GET, "/option")).await;

        assert_eq!(nobody.body, "nobody");
        assert_eq!(foreign.code(), "cross_origin");
        assert_eq!(unknown.code(), "unavailable");
    });
}
