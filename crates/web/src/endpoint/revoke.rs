use belgie_auth::{AuthError, Authenticated, Proof};
use belgie_domain::SessionId;

use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::notice::Notice;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::web::Answer;

/// `DELETE /auth/sessions/{id}`
pub(crate) async fn delete(call: Call<'_>) -> Answer {
    let current = call.require().await?;
    RequestFormat::of(call.headers())?;
    let id = session_id(call)?;
    end(call, id, &current).await?;
    Ok(clear_own_cookie(call, id, &current, Reply::new(204)))
}

/// `POST /auth/sessions/{id}/revoke`: the same for a form. A session that has already ended counts as success.
pub(crate) async fn post(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let current = call.require().await?;
    RequestFormat::require_form(call.headers())?;
    let id = session_id(call)?;
    drain(body).await?;
    match end(call, id, &current).await {
        Ok(()) | Err(AuthError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let reply = Reply::see_other(call.web.sessions_page());
    if current.by != Proof::Cookie {
        return Ok(reply);
    }
    let is_own = id == current.session.id;
    let notice = if is_own {
        Notice::SignedOut
    } else {
        Notice::SessionEnded
    };
    let reply = call.web.with_notice(reply, notice);
    Ok(clear_own_cookie(call, id, &current, reply))
}

fn session_id(call: Call<'_>) -> Result<SessionId, Problem> {
    let id = call.segment()?.parse();
    id.map_err(|_| Problem::new(Code::NotFound))
}

async fn end(call: Call<'_>, id: SessionId, current: &Authenticated) -> Result<(), AuthError> {
    let sessions = call.web.auth.sessions();
    sessions
        .revoke(current.session.user_id, id, &call.client())
        .await
}

/// Clears the cookie if it was the caller's own session that ended.
fn clear_own_cookie(
    call: Call<'_>,
    ended: SessionId,
    current: &Authenticated,
    reply: Reply,
) -> Reply {
    if ended == current.session.id && current.by == Proof::Cookie {
        return reply.with_header(HeaderName::SetCookie, call.web.cookies.clear_session());
    }
    reply
}
