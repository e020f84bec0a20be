use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::extract::CurrentSession;
use crate::view::{OwnSession, UserView};
use crate::web::Web;

/// `GET /auth/session`
pub(crate) async fn show(current: CurrentSession, web: Data<Web>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "session": OwnSession::new(&current, current.id, &web.auth),
        "user": UserView::from(current.user()),
    }))
}
