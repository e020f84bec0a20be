use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::Answer;
use super::sender::Sender;
use crate::body::drain;
use crate::extract::CurrentSession;
use crate::notice::Notice;
use crate::visit::client_info;
use crate::web::Web;

/// `DELETE /auth/sessions`
pub(crate) async fn delete(
    request: HttpRequest,
    current: CurrentSession,
    web: Data<Web>,
) -> Answer {
    Sender::of(&request)?;
    let client = client_info(&request, &web);
    let revoked = web.auth.sessions().revoke_others(&current, &client).await?;
    Ok(HttpResponse::Ok().json(json!({ "revoked": revoked })))
}

/// `POST /auth/sessions/revoke-others`: the same for a form.
pub(crate) async fn post(
    request: HttpRequest,
    current: CurrentSession,
    web: Data<Web>,
    body: Payload,
) -> Answer {
    Sender::require_form(&request)?;
    drain(body).await?;
    let client = client_info(&request, &web);
    web.auth.sessions().revoke_others(&current, &client).await?;
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, web.sessions_page()));
    if !request.headers().contains_key(AUTHORIZATION) {
        web.leave_notice(&mut answer, Notice::OthersEnded);
    }
    Ok(answer.finish())
}
