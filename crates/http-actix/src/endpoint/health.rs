use std::error::Error as _;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::rt::time::timeout;
use actix_web::web::Data;
use belgie_auth::AuthError;
use belgie_domain::ErrorCode;
use belgie_ports::StoreError;
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
    let asked = timeout(PATIENCE, web.auth.ready()).await;
    let answered =
        asked.unwrap_or_else(|_| Err(StoreError::Unavailable("no answer in time".into()).into()));
    answered.map_err(|error: AuthError| {
        tracing::error!(%error, source = error.source(), "not ready");
        ApiError::new(ErrorCode::Unavailable).with_detail("The database does not answer.")
    })?;
    Ok(HttpResponse::Ok().json(json!({ "status": "ok" })))
}

/// How long the database may take to say that it is there: whoever sends requests here must learn within two seconds that
/// they would be in vain.
const PATIENCE: Duration = Duration::from_secs(1);
