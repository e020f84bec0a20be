use actix_web::dev::Service as _;
use actix_web::http::Method;
use actix_web::test::{self, TestRequest};
use actix_web::web::{self, Json};
use actix_web::{App, HttpResponse, middleware};
use belgie_auth::{Auth, Policy};
use belgie_http_actix::{
    CurrentSession, CurrentUser, Fresh, OptionalUser, RequireAdmin, Routes, WebConfig,
};
use belgie_testkit::FakeProvider;
use chrono::TimeDelta;

use crate::brittle_store::BrittleStore;
use crate::browser::{Browser, SESSION};
use crate::site::{Answer, Site};

async fn hello(user: CurrentUser) -> String {
    format!("hello {}", user.name.as_deref().unwrap_or_default())
}

async fn maybe(user: OptionalUser) -> String {
    user.as_ref()
        .map_or("nobody".to_owned(), |user| user.id.to_string())
}

async fn everything(
    user: CurrentUser,
    session: CurrentSession,
    other: OptionalUser,
    fresh: Fresh,
) -> String {
    assert_eq!((user.id, user.id), (session.user_id, fresh.user().id));
    assert!(other.is_some());
    "one of each".to_owned()
}

async fn reports(admin: RequireAdmin) -> String {
    admin.role.to_string()
}

async fn remove(_fresh: Fresh) -> &'static str {
    "removed"
}

async fn json(_: Json<Vec<u8>>) -> &'static str {
    "json"
}

/// A host application that wraps and configures in whatever order, and has error handlers of its own.
async fn ask(site: &Site, request: TestRequest) -> Answer {
    let app = App::new()
        .wrap(middleware::DefaultHeaders::new().add(("x-host", "1")))
        .app_data(web::JsonConfig::default().error_handler(|error, _| {
            let response = HttpResponse::ImATeapot().body("the host's own words");
            actix_web::error::InternalError::from_response(error, response).into()
        }))
        .route("/hello", web::to(hello))
        .configure(site.routes.auth())
        .route("/maybe", web::to(maybe))
        .route("/everything", web::get().to(everything))
        .service(web::scope("/admin").route("/reports", web::get().to(reports)))
        .route("/remove", web::post().to(remove))
        .route("/json", web::post().to(json))
        .route("/api/other", web::get().to(|| async { "the host's" }))
        .default_service(web::to(|| async {
            HttpResponse::NotFound().body("the host's 404")
        }))
        .wrap_fn(|request, service| service.call(request));
    let app = test::init_service(app).await;
    let response = test::call_service(&app, request.to_request()).await;
    Answer::of(response.into_parts().1).await
}

fn of_site(request: TestRequest) -> TestRequest {
    request.insert_header(("sec-fetch-site", "same-origin"))
}

#[actix_web::test]
async fn a_host_application_knows_who_is_signed_in() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let answer = ask(&site, browser.request(Method::GET, "/hello")).await;

    assert_eq!(answer.body, "hello Jane Doe");
    assert_eq!(answer.header("x-host"), Some("1"));
}

#[actix_web::test]
async fn nobody_is_401_for_programs_and_a_redirect_for_browsers() {
    let site = Site::new();

    let program = ask(&site, TestRequest::get().uri("/hello")).await;
    assert_eq!(
        (program.status.as_u16(), &*program.code()),
        (401, "not_authenticated")
    );

    let page = TestRequest::get()
        .uri("/hello?a=b")
        .insert_header(("accept", "text/html"));
    let page = ask(&site, page).await;
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
    let page = ask(&site, page).await;
    assert_eq!(page.status, 303);
    assert_eq!(
        page.location(),
        "/login?theme=dark&redirect_url=%2Fhello%3Fa%3Db"
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn somebody_optional_is_nobody_but_a_dead_database_is_not() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let nobody = ask(&site, TestRequest::get().uri("/maybe")).await;
    let garbage = TestRequest::get()
        .uri("/maybe")
        .insert_header(("cookie", format!("{SESSION}=x")));
    let garbage = ask(&site, garbage).await;
    let somebody = ask(&site, browser.request(Method::GET, "/maybe")).await;
    site.store.go_down();
    let unknown = ask(&site, browser.request(Method::GET, "/maybe")).await;

    assert_eq!((&*nobody.body, &*garbage.body), ("nobody", "nobody"));
    assert_eq!(somebody.body.len(), 36);
    assert_eq!(
        (unknown.status.as_u16(), &*unknown.code()),
        (503, "unavailable")
    );
}

#[actix_web::test]
async fn however_many_extractors_ask_the_store_is_asked_once() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let before = site.store.session_reads();

    let answer = ask(&site, browser.request(Method::GET, "/everything")).await;

    assert_eq!(answer.body, "one of each");
    assert_eq!(site.store.session_reads(), before + 1);
}

#[actix_web::test]
async fn a_route_that_asks_for_nobody_asks_the_store_nothing() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let before = site.store.session_reads();

    let answer = ask(&site, browser.request(Method::GET, "/api/other")).await;

    assert_eq!(answer.body, "the host's");
    assert_eq!(site.store.session_reads(), before);
}

