//! What Belgie gives to the application's own routes on actix-web.

use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::web::{Json, JsonConfig, Path, PathConfig, get, post, scope};
use actix_web::{App, HttpResponse};
use belgie::Belgie;
use belgie::actix::test::signed_in;
use belgie::actix::{ApiError, Client, CurrentUser, Problem};
use belgie::auth::NewUser;
use serde_json::{Value, json};

const TRUSTED: &str = "http://localhost:4200";

async fn belgie() -> Belgie {
    let belgie = Belgie::at("http://localhost:8080").trusting([TRUSTED]);
    let built = belgie.memory().build().await;
    built.expect("the parts fit together")
}

async fn own(_: CurrentUser) -> &'static str {
    "own"
}

#[actix_web::test]
async fn pages_of_trusted_origins_may_call_them() {
    let belgie = belgie().await;
    let api = scope("/api").wrap(belgie.actix().cors());
    let api = api.route("/own", get().to(own));
    let app = init_service(App::new().configure(belgie.routes()).service(api)).await;
    let jane = NewUser::new("jane@example.com".parse().unwrap());
    let jane = belgie.auth().operator().create(jane).await.unwrap();
    let routes = belgie.actix();
    let cookie = signed_in(&routes, jane.id).await.unwrap();
    let ask = |path, origin| {
        TestRequest::get()
            .uri(path)
            .insert_header(("origin", origin))
    };

    for (path, status) in [("/api/own", 200), ("/api/nothing", 404), ("/api/me", 200)] {
        for (origin, allowed) in [(TRUSTED, true), ("http://localhost:4201", false)] {
            let request = ask(path, origin).insert_header(cookie.clone());
            let answer = call_service(&app, request.to_request()).await;

            assert_eq!(answer.status(), status, "{path}");
            let named: Vec<_> = answer
                .headers()
                .get_all("access-control-allow-origin")
                .collect();
            assert_eq!(named.len(), usize::from(allowed), "{path} {origin}");
            assert!(answer.headers().contains_key("vary"), "{path} {origin}");
        }
    }
    let refused = call_service(&app, ask("/api/own", TRUSTED).to_request()).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        refused
            .headers()
            .get("access-control-allow-origin")
            .unwrap(),
        TRUSTED
    );
}

#[actix_web::test]
async fn a_preflight_is_answered_for_trusted_origins_alone() {
    let belgie = belgie().await;
    let api = scope("/api").wrap(belgie.actix().cors());
    let api = api.route("/own", get().to(own));
    let app = init_service(App::new().configure(belgie.routes()).service(api)).await;

    for (origin, allowed) in [(TRUSTED, Some("PUT")), ("http://localhost:4201", None)] {
        let asked = TestRequest::default()
            .method(Method::OPTIONS)
            .uri("/api/own")
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "PUT"))
            .insert_header(("access-control-request-headers", "x-own"));
        let answer = call_service(&app, asked.to_request()).await;

        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let named = |name| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        assert_eq!(named("access-control-allow-methods"), allowed);
        assert_eq!(
            named("access-control-allow-headers"),
            allowed.map(|_| "x-own")
        );
        assert_eq!(
            named("access-control-allow-origin"),
            allowed.map(|_| TRUSTED)
        );
    }
}

#[actix_web::test]
async fn their_errors_are_problem_details() {
    async fn numbered(id: Path<u8>, body: Json<u8>) -> Result<HttpResponse, ApiError> {
        Err(Problem::invalid(format!("{id} {body}"))
            .with_status(409)
            .into())
    }
    let json = JsonConfig::default()
        .limit(5)
        .error_handler(ApiError::of_input);
    let path = PathConfig::default().error_handler(ApiError::of_input);
    let app = App::new().app_data(json).app_data(path);
    let app = init_service(app.route("/{id}", post().to(numbered))).await;

    for (path, content_type, body, status, code) in [
        ("/7", "application/json", "8", 409, "invalid_request"),
        ("/7", "application/json", "x", 400, "invalid_request"),
        ("/7", "application/json", "1234567", 413, "too_large"),
        ("/7", "text/plain", "8", 415, "unsupported_media_type"),
        ("/x", "application/json", "8", 404, "not_found"),
    ] {
        let request = TestRequest::post().uri(path).set_payload(body);
        let request = request.insert_header(("content-type", content_type));
        let answer = call_service(&app, request.to_request()).await;

        assert_eq!(answer.status(), status, "{path} {body}");
        let problem: Value = read_body_json(answer).await;
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&json!(status), &json!(code))
        );
    }
}

#[actix_web::test]
async fn where_a_request_came_from_is_known() {
    async fn agent(client: Client) -> String {
        client.user_agent.clone().unwrap_or_default()
    }
    let belgie = belgie().await;
    let app = App::new().configure(belgie.routes());
    let app = init_service(app.route("/agent", get().to(agent))).await;

    let request = TestRequest::get().uri("/agent");
    let request = request.insert_header(("user-agent", "a browser"));
    let answer = actix_web::test::call_and_read_body(&app, request.to_request()).await;

    assert_eq!(answer, "a browser");
}
