//! The server and an application that embeds Belgie on axum.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::routing::{any, get, post};
use belgie_http_axum::{CurrentSession, CurrentUser, Fresh, OptionalUser, RequireAdmin, Routes};
use tower::ServiceExt as _;

use crate::answer::Answer;
use crate::request::TestRequest;

async fn hello(user: CurrentUser) -> String {
    format!("hello {}", user.name.as_deref().unwrap_or_default())
}

async fn maybe(OptionalUser(user): OptionalUser) -> String {
    user.map_or("nobody".to_owned(), |user| user.id.to_string())
}

/// Unlike actix's, axum's `Option` is `None` only for visitors who are signed out.
async fn option(user: Option<CurrentUser>) -> String {
    maybe(OptionalUser(user)).await
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

pub(crate) async fn ask_server(routes: &Routes, request: TestRequest) -> Answer {
    answer(routes.all(), request).await
}

pub(crate) async fn ask_host(routes: &Routes, request: TestRequest) -> Answer {
    let app = Router::new()
        .route("/hello", any(hello))
        .route("/maybe", any(maybe))
        .route("/option", any(option))
        .route("/everything", get(everything))
        .route("/admin/reports", any(reports))
        .route("/remove", post(remove))
        .route("/api/other", get(|| async { "the host's" }))
        .merge(routes.auth())
        .with_state(routes.clone());
    answer(app, request).await
}

async fn answer(app: Router, request: TestRequest) -> Answer {
    let mut made = Request::new(Body::from(request.body));
    *made.method_mut() = request.method;
    *made.uri_mut() = request.uri.parse().unwrap();
    *made.headers_mut() = request.headers;
    if let Some(peer) = request.peer {
        made.extensions_mut().insert(ConnectInfo(peer));
    }
    let (parts, body) = app.oneshot(made).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
