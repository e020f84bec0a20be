//! What is particular to applications on actix.

use actix_web::dev::Service as _;
use actix_web::test;
use actix_web::web::{self, Json};
use actix_web::{App, HttpResponse, middleware};
use belgie_http_actix::{CurrentUser, OptionalUser};
use http::Method;

use crate::actix::{actix, read};
use crate::answer::Answer;
use crate::browser::Browser;
use crate::log::Log;
use crate::request::TestRequest;
use crate::site::{Routes, Site};

async fn hello(user: CurrentUser) -> String {
    format!("hello {}", user.name.as_deref().unwrap_or_default())
}

async fn maybe(user: OptionalUser) -> &'static str {
    user.0.map_or("nobody", |_| "somebody")
}

async fn option(user: Option<CurrentUser>) -> &'static str {
    maybe(OptionalUser(user)).await
}

async fn json(_: Json<Vec<u8>>) -> &'static str {
    "json"
}

fn routes(site: &Site) -> &belgie_http_actix::Routes {
    match &site.routes {
        Routes::Actix(routes) => routes,
        Routes::Axum(_) => panic!("these cases run on actix"),
    }
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
        .configure(routes(site).auth())
        .service(web::scope("/admin").route("/hello", web::to(hello)))
        .service(web::scope("/api").route("/hello", web::to(hello)))
        .route("/json", web::post().to(json))
        .route("/option", web::to(option))
        .default_service(web::to(|| async {
            HttpResponse::NotFound().body("the host's 404")
        }))
        .wrap_fn(|request, service| service.call(request));
    let app = test::init_service(app).await;
    read(test::try_call_service(&app, actix(request).to_request()).await).await
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
async fn extractors_work_in_scopes_and_beside_middleware() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    for path in ["/hello", "/admin/hello", "/api/hello"] {
        let answer = ask(&site, browser.request(Method::GET, path)).await;
        assert_eq!(answer.body, "hello Jane Doe", "{path}");
        assert_eq!(answer.header("x-host"), Some("1"));
    }
    let me = ask(&site, browser.request(Method::GET, "/api/me")).await;
    assert_eq!(me.json()["name"], "Jane Doe");
}

/// An application in the guard, whose own scope comes before Belgie's routes.
async fn ask_guarded(site: &Site, request: TestRequest) -> Answer {
    let app = App::new()
        .wrap(routes(site).guard())
        .service(web::scope("/api").route("/option", web::to(option)))
        .service(web::scope("/own").route("/auth/session", web::to(|| async { "the host's own" })))
        .configure(routes(site).auth());
    let app = test::init_service(app).await;
    read(test::try_call_service(&app, actix(request).to_request()).await).await
}

#[actix_web::test]
async fn behind_the_guard_a_scope_of_the_hosts_hides_no_route_of_ours() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let me = ask_guarded(&site, browser.request(Method::GET, "/api/me")).await;
    let wrong = ask_guarded(&site, browser.request(Method::PUT, "/api/me")).await;
    let lost = ask_guarded(&site, browser.request(Method::GET, "/api/nowhere")).await;
    let own = ask_guarded(&site, browser.request(Method::GET, "/own/auth/session")).await;
    let sign_out = browser
        .request(Method::POST, "/auth/signout")
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("a=b");
    let sign_out = ask_guarded(&site, sign_out).await;

    assert_eq!(me.json()["name"], "Jane Doe");
    assert_eq!(wrong.code(), "method_not_allowed");
    assert_eq!(lost.status, 404);
    assert_eq!(own.body, "the host's own");
    assert_eq!(sign_out.status, 303);
    assert_eq!(
        ask_guarded(&site, browser.request(Method::GET, "/api/me"))
            .await
            .status,
        401
    );
}

#[actix_web::test]
async fn behind_the_guard_an_option_takes_no_refusal_for_nobody() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let foreign = browser
        .request(Method::POST, "/api/option")
        .insert_header(("origin", "https://evil.example"));

    let nobody = ask_guarded(&site, TestRequest::get().uri("/api/option")).await;
    let somebody = ask_guarded(&site, browser.request(Method::GET, "/api/option")).await;
    let refused = ask_guarded(&site, foreign).await;
    site.store.go_down();
    let down = ask_guarded(&site, browser.request(Method::GET, "/api/option")).await;
    let nobody_still = ask_guarded(&site, TestRequest::get().uri("/api/option")).await;

    assert_eq!((&*nobody.body, &*somebody.body), ("nobody", "somebody"));
    assert_eq!(
        (refused.status.as_u16(), &*refused.code()),
        (403, "cross_origin")
    );
    assert_eq!((down.status.as_u16(), &*down.code()), (503, "unavailable"));
    assert_eq!(nobody_still.body, "nobody");
}

#[actix_web::test]
async fn without_our_routes_an_extractor_is_500_and_not_anonymous() {
    let app = App::new()
        .route("/hello", web::get().to(hello))
        .route("/maybe", web::get().to(maybe));
    let app = test::init_service(app).await;

    for path in ["/hello", "/maybe"] {
        let request = test::TestRequest::get().uri(path).to_request();
        let answer = read(test::try_call_service(&app, request).await).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (500, "internal"));
    }
}

#[actix_web::test]
async fn the_pages_can_be_mounted_beside_the_hosts_own() {
    let site = Site::new();
    let app = App::new()
        .route("/", web::get().to(|| async { "the host's start" }))
        .configure(routes(&site).pages())
        .configure(routes(&site).auth());
    let app = test::init_service(app).await;

    let mut bodies = Vec::new();
    for path in ["/", "/signin", "/auth/signout"] {
        let request = test::TestRequest::get()
            .uri(path)
            .insert_header(("accept", "text/html"))
            .to_request();
        let answer = read(test::try_call_service(&app, request).await).await;
        bodies.push(answer.body);
    }

    assert_eq!(bodies[0], "the host's start");
    assert!(bodies[1].contains("Sign in to <bdi>Belgie</bdi>"));
    assert!(bodies[2].contains("href=\"/\">Cancel</a>"));
}

#[actix_web::test]
async fn an_optional_extractor_that_swallows_a_refusal_is_logged_as_an_error() {
    let (site, log) = (Site::new(), Log::start());
    let browser = Browser::signed_in(&site).await;
    let swallowed = |line: &str| {
        line.contains(" ERROR ")
            && line.contains("use `OptionalUser` in place of `Option<CurrentUser>`")
    };

    let foreign = browser
        .request(Method::POST, "/option")
        .insert_header(("origin", "https://evil.example"));
    assert_eq!(ask(&site, foreign.clone()).await.body, "nobody");
    assert!(log.take().lines().any(swallowed));

    // A signed-out visitor is none, and an error that is returned is not swallowed.
    let nobody = ask(&site, TestRequest::get().uri("/option")).await;
    let somebody = ask(&site, browser.request(Method::GET, "/option")).await;
    let refused = ask(&site, foreign.uri("/hello")).await;
    assert_eq!((&*nobody.body, &*somebody.body), ("nobody", "somebody"));
    assert_eq!(refused.code(), "cross_origin");
    assert!(!log.take().contains("ERROR"));

    site.store.go_down();
    ask(&site, browser.request(Method::GET, "/option")).await;
    assert!(log.take().lines().any(swallowed));
}
