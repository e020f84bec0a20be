//! The server and an application that embeds Belgie on actix.

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::{self, TestRequest as ActixRequest};
use actix_web::{App, Error, body, web};
use belgie_http_actix::{CurrentSession, CurrentUser, Fresh, OptionalUser, RequireAdmin, Routes};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::answer::Answer;
use crate::request::TestRequest;

async fn hello(user: CurrentUser) -> String {
    format!("hello {}", user.name.as_deref().unwrap_or_default())
}

async fn maybe(OptionalUser(user): OptionalUser) -> String {
    user.map_or("nobody".to_owned(), |user| user.id.to_string())
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
    let app = test::init_service(App::new().configure(routes.all())).await;
    read(test::try_call_service(&app, actix(request).to_request()).await).await
}

pub(crate) async fn ask_host(routes: &Routes, request: TestRequest) -> Answer {
    let app = App::new()
        .route("/hello", web::to(hello))
        .configure(routes.auth())
        .route("/maybe", web::to(maybe))
        .route("/everything", web::get().to(everything))
        .route("/admin/reports", web::to(reports))
        .route("/remove", web::post().to(remove))
        .route("/api/other", web::get().to(|| async { "the host's" }));
    let app = test::init_service(app).await;
    read(test::try_call_service(&app, actix(request).to_request()).await).await
}

/// Makes actix's own request.
pub(crate) fn actix(request: TestRequest) -> ActixRequest {
    let method = Method::from_bytes(request.method.as_str().as_bytes()).unwrap();
    let made = ActixRequest::with_uri(&request.uri).method(method);
    let headers = request.headers.iter();
    let mut made = headers.fold(made, |made, (name, value)| {
        made.append_header((name.as_str(), value.as_bytes()))
    });
    if let Some(peer) = request.peer {
        made = made.peer_addr(peer);
    }
    if request.body.is_empty() {
        return made;
    }
    made.set_payload(request.body)
}

/// Reads an answer to its end.
pub(crate) async fn read<B: body::MessageBody + 'static>(
    answered: Result<ServiceResponse<B>, Error>,
) -> Answer {
    let response = match answered {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    let status = StatusCode::from_u16(response.status().as_u16()).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers() {
        let name: HeaderName = name.as_str().parse().unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let body = body::to_bytes(response.into_body()).await;
    let body = body.unwrap_or_else(|_| panic!("the body can be read"));
    Answer {
        status,
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
