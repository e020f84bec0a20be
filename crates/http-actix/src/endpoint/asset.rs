use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;

use crate::page::STYLES;
use crate::web::Web;

/// A file's address changes with its content, so a browser need never ask again.
const FOR_EVER: (actix_web::http::header::HeaderName, &str) =
    (CACHE_CONTROL, "public, max-age=31536000, immutable");

/// `GET /auth/assets/….css`
pub(crate) async fn styles() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(FOR_EVER)
        .content_type("text/css; charset=utf-8")
        .body(STYLES)
}

/// `GET /auth/assets/….svg`
pub(crate) async fn icon(web: Data<Web>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(FOR_EVER)
        .content_type("image/svg+xml")
        .body(web.icon.svg.clone())
}
