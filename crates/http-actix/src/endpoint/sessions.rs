use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use super::Answer;
use crate::extract::CurrentSession;
use crate::view::OwnSession;
use crate::web::Web;

/// `GET /auth/sessions`
pub(crate) async fn list(current: CurrentSession, web: Data<Web>) -> Answer {
    let sessions = web.auth.sessions().list(current.user_id).await?;
    let shown: Vec<_> = sessions
        .iter()
        .map(|session| OwnSession::new(session, current.id, &web.auth))
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "sessions": shown })))
}