#[actix_web::test]
async fn csr_01_the_hosts_own_changes_are_held_to_the_origin_rule() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    for path in ["/hello", "/maybe"] {
        let foreign = browser
            .request(Method::POST, path)
            .insert_header(("origin", "https://evil.example"));
        assert_eq!(ask(&site, foreign).await.code(), "cross_origin");
        let own = of_site(browser.request(Method::POST, path));
        assert_eq!(ask(&site, own).await.status, 200);
    }
}

#[actix_web::test]
async fn only_admins_pass_where_admins_are_required() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let nobody = ask(&site, TestRequest::get().uri("/admin/reports")).await;
    let user = ask(&site, browser.request(Method::GET, "/admin/reports")).await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    let id = me["id"].as_str().unwrap().parse().unwrap();
    site.auth
        .admin()
        .set_role(id, belgie_domain::Role::Admin)
        .await
        .unwrap();
    let admin = ask(&site, browser.request(Method::GET, "/admin/reports")).await;

    assert_eq!(nobody.status, 401);
    assert_eq!((user.status.as_u16(), &*user.code()), (403, "forbidden"));
    assert_eq!(admin.body, "admin");
}

#[actix_web::test]
async fn what_matters_asks_for_a_recent_sign_in() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let fresh = ask(&site, of_site(browser.request(Method::POST, "/remove"))).await;
    site.clock.advance(TimeDelta::hours(1));
    let stale = ask(&site, of_site(browser.request(Method::POST, "/remove"))).await;

    assert_eq!(fresh.body, "removed");
    assert_eq!(
        (stale.status.as_u16(), &*stale.code()),
        (403, "fresh_sign_in_required")
    );
}

#[actix_web::test]
async fn the_hosts_own_error_handlers_and_404_stay() {
    let site = Site::new();

    let json = ask(&site, TestRequest::post().uri("/json").set_payload("x")).await;
    let lost = ask(&site, TestRequest::get().uri("/nowhere")).await;
    let ours = ask(&site, TestRequest::get().uri("/auth/nowhere")).await;

    assert_eq!(
        (json.status.as_u16(), &*json.body),
        (418, "the host's own words")
    );
    assert_eq!(lost.body, "the host's 404");
    assert_eq!(lost.header("content-security-policy"), None);
    assert_eq!(ours.code(), "not_found");
}

#[actix_web::test]
async fn without_our_routes_an_extractor_is_500_and_not_anonymous() {
    let app = test::init_service(
        App::new()
            .route("/hello", web::get().to(hello))
            .route("/maybe", web::get().to(maybe)),
    )
    .await;

    for path in ["/hello", "/maybe"] {
        let request = TestRequest::get().uri(path).to_request();
        let answer = Answer::of(test::call_service(&app, request).await.into_parts().1).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (500, "internal"));
    }
}

#[actix_web::test]
async fn the_pages_can_be_mounted_beside_the_hosts_own() {
    let site = Site::new();
    let app = App::new()
        .route("/", web::get().to(|| async { "the host's start" }))
        .configure(site.routes.pages())
        .configure(site.routes.auth());
    let app = test::init_service(app).await;

    let mut bodies = Vec::new();
    for path in ["/", "/signin"] {
        let request = TestRequest::get().uri(path).to_request();
        bodies.push(
            Answer::of(test::call_service(&app, request).await.into_parts().1)
                .await
                .body,
        );
    }

    assert_eq!(bodies[0], "the host's start");
    assert!(bodies[1].contains("Sign in to <bdi>Belgie</bdi>"));
}

/// Asks for a guarded route of a host that has no page of ours, by a browser.
async fn ask_with(providers: &[&str]) -> Answer {
    let base: url::Url = "https://a.example".parse().unwrap();
    let redirects = belgie_domain::RedirectRule::new(base.clone(), []);
    let builder = Auth::builder().store(BrittleStore::default());
    let builder = providers.iter().fold(builder, |builder, id| {
        builder.provider(FakeProvider::new(id))
    });
    let auth = builder.build(Policy::new(redirects)).unwrap();
    let routes = Routes::new(auth, WebConfig::new(base));
    let app = App::new()
        .route("/hello", web::get().to(hello))
        .configure(routes.auth());
    let app = test::init_service(app).await;
    let request = TestRequest::get()
        .uri("/hello")
        .insert_header(("sec-fetch-mode", "navigate"));
    let response = test::call_service(&app, request.to_request()).await;
    Answer::of(response.into_parts().1).await
}

#[actix_web::test]
async fn without_a_page_of_ours_the_only_provider_is_where_one_signs_in() {
    let only = ask_with(&["acme"]).await;

    assert_eq!(only.status, 303);
    assert_eq!(
        only.location(),
        "/auth/provider/acme/signin?redirect_url=%2Fhello"
    );
    assert_eq!(ask_with(&["acme", "other"]).await.status, 401);
    assert_eq!(ask_with(&[]).await.status, 401);
}
