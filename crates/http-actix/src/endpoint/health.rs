use actix_web::HttpResponse;
use actix_web::web::Data;
use belgie_domain::ErrorCode;
use serde_json::json;

use super::Answer;
use crate::error::ApiError;
use crate::web::Web;

/// `GET /healthz`: the process lives.
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`: it can serve. Not while it shuts down, so that nobody sends it more.
pub(crate) async fn ready(web: Data<Web>) -> Answer {
    if web.is_draining() {
        let error = ApiError::new(ErrorCode::Unavailable);
        return Err(error.with_detail("The server is shutting down."));
    }
    if let Err(error) = web.auth.ready().await {
        return Err(ApiError::from(error).with_detail("The database does not answer."));
    }
    Ok(HttpResponse::Ok().json(json!({ "status": "ok" })))
}
