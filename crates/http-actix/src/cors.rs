//! Which front ends of other origins may call us with credentials.

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, RETRY_AFTER};
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
