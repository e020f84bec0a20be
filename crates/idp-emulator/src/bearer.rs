//! Access tokens in requests (RFC 6750 §2.1).

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

pub(crate) fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
