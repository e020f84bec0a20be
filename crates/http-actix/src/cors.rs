//! Which front ends of other origins may call us with credentials.

use actix_cors::Cors;
use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    ORIGIN, RETRY_AFTER, VARY,
};
use actix_web::web::Data;

use crate::origin;
use crate::web::Web;

/// Allows exactly our own and the trusted origins; no other origin is ever named in an answer.
pub(crate) fn cors(web: &Data<Web>) -> Cors {
    let web = Data::clone(web);
    Cors::default()
        .allowed_origin_fn(move |origin, _| {
            let origin = origin.to_str().unwrap_or_default();
            origin::trusts(web.auth.redirects(), origin)
        })
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::DELETE])
        .allowed_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([RETRY_AFTER, HeaderName::from_static("x-request-id")])
        .supports_credentials()
        .max_age(600)
}

/// Lets a trusted origin read an answer that was made before the request came as far as [`cors`].
pub(crate) fn allow_reading(response: &mut HttpResponse, request: &HeaderMap, web: &Web) {
    let Some(origin) = request.get(ORIGIN) else {
        return;
    };
    let text = origin.to_str().unwrap_or_default();
    if origin::trusts(web.auth.redirects(), text) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
}

/// Removes what [`cors`] adds to every answer, for a request without `Origin`, which CORS does not concern.
pub(crate) fn withhold(headers: &mut HeaderMap) {
    for name in [
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        VARY,
    ] {
        headers.remove(name);
    }
}
