use belgie_auth::{AuthError, Authenticated, Proof};
use belgie_domain::SessionId;

use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::notice::Notice;
use crate::page::device::Device;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::Texts;
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
    let device = device(call, id, &current).await?;
    match end(call, id, &current).await {
        Ok(()) | Err(AuthError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let reply = Reply::see_other(call.web.account_page());
    if current.by != Proof::Cookie {
        return Ok(reply);
    }
    let is_own = id == current.session.id;
    let notice = match device {
        _ if is_own => Notice::SignedOut.into(),
        Some(device) => Notice::SessionEnded.about(device),
        None => Notice::SessionEnded.into(),
    };
    let reply = call.web.with_notice(reply, notice);
    Ok(clear_own_cookie(call, id, &current, reply))
}

fn session_id(call: Call<'_>) -> Result<SessionId, Problem> {
    let id = call.segment()?.parse();
    id.map_err(|_| Problem::new(Code::NotFound))
}

/// Returns what the device of a session is called.
async fn device(
    call: Call<'_>,
    id: SessionId,
    current: &Authenticated,
) -> Result<Option<String>, AuthError> {
    let sessions = call.web.auth.sessions().list(current.user.id).await?;
    let session = sessions.iter().find(|session| session.id == id);
    Ok(session.map(|session| Device::of(session.user_agent.as_deref(), Texts::current()).label))
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
