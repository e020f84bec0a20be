use std::error::Error as _;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use super::Answer;
use crate::error::{ApiError, ErrorCode};
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
    let ready = web.auth.ready(PATIENCE).await;
    ready.map_err(|error| {
        tracing::error!(%error, source = error.source(), "not ready");
        ApiError::new(ErrorCode::Unavailable).with_detail("The database does not answer.")
    })?;
    Ok(HttpResponse::Ok().json(json!({ "status": "ok" })))
}

/// How long the database may take to say that it is there: whoever sends requests here must learn within two seconds that
/// they would be in vain.
const PATIENCE: Duration = Duration::from_secs(1);
