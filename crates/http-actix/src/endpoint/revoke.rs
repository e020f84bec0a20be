use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use belgie_auth::AuthError;
use belgie_domain::SessionId;

use super::Answer;
use super::sender::Sender;
use crate::body::drain;
use crate::error::{ApiError, ErrorCode};
use crate::extract::CurrentSession;
use crate::notice::Notice;
use crate::visit::client_info;
use crate::web::Web;

/// `DELETE /auth/sessions/{id}`
pub(crate) async fn delete(
    request: HttpRequest,
    id: Path<String>,
    current: CurrentSession,
    web: Data<Web>,
) -> Answer {
    Sender::of(&request)?;
    let id = id.parse::<SessionId>();
    let id = id.map_err(|_| ApiError::new(ErrorCode::NotFound))?;
    end(&request, id, &current, &web).await?;
    let mut answer = HttpResponse::NoContent();
    if id == current.id && !request.headers().contains_key(AUTHORIZATION) {
        answer.cookie(web.cookies.forget_session());
    }
    Ok(answer.finish())
}

/// `POST /auth/sessions/{id}/revoke`: the same for a form. One that has ended meanwhile is as good as ended now.
pub(crate) async fn post(
    request: HttpRequest,
    id: Path<String>,
    current: CurrentSession,
    web: Data<Web>,
    body: Payload,
) -> Answer {
    Sender::require_form(&request)?;
    let id = id.parse::<SessionId>();
    let id = id.map_err(|_| ApiError::new(ErrorCode::NotFound))?;
    drain(body).await?;
    match end(&request, id, &current, &web).await {
        Ok(()) | Err(AuthError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, web.sessions_page()));
    if request.headers().contains_key(AUTHORIZATION) {
        return Ok(answer.finish());
    }
    if id == current.id {
        answer.cookie(web.cookies.forget_session());
        web.leave_notice(&mut answer, Notice::SignedOut);
    } else {
        web.leave_notice(&mut answer, Notice::SessionEnded);
    }
    Ok(answer.finish())
}

async fn end(
    request: &HttpRequest,
    id: SessionId,
    current: &CurrentSession,
    web: &Web,
) -> Result<(), AuthError> {
    let client = client_info(request, web);
    let sessions = web.auth.sessions();
    sessions.revoke(current.user_id, id, &client).await
}
