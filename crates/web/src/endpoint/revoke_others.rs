use belgie_auth::Proof;

use super::JSON;
use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::notice::Notice;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::view::RevokedView;
use crate::web::Answer;

/// `DELETE /auth/sessions`
pub(crate) async fn delete(call: Call<'_>) -> Answer {
    let current = call.require().await?;
    RequestFormat::of(call.headers())?;
    let (sessions, client) = (call.web.auth.sessions(), call.client());
    let revoked = sessions.revoke_others(&current.session, &client).await?;
    let view = RevokedView { revoked };
    Ok(Reply::json(200, JSON, &view)?)
}

/// `POST /auth/sessions/revoke-others`: the same for a form.
pub(crate) async fn post(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let current = call.require().await?;
    RequestFormat::require_form(call.headers())?;
    drain(body).await?;
    let (sessions, client) = (call.web.auth.sessions(), call.client());
    sessions.revoke_others(&current.session, &client).await?;
    let reply = Reply::see_other(call.web.account_page());
    if current.by != Proof::Cookie {
        return Ok(reply);
    }
    Ok(call.web.with_notice(reply, Notice::OthersEnded))
}
